#!/usr/bin/env bash
# Rendered by fabricgen from the description of k3s-flannel-dual-stack: change that (or a template), then render again.
#
# Brings k3s-flannel-dual-stack up, until Flux runs it. README.md beside this file tells what each step does and what it should say.
#
#   bootstrap.sh               every step, in order
#   bootstrap.sh --list        the names of the steps
#   bootstrap.sh --from STEP   this step and all after it
#   bootstrap.sh STEP...       only these steps
set -euo pipefail
umask 077
cd "$(dirname "${BASH_SOURCE[0]}")/.."

# Keys, tokens and the kubeconfig: outside every repository, for your eyes only.
export SECRETS="${SECRETS:-$HOME/.config/fabricgen/k3s-flannel-dual-stack}"
# A kubeconfig with this cluster alone, so that no command can reach another one.
export KUBECONFIG="$SECRETS/kubeconfig"
mkdir -p "$SECRETS"

steps=(
  make-token
  start-first-server
  fetch-kubeconfig
  fetch-join-token
  join-servers
  join-agents
  wait-for-nodes
  wait-for-network
  install-flux
  start-flux
  wait-for-layers
)
current=""

fail() {
  echo "$*" >&2
  exit 1
}

stopped() {
  local status=$?
  if [ "$status" -ne 0 ] && [ -n "$current" ]; then
    echo "Stopped at $current. What it may be stands in bootstrap/README.md, under \`$current\`. Mend it, then go on with: bash bootstrap/bootstrap.sh --from $current" >&2
  fi
}
trap stopped EXIT

check_tools() {
  local tool missing=""
  for tool in helm kubectl openssl ssh; do
    command -v "$tool" >/dev/null || missing="$missing $tool"
  done
  [ -z "$missing" ] || fail "Missing on this machine:$missing"
}

# The kubeconfig must be this cluster's: what follows would change whichever cluster it leads to.
check_context() {
  local context
  context="$(kubectl config current-context 2>/dev/null || true)"
  [ "$context" = k3s-flannel-dual-stack ] || fail "kubectl's context is '${context:-none}' and not 'k3s-flannel-dual-stack': look at $KUBECONFIG"
}

# Runs a command again and again until it succeeds, for half an hour.
wait_for() {
  local left=180
  until "$@" >/dev/null 2>&1; do
    left=$((left - 1))
    if [ "$left" -eq 0 ]; then
      echo "Gave up waiting for: $*" >&2
      return 1
    fi
    sleep 10
  done
}

# Applies the file $2, by which Flux reads the path $1, unless it reads another one already.
point_flux_at() {
  reads_only "$1" kustomizations.kustomize.toolkit.fluxcd.io flux-system './{.spec.path}' || return 1
  reads_only "$1" fluxinstances.fluxcd.controlplane.io flux '{.spec.sync.path}' || return 1
  kubectl apply --server-side --filename "$2"
}

# Fails where an object of the kind $2, called $3, has Flux read another path than $1; $4 says where its path stands.
reads_only() {
  local known path
  known="$(kubectl get crd "$2" --ignore-not-found --output name)" || return 1
  [ -n "$known" ] || return 0
  path="$(kubectl --namespace flux-system get "$2" "$3" --ignore-not-found --output "jsonpath=$4")" || return 1
  [ -n "$path" ] || return 0
  path="$(printf '%s\n' "$path" | sed -e 's#^\(\./\)*##' -e 's#/*$##')"
  [ "$path" != "$1" ] || return 0
  echo "Nothing is changed: $2/$3 has Flux read '${path:-the whole repository}' already. With '$1' in its place Flux would remove everything that it has applied from there." >&2
  return 1
}

# 1. Make the token by which nodes join, once
#
# Whoever has it can join, and it encrypts what k3s keeps of its certificates: keep a copy where you keep
# passwords, since no backup of the cluster can be restored without it.
make_token() {
  test -s "$SECRETS/k3s-token" || openssl rand -hex 32 > "$SECRETS/k3s-token"
  echo 'It should say: one file that only you can read'
  ls -l "$SECRETS/k3s-token"
}

