#!/usr/bin/env bash
# Rendered by fabricgen from the description of oci-operator-semver: change that (or a template), then render again.
#
# Brings oci-operator-semver up, until Flux runs it. README.md beside this file tells what each step does and what it should say.
#
#   bootstrap.sh               every step, in order
#   bootstrap.sh --list        the names of the steps
#   bootstrap.sh --from STEP   this step and all after it
#   bootstrap.sh STEP...       only these steps
set -euo pipefail
umask 077
cd "$(dirname "${BASH_SOURCE[0]}")/.."

# Keys, tokens and the kubeconfig: outside every repository, for your eyes only.
export SECRETS="${SECRETS:-$HOME/.config/fabricgen/oci-operator-semver}"
# A kubeconfig with this cluster alone, so that no command can reach another one.
export KUBECONFIG="$SECRETS/kubeconfig"
# The same for talosctl.
export TALOSCONFIG="$SECRETS/talosconfig"
mkdir -p "$SECRETS"

steps=(
  register-schematics
  generate-secrets
  generate-configs
  generate-node-configs
  apply-configs
  bootstrap-etcd
  fetch-kubeconfig
  wait-for-nodes
  install-cilium
  wait-for-network
  install-flux
  check-secrets
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
  for tool in curl helm kubectl talosctl; do
    command -v "$tool" >/dev/null || missing="$missing $tool"
  done
  [ -z "$missing" ] || fail "Missing on this machine:$missing"
}

