#!/usr/bin/env bash
# Rendered by fabricgen from the description of joelclaw: change that (or a template), then render again.
#
# Brings joelclaw up, until Flux runs it. README.md beside this file tells what each step does and what it should say.
#
#   bootstrap.sh               every step, in order
#   bootstrap.sh --list        the names of the steps
#   bootstrap.sh --from STEP   this step and all after it
#   bootstrap.sh STEP...       only these steps
set -euo pipefail
umask 077
cd "$(dirname "${BASH_SOURCE[0]}")/.."

# Keys, tokens and the kubeconfig: outside every repository, for your eyes only.
export SECRETS="${SECRETS:-$HOME/.config/fabricgen/joelclaw}"
# A kubeconfig with this cluster alone, so that no command can reach another one.
export KUBECONFIG="$SECRETS/kubeconfig"
# The same for talosctl.
export TALOSCONFIG="$SECRETS/talosconfig"
mkdir -p "$SECRETS"

steps=(
  create-containers
  fetch-kubeconfig
  wait-for-nodes
  install-cilium
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
  for tool in docker helm kubectl talosctl; do
    command -v "$tool" >/dev/null || missing="$missing $tool"
  done
  [ -z "$missing" ] || fail "Missing on this machine:$missing"
}

# The kubeconfig must be this cluster's: what follows would change whichever cluster it leads to.
check_context() {
  local context
  context="$(kubectl config current-context 2>/dev/null || true)"
  [ "$context" = admin@joelclaw ] || fail "kubectl's context is '${context:-none}' and not 'admin@joelclaw': look at $KUBECONFIG"
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

# 1. Make the containers, without waiting
#
# talosctl waits until the nodes are ready, and they are only with Cilium: so it waits in the background, with
# a kubeconfig of its own, and says in create-cluster.log how far it is.
create_containers() {
  docker container inspect joelclaw-controlplane-1 > /dev/null 2>&1 || \
    KUBECONFIG="$SECRETS/kubeconfig-of-create" nohup sh talos/create-cluster.sh > "$SECRETS/create-cluster.log" 2>&1 &
  echo 'It should say: nothing, once the container is there'
  wait_for docker container inspect joelclaw-controlplane-1
}

# 2. Fetch the kubeconfig before talosctl hands it out
#
# The API is published on a port of this machine, which works where the containers' own addresses cannot be
# reached, such as on a Mac.
fetch_kubeconfig() {
  wait_for talosctl --nodes 10.5.0.2 kubeconfig "$KUBECONFIG" --force
  kubectl config set-cluster joelclaw --server "https://127.0.0.1:$(docker port joelclaw-controlplane-1 6443/tcp | head -n 1 | sed 's/.*://')"
  wait_for kubectl get --raw /readyz
  echo 'It should say: admin@joelclaw'
  kubectl config current-context
}

# 3. Wait until every node has registered
#
# Kubernetes knows 1 node, as the description does; NotReady is right: there is no pod network yet.
wait_for_nodes() {
  check_context
  wait_for kubectl get nodes \
    joelclaw-controlplane-1
  echo 'It should say: 1 node; NotReady is right: there is no pod network yet'
  kubectl get nodes --output wide
}

# 4. Install Cilium 1.19.7
#
# The chart, version, values, name and namespace of infrastructure/cilium/release.yaml, so that Flux finds its
# own release later and changes nothing.
install_cilium() {
  check_context
  helm upgrade --install cilium cilium \
    --repo https://helm.cilium.io/ --version 1.19.7 \
    --namespace kube-system --values bootstrap/cilium-values.yaml \
    --timeout 15m --wait
  kubectl --namespace kube-system rollout status daemonset/cilium --timeout=15m
  kubectl --namespace kube-system rollout status deployment/cilium-operator --timeout=5m
  echo 'It should say: OK'
  kubectl --namespace kube-system exec daemonset/cilium --container cilium-agent -- cilium-dbg status --brief
}

# 5. Wait until every node is ready
#
# Nodes become Ready with their pod network; then the cluster's DNS starts, without which Flux fetches
# nothing.
wait_for_network() {
  check_context
  kubectl wait --for=condition=Ready nodes --all --timeout=15m
  kubectl --namespace kube-system rollout status deployment/coredns --timeout=5m
  echo 'It should say: 1 node, each Ready'
  kubectl get nodes
}

# 6. Install flux-operator 0.58.1
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

# 7. Point Flux at this tree
#
# The operator installs Flux, which reads https://github.com/joelhooks/joelclaw from now on, this very file
# included. What is rendered here must have been pushed before. Where Flux reads another path already, this
# step stops: with this one it would remove everything that it has applied from there.
start_flux() {
  check_context
  point_flux_at gitops/joelclaw/flux infrastructure/flux-instance/instance.yaml
  kubectl --namespace flux-system wait --for=condition=Ready --timeout=10m fluxinstance/flux
  kubectl --namespace flux-system wait --for=condition=Ready --timeout=10m gitrepositories/flux-system
  kubectl --namespace flux-system wait --for=condition=Ready --timeout=10m kustomizations.kustomize.toolkit.fluxcd.io/flux-system
  echo 'It should say: flux-system is True'
  kubectl --namespace flux-system get gitrepositories,kustomizations.kustomize.toolkit.fluxcd.io
}

# 8. Wait until every layer is there
#
# Flux applies the layers of flux/ in the order of their dependsOn, and takes over the release of Cilium.
wait_for_layers() {
  check_context
  kubectl --namespace flux-system wait kustomizations.kustomize.toolkit.fluxcd.io --all \
    --for=condition=Ready --timeout=30m
  kubectl --namespace kube-system wait helmrelease/cilium --for=condition=Ready --timeout=20m
  echo 'It should say: each layer is True'
  kubectl --namespace flux-system get kustomizations.kustomize.toolkit.fluxcd.io
  echo 'It should say: two revisions, the second by Flux, both deployed from the same chart'
  helm --namespace kube-system history cilium
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