# 2. Start the first server, server-1
#
# The token and the config go to their places as root, then k3s is installed at the pinned version and starts.
# ssh logs in as the user of your ssh config, who may use sudo.
start_first_server() {
  ssh 192.168.10.11 'sudo install -D -m 600 /dev/stdin /etc/rancher/k3s/token' < "$SECRETS/k3s-token"
  ssh 192.168.10.11 'sudo install -D -m 600 /dev/stdin /etc/rancher/k3s/config.yaml' < k3s/server/config.yaml
  ssh 192.168.10.11 'sudo install -D -m 600 /dev/stdin /etc/rancher/k3s/config.yaml.d/50-node.yaml' < k3s/node/server-1/config.yaml
  ssh 192.168.10.11 'curl -sfL https://get.k3s.io | INSTALL_K3S_VERSION=v1.34.9+k3s1 sh -s - server && k3s --version'
  echo 'It should say: server-1'
  ssh 192.168.10.11 'sudo k3s kubectl get nodes'
}

# 3. Fetch the kubeconfig
#
# k3s' own leads to the server's localhost and is named default; this one leads to
# https://k3s.example.org:6443 and has the cluster's name.
fetch_kubeconfig() {
  ssh 192.168.10.11 'sudo cat /etc/rancher/k3s/k3s.yaml' > "$KUBECONFIG"
  kubectl config set-cluster default --server https://k3s.example.org:6443
  kubectl config rename-context default k3s-flannel-dual-stack
  wait_for kubectl get --raw /readyz
  echo 'It should say: k3s-flannel-dual-stack'
  kubectl config current-context
}

# 4. Fetch the token in its long form
#
# The first server writes the token with the hash of its CA: with that, a joining node knows that it talks to
# the right cluster before it sends the secret.
fetch_join_token() {
  ssh 192.168.10.11 'sudo cat /var/lib/rancher/k3s/server/token' > "$SECRETS/k3s-join-token"
  echo 'It should say: 1'
  grep --count '^K10' "$SECRETS/k3s-join-token"
}

# 5. Join the other servers
#
# One after the other, since etcd takes one new member at a time. The same as on the first server, with the
# long token and the config of the role.
join_servers() {
  ssh 192.168.10.12 'sudo install -D -m 600 /dev/stdin /etc/rancher/k3s/token' < "$SECRETS/k3s-join-token"
  ssh 192.168.10.12 'sudo install -D -m 600 /dev/stdin /etc/rancher/k3s/config.yaml' < k3s/server/config.yaml
  ssh 192.168.10.12 'sudo install -D -m 600 /dev/stdin /etc/rancher/k3s/config.yaml.d/50-node.yaml' < k3s/node/server-2/config.yaml
  ssh 192.168.10.12 'curl -sfL https://get.k3s.io | INSTALL_K3S_VERSION=v1.34.9+k3s1 sh -s - server && k3s --version'
  ssh 192.168.10.13 'sudo install -D -m 600 /dev/stdin /etc/rancher/k3s/token' < "$SECRETS/k3s-join-token"
  ssh 192.168.10.13 'sudo install -D -m 600 /dev/stdin /etc/rancher/k3s/config.yaml' < k3s/server/config.yaml
  ssh 192.168.10.13 'sudo install -D -m 600 /dev/stdin /etc/rancher/k3s/config.yaml.d/50-node.yaml' < k3s/node/server-3/config.yaml
  ssh 192.168.10.13 'curl -sfL https://get.k3s.io | INSTALL_K3S_VERSION=v1.34.9+k3s1 sh -s - server && k3s --version'
  echo 'It should say: nothing, once each of them is known'
  wait_for kubectl get nodes \
    server-2 server-3
}

