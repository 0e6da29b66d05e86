"""Bringing up Talos on machines: schematics, secrets, configs, etcd, kubeconfig.

Fed by the cluster and the paths of its patch files; gives the first steps.
Source: https://github.com/siderolabs/talos/blob/v1.14.0-rc.1/website/content/v1.14/reference/cli.md ; the flags used
here are the same since 1.9.
"""

from collections.abc import Iterator, Sequence

from fabricgen.cluster import Cluster, Node, Talos
from fabricgen.documents.bootstrap.step import Check, Step, command, quoted
from fabricgen.versions.version import format_minor

# talosctl's names of the two kinds of config.
_KINDS = {"control-plane": "controlplane", "worker": "worker"}


def steps(cluster: Cluster, talos: Talos, files: Sequence[str]) -> Iterator[Step]:
    """Yield the steps up to a kubeconfig; `files` are the paths of all patch files in the order of use."""
    yield _schematics(cluster, talos)
    yield _secrets(talos)
    yield _configs(cluster, talos, files)
    yield _node_configs(cluster, files)
    yield _apply(cluster)
    yield _etcd(cluster)
    yield _kubeconfig(cluster)


def _schematics(cluster: Cluster, talos: Talos) -> Step:
    named = {one.name: one for node in cluster.nodes if (one := node.schematic) is not None}
    commands = (
        command(
            f"curl --fail --silent --show-error --data-binary @{quoted(f'talos/schematics/{name}.yaml')}",
            f"{quoted(f'https://{talos.factory}/schematics')} | grep {schematic.id}",
        )
        for name, schematic in sorted(named.items())
    )
    return Step(
        name="register-schematics",
        title="Tell the image factory what the images hold",
        what=f"The installer images in talos/node/ are named by the hash of these files; {talos.factory} builds an "
        "image only after it has seen the file once. Each answer names the hash, and grep stops if it is another.",
        commands=tuple(commands),
        tools=("curl",),
        says="One line for each file, with its hash.",
        on_cluster=False,
    )


def _secrets(talos: Talos) -> Step:
    generate = command(
        f"talosctl gen secrets --talos-version v{format_minor(talos.contract)}",
        '--output-file "$SECRETS/secrets.yaml"',
    )
    return Step(
        name="generate-secrets",
        title="Make the cluster's secrets, once",
        what="Certificate authorities and tokens of the cluster. They are made once and never again; keep a copy where "
        "you keep passwords, since without this file the machines cannot be configured any more.",
        commands=(f'test -f "$SECRETS/secrets.yaml" || {generate}',),
        tools=("talosctl",),
        says="Nothing.",
        checks=(Check(command='ls -l "$SECRETS/secrets.yaml"', expect="one file that only you can read"),),
        on_cluster=False,
    )


def _configs(cluster: Cluster, talos: Talos, files: Sequence[str]) -> Step:
    flags = {
        "all": "config-patch",
        "control-plane": "config-patch-control-plane",
        "worker": "config-patch-worker",
    }
    patches = (
        f"--{flag} @{quoted(file)}"
        for folder, flag in flags.items()
        for file in files
        if file.startswith(f"talos/{folder}/")
    )
    generate = command(
        f"talosctl gen config {quoted(cluster.name)} {quoted(cluster.endpoint.url)}",
        '--with-secrets "$SECRETS/secrets.yaml"',
        f"--talos-version v{format_minor(talos.contract)} --kubernetes-version {cluster.versions.kubernetes}",
        *patches,
        "--with-docs=false --with-examples=false",
        '--output "$SECRETS" --force',
    )
    addresses = " ".join(str(node.address) for node in cluster.control_planes)
    return Step(
        name="generate-configs",
        title="Make the config of each role",
        what="talosctl's own config with the patches of talos/all and of the role. talosctl asks the control planes "
        "themselves, never the shared address, which answers only while etcd runs.",
        commands=(
            generate,
            f"talosctl config endpoint {addresses}",
            f"talosctl config node {cluster.control_planes[0].address}",
        ),
        tools=("talosctl",),
        says="The files that were written: controlplane.yaml, worker.yaml and talosconfig in $SECRETS.",
        checks=(
            Check(
                command="talosctl config info",
                expect=f"the context {cluster.name}, its endpoints {addresses}",
            ),
        ),
        on_cluster=False,
    )


