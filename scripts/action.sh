#!/usr/bin/env bash
# What action.yml runs: installs fabricgen from the action's own checkout, apart from all else, and lints or checks.
set -euo pipefail

here=$(cd "$(dirname "$0")/.." && pwd)
if [[ -z ${FABRICGEN:-} ]]; then
  venv=${RUNNER_TEMP:-$(mktemp -d)}/fabricgen
  python3 -m venv "$venv"
  "$venv/bin/python" -m pip install --quiet --disable-pip-version-check "$here"
  FABRICGEN=$venv/bin/fabricgen
fi

command=${COMMAND:-lint}
case $command in
  lint | check) ;;
  *)
    echo "command is '$command'; it is lint or check" >&2
    exit 2
    ;;
esac
arguments=(--format "${FORMAT:-github}")
[[ -z ${SINCE:-} ]] || arguments+=(--since "$SINCE")
[[ -z ${FAIL_ON:-} ]] || arguments+=(--fail-on "$FAIL_ON")
read -r -a more <<<"${ARGUMENTS:-}"
read -r -a paths <<<"${PATHS:-}"

if [[ -n ${OUTPUT:-} ]]; then
  exec >"$OUTPUT"
fi
exec "$FABRICGEN" "$command" "${arguments[@]}" ${more[@]+"${more[@]}"} ${paths[@]+"${paths[@]}"}