# 6. Join the agents
#
# In any order. The same as on the first server, with the long token and the config of the role.
join_agents() {
  ssh 192.168.10.21 'sudo install -D -m 600 /dev/stdin /etc/rancher/k3s/token' < "$SECRETS/k3s-join-token"
  ssh 192.168.10.21 'sudo install -D -m 600 /dev/stdin /etc/rancher/k3s/config.yaml' < k3s/agent/config.yaml
  ssh 192.168.10.21 'sudo install -D -m 600 /dev/stdin /etc/rancher/k3s/config.yaml.d/50-node.yaml' < k3s/node/agent-1/config.yaml
  ssh 192.168.10.21 'curl -sfL https://get.k3s.io | INSTALL_K3S_VERSION=v1.34.9+k3s1 sh -s - agent && k3s --version'
  echo 'It should say: nothing, once each of them is known'
  wait_for kubectl get nodes \
    agent-1
}

# 7. Wait until every node has registered
#
# Kubernetes knows 4 nodes, as the description does; each is or becomes Ready.
wait_for_nodes() {
  check_context
  wait_for kubectl get nodes \
    server-1 server-2 server-3 agent-1
  echo 'It should say: 4 nodes; each is or becomes Ready'
  kubectl get nodes --output wide
}

# 8. Wait until every node is ready
#
# Nodes become Ready with their pod network; then the cluster's DNS starts, without which Flux fetches
# nothing.
wait_for_network() {
  check_context
  kubectl wait --for=condition=Ready nodes --all --timeout=15m
  kubectl --namespace kube-system rollout status deployment/coredns --timeout=5m
  echo 'It should say: 4 nodes, each Ready'
  kubectl get nodes
}

# 9. Install flux-operator 0.58.1
#
# The operator that installs and upgrades Flux, under the name by which Flux takes it over from git.
install_flux() {
  check_context
  kubectl apply --server-side --filename infrastructure/flux-operator/namespace.yaml
  helm upgrade --install flux-operator oci://ghcr.io/controlplaneio-fluxcd/charts/flux-operator \
    --version 0.58.1 --namespace flux-system --wait --timeout 5m
  echo 'It should say: flux-operator is Running'
  kubectl --namespace flux-system get pods
}

# 10. Point Flux at this tree
#
# The operator installs Flux, which reads https://git.example.org/fabric.git from now on, this very file
# included. What is rendered here must have been pushed before. Where Flux reads another path already, this
# step stops: with this one it would remove everything that it has applied from there.
start_flux() {
  check_context
  point_flux_at gitops/k3s-flannel-dual-stack/flux infrastructure/flux-instance/instance.yaml
  kubectl --namespace flux-system wait --for=condition=Ready --timeout=10m fluxinstance/flux
  kubectl --namespace flux-system wait --for=condition=Ready --timeout=10m gitrepositories/flux-system
  kubectl --namespace flux-system wait --for=condition=Ready --timeout=10m kustomizations.kustomize.toolkit.fluxcd.io/flux-system
  echo 'It should say: flux-system is True'
  kubectl --namespace flux-system get gitrepositories,kustomizations.kustomize.toolkit.fluxcd.io
}

# 11. Wait until every layer is there
#
# Flux applies the layers of flux/ in the order of their dependsOn.
wait_for_layers() {
  check_context
  kubectl --namespace flux-system wait kustomizations.kustomize.toolkit.fluxcd.io --all \
    --for=condition=Ready --timeout=30m
  echo 'It should say: each layer is True'
  kubectl --namespace flux-system get kustomizations.kustomize.toolkit.fluxcd.io
}

run() {
  current="$1"
  printf '\n== %s\n' "$1"
  "${1//-/_}"
}

is_step() {
  local step
  for step in "${steps[@]}"; do
    [ "$step" != "$1" ] || return 0
  done
  return 1
}

main() {
  local step from=""
  if [ "${1:-}" = --list ]; then
    printf '%s\n' "${steps[@]}"
    return
  fi
  if [ "${1:-}" = --from ]; then
    [ "$#" -eq 2 ] || fail "--from takes the name of one step; --list shows them"
    from="$2"
    shift
  fi
  for step in "$@"; do
    is_step "$step" || fail "There is no step '$step'; --list shows them"
  done
  check_tools
  if [ "$#" -gt 0 ] && [ -z "$from" ]; then
    for step in "$@"; do run "$step"; done
    return
  fi
  for step in "${steps[@]}"; do
    [ "$step" != "$from" ] || from=""
    [ -n "$from" ] || run "$step"
  done
}

main "$@"
