#!/usr/bin/env bash
# What action.yml runs: installs fabricgen from the action's own checkout, apart from all else, and lints.
set -euo pipefail

here=$(cd "$(dirname "$0")/.." && pwd)
if [[ -z ${FABRICGEN:-} ]]; then
  venv=${RUNNER_TEMP:-$(mktemp -d)}/fabricgen
  python3 -m venv "$venv"
  "$venv/bin/python" -m pip install --quiet --disable-pip-version-check "$here"
  FABRICGEN=$venv/bin/fabricgen
fi

arguments=(--format "${FORMAT:-github}")
[[ -z ${SINCE:-} ]] || arguments+=(--since "$SINCE")
[[ -z ${FAIL_ON:-} ]] || arguments+=(--fail-on "$FAIL_ON")
read -r -a more <<<"${ARGUMENTS:-}"
read -r -a paths <<<"${PATHS:-.}"

if [[ -n ${OUTPUT:-} ]]; then
  exec "$FABRICGEN" lint "${arguments[@]}" ${more[@]+"${more[@]}"} "${paths[@]}" >"$OUTPUT"
fi
exec "$FABRICGEN" lint "${arguments[@]}" ${more[@]+"${more[@]}"} "${paths[@]}"
