#!/bin/sh
# Makes joelclaw, a cluster of containers, with talosctl 1.12.4: others have other flags.
# Ports cannot be changed later, only by `talosctl cluster destroy --name joelclaw` and running this again.
# Flannel needs br_netfilter in the kernel under docker: `sudo modprobe br_netfilter`, on a Mac inside docker's machine.
# Source: https://docs.siderolabs.com/talos/v1.12/platform-specific-installations/local-platforms/docker
set -eu
cd "$(dirname "$0")"
exec talosctl cluster create docker \
  --name joelclaw \
  --image ghcr.io/siderolabs/talos:v1.12.4 \
  --kubernetes-version 1.35.0 \
  --workers 0 \
  --exposed-ports 6379:6379/tcp,6333:6333/tcp,6334:6334/tcp,8288:8288/tcp,8289:8289/tcp \
  --subnet 10.5.0.0/24 \
  --memory-controlplanes 4GiB \
  --config-patch @all/kubernetes.yaml \
  --config-patch @all/machine.yaml \
  --config-patch-controlplanes @control-plane/kubernetes.yaml