def _node_configs(cluster: Cluster, files: Sequence[str]) -> Step:
    made = (
        _node_config(node, [file for file in files if f"/node/{node.name}/" in file])
        for node in cluster.nodes
    )
    checks = (
        Check(
            command=f'talosctl validate --mode metal --config "$SECRETS/{node.name}.yaml"',
            expect="is valid for metal mode",
        )
        for node in (*cluster.control_planes[:1], *cluster.workers[:1])
    )
    return Step(
        name="generate-node-configs",
        title="Make the config of each node",
        what="The config of the node's role with its own patches in talos/node: its name, its addresses, its "
        "installer, its disk.",
        commands=tuple(made),
        tools=("talosctl",),
        says="Nothing; there is a file for each node in $SECRETS.",
        checks=tuple(checks),
        on_cluster=False,
    )


def _node_config(node: Node, files: Sequence[str]) -> str:
    return command(
        f'talosctl machineconfig patch "$SECRETS/{_KINDS[node.role]}.yaml"',
        *(f"--patch @{quoted(file)}" for file in files),
        f'--output "$SECRETS/{node.name}.yaml"',
    )


def _apply(cluster: Cluster) -> Step:
    commands = (f"give_config {quoted(node.name)} {node.address}" for node in cluster.nodes)
    first = cluster.control_planes[0]
    return Step(
        name="apply-configs",
        title="Give each node its config",
        what="The nodes have booted Talos' image and wait in maintenance mode. A node that has its config already is passed "
        "over, and refuses another one, so the step can be run again. Each one installs itself and starts again.",
        commands=tuple(commands),
        tools=("talosctl",),
        says="A line for each node; its screen then says that it installs.",
        checks=(
            Check(
                command=f"wait_for talosctl --nodes {first.address} version",
                expect="nothing, once the first control plane has started again",
            ),
        ),
        on_cluster=False,
    )


def _etcd(cluster: Cluster) -> Step:
    first = cluster.control_planes[0]
    others = "; the other control planes join it" if len(cluster.control_planes) > 1 else ""
    return Step(
        name="bootstrap-etcd",
        title=f"Start etcd on {first.name}",
        what=f"Once in a cluster's life, on one control plane only{others}. The node answers once it has installed itself.",
        commands=(
            f"wait_for talosctl --nodes {first.address} version",
            f"talosctl --nodes {first.address} etcd members || talosctl --nodes {first.address} bootstrap",
            f"wait_for talosctl --nodes {first.address} etcd members",
        ),
        tools=("talosctl",),
        says="That etcd does not run yet, and then nothing; on a second run its members.",
        checks=(
            Check(
                command=f"talosctl --nodes {first.address} service etcd", expect="STATE Running, HEALTH OK"
            ),
        ),
        on_cluster=False,
    )


def _kubeconfig(cluster: Cluster) -> Step:
    first = cluster.control_planes[0]
    return Step(
        name="fetch-kubeconfig",
        title="Fetch the kubeconfig",
        what=f"kubectl's way in, to {cluster.endpoint.url}, in a file of its own, so that no other cluster's context is near.",
        commands=(
            f'talosctl --nodes {first.address} kubeconfig "$KUBECONFIG" --force',
            "wait_for kubectl get --raw /readyz",
        ),
        tools=("talosctl", "kubectl"),
        says="Nothing.",
        checks=(Check(command="kubectl config current-context", expect=f"admin@{cluster.name}"),),
        on_cluster=False,
    )
