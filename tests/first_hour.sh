#!/usr/bin/env bash
# The first hour of a new user, in an empty folder: builds the wheel, installs it in an environment of its own, and walks
# init, edit, render, commit, break, read, fix, check, import, report. Stops at the first thing that is not as promised,
# and prints how long it all took. PYTHON names the Python that builds and installs (default: that of .venv, else python3).
set -euo pipefail

checkout=$(cd "$(dirname "$0")/.." && pwd)
place=$(mktemp -d "${TMPDIR:-/tmp}/first-hour.XXXXXX")
trap 'rm -rf "$place"' EXIT
told=$place/told

fail() {
  printf '\nnot as promised: %s\n' "$1" >&2
  exit 1
}

# expect CODE TEXT COMMAND…: runs the command as in a pipe; it must end with the code, and print the text on some line.
expect() {
  local code=$1 text=$2 got=0
  shift 2
  printf '$ %s\n' "$*"
  "$@" >"$told" 2>&1 </dev/null || got=$?
  sed -n -e 's/^/    /' -e '1,8p' "$told"
  [[ $got -eq $code ]] || { tail -n 40 "$told"; fail "exit code $got instead of $code: $*"; }
  grep --quiet --fixed-strings -- "$text" "$told" || { tail -n 40 "$told"; fail "nothing says: $text"; }
}

# part TITLE: what comes next, and how many seconds went by.
part() {
  printf '\n== %s (%s s)\n' "$1" "$SECONDS"
}

python=${PYTHON:-$checkout/.venv/bin/python}
[[ -x $python ]] || python=$(command -v python3)
options=(--quiet --disable-pip-version-check)

part 'build the wheel, and install it where nothing else is'
building=(--no-deps --wheel-dir "$place/dist")
"$python" -c 'import hatchling, kubernetes_validate' 2>/dev/null && building+=(--no-build-isolation)
"$python" -m pip wheel "${options[@]}" "${building[@]}" "$checkout"
"$python" -m venv "$place/venv"
"$place/venv/bin/python" -m pip install "${options[@]}" "$place"/dist/fabricgen-*.whl

# From here on there is the installed command, git and make, and nobody's settings.
mkdir "$place/user"
export HOME=$place/user PATH=$place/venv/bin:$PATH GIT_CONFIG_NOSYSTEM=1 GIT_CEILING_DIRECTORIES=$place
export GIT_AUTHOR_NAME=me GIT_AUTHOR_EMAIL=me@example.org GIT_COMMITTER_NAME=me GIT_COMMITTER_EMAIL=me@example.org
unset PYTHONPATH XDG_CACHE_HOME XDG_CONFIG_HOME GIT_DIR GIT_WORK_TREE
mkdir "$place/home"
cd "$place/home"
installed=$SECONDS
expect 0 fabricgen fabricgen --version
[[ $(command -v fabricgen) == "$place/venv/bin/fabricgen" ]] || fail 'another fabricgen is on PATH'

part 'init, in an empty folder'
git init --quiet --initial-branch=main .
expect 2 '--nodes-network, such as 10.0.0.0/24: is missing, and nobody can be asked' fabricgen init home
[[ $(ls) == '' ]] || fail 'a refusal wrote something'
expect 0 'wrote clusters/home.yaml' fabricgen init home --distribution talos --nodes-network 10.0.0.0/24 \
  --node cp-1=10.0.0.11:control-plane:amd64:/dev/nvme0n1 --node worker-1=10.0.0.12:worker:amd64:/dev/nvme0n1 \
  --git https://git.example.org/me/home

part 'render, check, commit'
expect 0 'gitops/home: ' make render
expect 0 'drift: none in 1 tree' make check
[[ $((SECONDS - installed)) -le 60 ]] || fail 'from an empty folder to a checked tree takes more than a minute'
git add . && git commit --quiet --message 'a cluster'
expect 0 '0 problem' fabricgen doctor

part 'edit: a Gateway, and what that costs'
sed -i 's|^    hubble:|    gatewayAPI:\n      enabled: true\n&|' clusters/home.yaml
expect 1 'stale' fabricgen check
expect 0 'gatewayAPI' make diff
expect 0 'gitops/home: ' fabricgen render
expect 0 'findings: none' fabricgen check
git add . && git commit --quiet --message 'Gateway API'

part 'break something, read the error, fix it'
sed -i -e 's/^  router:/  routr:/' clusters/home.yaml
line=$(grep -n '^  routr:' clusters/home.yaml | cut -d: -f1)
expect 2 "clusters/home.yaml:$line: networks.routr: unknown key; did you mean router?" fabricgen render
sed -i -e 's/^  routr:/  router:/' -e 's/10\.0\.0\.12/10.0.0.11/' clusters/home.yaml
line=$(grep -n 'name: worker-1' clusters/home.yaml | cut -d: -f1)
expect 2 "clusters/home.yaml:$line: nodes[1].address: address 10.0.0.11 is used by both" fabricgen render
[[ $(git status --porcelain) == ' M clusters/home.yaml' ]] || fail 'a refused render wrote something'
git checkout --quiet clusters/home.yaml
expect 0 'gitops/home: nothing to do' fabricgen render
echo '# mine' >>gitops/home/flux/kustomization.yaml
expect 1 'edited by hand' fabricgen check
expect 0 'gitops/home: 1 changed' fabricgen render --force
expect 0 'drift: none in 1 tree' fabricgen check
[[ $(git status --porcelain) == '' ]] || fail 'the tree is not what was committed'

part 'import an old repository'
cp -R "$checkout/tests/old_repository" "$place/cabin"
expect 0 'cabin: 2 nodes' fabricgen import "$place/cabin"
expect 0 'gitops/cabin: ' fabricgen render clusters/cabin.yaml
expect 0 'drift: none in 2 trees' fabricgen check
grep --quiet 'start: 10.20.0.200' gitops/cabin/infrastructure/cilium-config/pools.yaml || fail 'the old pool is lost'

part 'report'
expect 0 'report/cabin.html' fabricgen report
for name in home cabin; do
  grep --quiet --fixed-strings "$name" "report/$name.html" || fail "report/$name.html is not about $name"
done

printf '\n== the first hour took %s s, %s s of them to build and install\n' "$SECONDS" "$installed"