# The kubeconfig must be this cluster's: what follows would change whichever cluster it leads to.
check_context() {
  local context
  context="$(kubectl config current-context 2>/dev/null || true)"
  [ "$context" = admin@oci-operator-semver ] || fail "kubectl's context is '${context:-none}' and not 'admin@oci-operator-semver': look at $KUBECONFIG"
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

# Says where a node answers before it has its config: at its own address, unless MAINTENANCE="name=address name=address"
# says otherwise.
answers_at() {
  local pair
  for pair in ${MAINTENANCE:-}; do
    if [ "${pair%%=*}" = "$1" ]; then
      echo "${pair#*=}"
      return
    fi
  done
  echo "$2"
}

# Gives the node $1 at $2 its config; one that has it answers to our certificate, and is passed over.
give_config() {
  if talosctl --endpoints "$2" --nodes "$2" version >/dev/null 2>&1; then
    echo "$1 has its config."
    return
  fi
  talosctl apply-config --insecure --nodes "$(answers_at "$1" "$2")" --file "$SECRETS/$1.yaml" || return 1
  echo "$1 was given its config."
}

# 1. Tell the image factory what the images hold
#
# The installer images in talos/node/ are named by the hash of these files; factory.talos.dev builds an image
# only after it has seen the file once. Each answer names the hash, and grep stops if it is another.
register_schematics() {
  curl --fail --silent --show-error --data-binary @talos/schematics/raspberry-pi-4.yaml \
    https://factory.talos.dev/schematics | grep ee21ef4a5ef808a9b7484cc0dda0f25075021691c8c09a276591eedb638ea1f9
}

# 2. Make the cluster's secrets, once
#
# Certificate authorities and tokens of the cluster. They are made once and never again; keep a copy where you
# keep passwords, since without this file the machines cannot be configured any more.
generate_secrets() {
  test -f "$SECRETS/secrets.yaml" || talosctl gen secrets --talos-version v1.12 \
    --output-file "$SECRETS/secrets.yaml"
  echo 'It should say: one file that only you can read'
  ls -l "$SECRETS/secrets.yaml"
}

# 3. Make the config of each role
#
# talosctl's own config with the patches of talos/all and of the role. talosctl asks the control planes
# themselves, never the shared address, which answers only while etcd runs.
generate_configs() {
  talosctl gen config oci-operator-semver https://10.60.0.11:6443 \
    --with-secrets "$SECRETS/secrets.yaml" \
    --talos-version v1.12 --kubernetes-version 1.35.0 \
    --config-patch @talos/all/kubernetes.yaml \
    --config-patch @talos/all/machine.yaml \
    --config-patch-control-plane @talos/control-plane/kubernetes.yaml \
    --with-docs=false --with-examples=false \
    --output "$SECRETS" --force
  talosctl config endpoint 10.60.0.11
  talosctl config node 10.60.0.11
  echo 'It should say: the context oci-operator-semver, its endpoints 10.60.0.11'
  talosctl config info
}

# 4. Make the config of each node
#
# The config of the node's role with its own patches in talos/node: its name, its addresses, its installer,
# its disk.
generate_node_configs() {
  talosctl machineconfig patch "$SECRETS/controlplane.yaml" \
    --patch @talos/node/node-1/machine.yaml \
    --output "$SECRETS/node-1.yaml"
  echo 'It should say: is valid for metal mode'
  talosctl validate --mode metal --config "$SECRETS/node-1.yaml"
}

# 5. Give each node its config
#
# The nodes have booted Talos' image and wait in maintenance mode. A node that has its config already is
# passed over, and refuses another one, so the step can be run again. Each one installs itself and starts
# again.
apply_configs() {
  give_config node-1 10.60.0.11
  echo 'It should say: nothing, once the first control plane has started again'
  wait_for talosctl --nodes 10.60.0.11 version
}

# 6. Start etcd on node-1
#
# Once in a cluster's life, on one control plane only. The node answers once it has installed itself.
bootstrap_etcd() {
  wait_for talosctl --nodes 10.60.0.11 version
  talosctl --nodes 10.60.0.11 etcd members || talosctl --nodes 10.60.0.11 bootstrap
  wait_for talosctl --nodes 10.60.0.11 etcd members
  echo 'It should say: STATE Running, HEALTH OK'
  talosctl --nodes 10.60.0.11 service etcd
}

# 7. Fetch the kubeconfig
#
# kubectl's way in, to https://10.60.0.11:6443, in a file of its own, so that no other cluster's context is
# near.
fetch_kubeconfig() {
  talosctl --nodes 10.60.0.11 kubeconfig "$KUBECONFIG" --force
  wait_for kubectl get --raw /readyz
  echo 'It should say: admin@oci-operator-semver'
  kubectl config current-context
}

# 8. Wait until every node has registered
#
# Kubernetes knows 1 node, as the description does; NotReady is right: there is no pod network yet.
wait_for_nodes() {
  check_context
  wait_for kubectl get nodes \
    node-1
  echo 'It should say: 1 node; NotReady is right: there is no pod network yet'
  kubectl get nodes --output wide
}

# 9. Install Cilium 1.18.12
#
# The chart, version, values, name and namespace of infrastructure/cilium/release.yaml, so that Flux finds its
# own release later and changes nothing.
install_cilium() {
  check_context
  helm upgrade --install cilium cilium \
    --repo https://helm.cilium.io/ --version 1.18.12 \
    --namespace kube-system --values bootstrap/cilium-values.yaml \
    --timeout 15m --wait
  kubectl --namespace kube-system rollout status daemonset/cilium --timeout=15m
  kubectl --namespace kube-system rollout status deployment/cilium-operator --timeout=5m
  echo 'It should say: OK'
  kubectl --namespace kube-system exec daemonset/cilium --container cilium-agent -- cilium-dbg status --brief
}

# 10. Wait until every node is ready
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

# 11. Install flux-operator 0.58.1
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

# 12. Make the Secrets that are not in git
#
# The tree names them and never holds them. This step stops if one is missing; make it from files in $SECRETS.
check_secrets() {
  check_context
  kubectl --namespace flux-system get secret registry
  kubectl --namespace flux-system get secret registry-ca
}

# 13. Point Flux at this tree
#
# The operator installs Flux, which reads oci://registry.home.arpa/fleet/oci-operator-semver from now on, this
# very file included. What is rendered here must have been published with `fabricgen push` before. Where Flux
# reads another path already, this step stops: with this one it would remove everything that it has applied
# from there.
start_flux() {
  check_context
  point_flux_at gitops/oci-operator-semver/flux infrastructure/flux-instance/instance.yaml
  kubectl --namespace flux-system wait --for=condition=Ready --timeout=10m fluxinstance/flux
  kubectl --namespace flux-system wait --for=condition=Ready --timeout=10m ocirepositories/flux-system
  kubectl --namespace flux-system wait --for=condition=Ready --timeout=10m kustomizations.kustomize.toolkit.fluxcd.io/flux-system
  echo 'It should say: flux-system is True'
  kubectl --namespace flux-system get ocirepositories,kustomizations.kustomize.toolkit.fluxcd.io
}

# 14. Wait until every layer is there
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
