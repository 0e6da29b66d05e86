"""Innocent constellations of other people's layers and folders, of which rules of severity error say nothing."""

from pathlib import Path

from fabric_files import cilium

from fabricgen.check.tree import STRICT
from fabricgen.lint import lint_path

ROOT = """\
# file: flux/cluster.yaml
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {name: cluster, namespace: flux-system}
spec: {prune: true, path: ./apps, sourceRef: {kind: GitRepository, name: flux-system}}
# file: apps/kustomization.yaml
apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
resources: [map.yaml]
# file: apps/map.yaml
apiVersion: v1
kind: ConfigMap
metadata: {name: one, namespace: default}
"""
STRAY_POLICY = """\
# file: considered-once/policy.yaml
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: nothing, namespace: default}
spec: {endpointSelector: {}, ingress: [], egress: []}
"""
# What rests on something being nowhere: errors in a tree of ours, where all there is was read.
MISSING = STRICT - {"FLX003", "GWY018", "REF002", "REF003"}


def told(root: Path, *files: str) -> list[str]:
    """Write files and return the ids of the rules that are told of them: errors, and what is one in a tree of ours."""
    for file in files:
        name, _, text = file.removeprefix("# file: ").partition("\n")
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    return [one.rule for one in lint_path(root) if one.severity == "error" or one.rule in MISSING]


def split(text: str) -> list[str]:
    return [f"# file: {part}" for part in text.split("# file: ") if part]


def test_a_policy_that_no_layer_applies_is_nobodys(tmp_path: Path) -> None:
    assert "POL004" in told(tmp_path / "alone", STRAY_POLICY)
    assert told(tmp_path / "beside", *split(ROOT), STRAY_POLICY) == []


def test_what_stands_in_a_submodule_is_not_missed(tmp_path: Path) -> None:
    listed = ROOT.replace("[map.yaml]", "[map.yaml, shared/base]")
    modules = '# file: .gitmodules\n[submodule "shared"]\n\tpath = apps/shared\n\turl = https://example.org/shared\n'

    assert told(tmp_path / "without", *split(listed)) == ["FLX002"]
    assert told(tmp_path / "with", *split(listed), modules) == []


def test_files_that_the_source_leaves_out_need_not_be_manifests(tmp_path: Path) -> None:
    generated = ROOT.replace("./apps", "./plain") + (
        "# file: plain/map.yaml\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: one, namespace: default}\n"
    )
    values = "# file: plain/values.yaml\nreplicas: 2\n"
    ignoring = (
        "# file: plain/source.yaml\n"
        "apiVersion: source.toolkit.fluxcd.io/v1\nkind: GitRepository\n"
        "metadata: {name: flux-system, namespace: flux-system}\n"
        "spec: {interval: 1h, url: https://example.org/one, ignore: values.yaml}\n"
    )

    assert "FLX015" in told(tmp_path / "plain", *split(generated), values)
    assert "FLX015" not in told(tmp_path / "ignoring", *split(generated), values, ignoring)


def test_a_namespace_of_another_cluster_is_not_this_ones_flux(tmp_path: Path) -> None:
    there = ROOT.replace("prune: true", "prune: true, kubeConfig: {secretRef: {name: other}}").replace(
        "kind: ConfigMap\nmetadata: {name: one, namespace: default}",
        "kind: Namespace\nmetadata: {name: flux-system}",
    )

    assert told(tmp_path, *split(there)) == []


def test_a_namespace_that_something_else_puts_in_needs_no_variable(tmp_path: Path) -> None:
    layer = ROOT.replace("prune: true", "prune: true, postBuild: {substitute: {APP: one}}")
    named = layer.replace("name: one, namespace: default", 'name: one, namespace: "${NAMESPACE}"')
    moved = named.replace("prune: true", "prune: true, targetNamespace: default")

    assert told(tmp_path / "open", *split(named)) == ["FLX001"]
    assert told(tmp_path / "moved", *split(moved)) == []


def test_a_copied_namespace_that_kustomize_names_rightly_is_no_loss(tmp_path: Path) -> None:
    copied = ROOT.replace("[map.yaml]", "[map.yaml, namespace.yaml]\nnamespace: apps") + (
        "# file: apps/namespace.yaml\napiVersion: v1\nkind: Namespace\nmetadata: {name: network}\n"
    )
    user = "# file: flux/other.yaml\n" + ROOT.partition("# file: apps/")[0].partition("\n")[2].replace(
        "name: cluster", "name: other"
    ).replace("./apps", "./network").replace("prune: true", "prune: false, targetNamespace: network")
    files = "# file: network/kustomization.yaml\nresources: [made.yaml]\n# file: network/made.yaml\napiVersion: v1\n"
    config_map = "kind: ConfigMap\nmetadata: {name: one}\n"
    namespace = "kind: Namespace\nmetadata: {name: network}\n"

    assert told(tmp_path / "lost", *split(copied), user, *split(files + config_map)) == ["FLS003"]
    assert told(tmp_path / "made", *split(copied), user, *split(files + namespace)) == []


def test_what_starts_a_cluster_may_call_the_repository_otherwise(tmp_path: Path) -> None:
    entry = ROOT.replace("name: flux-system}}", "name: home}}").replace("./apps", "./kubernetes/apps")
    entry = entry.replace("# file: apps/", "# file: kubernetes/apps/").replace(
        "[map.yaml]", "[one.yaml, two.yaml]"
    )
    inner = (
        "# file: kubernetes/apps/NAME.yaml\napiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\n"
        "metadata: {name: NAME, namespace: flux-system}\n"
        "spec: {prune: true, path: ./kubernetes/NAME, sourceRef: {kind: GitRepository, name: flux-system}DEPENDS}\n"
        "# file: kubernetes/NAME/map.yaml\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: NAME, namespace: default}\n"
    )
    one = inner.replace("NAME", "one").replace("DEPENDS", "")
    two = inner.replace("NAME", "two").replace("DEPENDS", ", dependsOn: [{name: one}]")

    assert told(tmp_path, *split(entry), *split(one), *split(two)) == []


def test_the_channel_of_gateway_api_may_be_chosen_by_what_its_source_leaves_out(tmp_path: Path) -> None:
    source = (
        "# file: apps/map.yaml\napiVersion: source.toolkit.fluxcd.io/v1\nkind: GitRepository\n"
        "metadata: {name: crds, namespace: flux-system}\n"
        "spec: {interval: 1h, url: https://github.com/kubernetes-sigs/gateway-api, ref: {tag: v1.6.1}IGNORE}\n---\n"
        "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\n"
        "metadata: {name: crds, namespace: flux-system}\n"
        "spec: {prune: true, sourceRef: {kind: GitRepository, name: crds}}\n---\n"
        "apiVersion: gateway.networking.k8s.io/v1alpha2\nkind: TCPRoute\nmetadata: {name: one, namespace: default}\n"
    )
    base = [
        *split(ROOT.partition("# file: apps/map.yaml")[0]),
        cilium().replace("# file: cilium", "# file: apps"),
    ]
    base[1] = base[1].replace("[map.yaml]", "[map.yaml, release.yaml]")
    ignore = ', ignore: "/*\\n!config/crd/experimental"'

    assert "VER007" in told(tmp_path / "standard", *base, source.replace("IGNORE", ""))
    assert "VER007" not in told(tmp_path / "ignoring", *base, source.replace("IGNORE", ignore))


def test_what_flux_syncs_tells_other_repositories_of_the_same_layout(tmp_path: Path) -> None:
    instance = (
        "# file: flux/instance.yaml\napiVersion: fluxcd.controlplane.io/v1\nkind: FluxInstance\n"
        "metadata: {name: flux, namespace: flux-system}\n"
        "spec: {distribution: {version: 2.8.x, registry: ghcr.io/fluxcd}, sync: {kind: GitRepository, "
        "url: 'https://example.org/me/here.git', path: flux/cluster, ref: refs/heads/main}}\n"
    )
    root = ROOT.replace("# file: flux/cluster.yaml", "# file: flux/cluster/apps.yaml").replace(
        "./apps", "./kubernetes/apps"
    )
    root = root.replace("# file: apps/", "# file: kubernetes/apps/").replace(
        "[map.yaml]", "[one/ks.yaml, two/ks.yaml]"
    )
    source = (
        "# file: kubernetes/apps/one/ks.yaml\napiVersion: source.toolkit.fluxcd.io/v1\nkind: GitRepository\n"
        "metadata: {name: there, namespace: flux-system}\nspec: {interval: 1h, url: 'ssh://git@example.org/me/ADDRESS'}\n---\n"
        "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {name: one, namespace: flux-system}\n"
        "spec: {prune: true, path: ./kubernetes/apps/two/app, sourceRef: {kind: GitRepository, name: there}}\n"
    )
    waiting = (
        "# file: kubernetes/apps/two/ks.yaml\napiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\n"
        "metadata: {name: two, namespace: flux-system}\n"
        "spec: {prune: true, path: ./kubernetes/apps/two/app, dependsOn: [{name: elsewhere}], "
        "sourceRef: {kind: GitRepository, name: flux-system}}\n"
        "# file: kubernetes/apps/two/app/map.yaml\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: two, namespace: default}\n"
    )
    files = [*split(instance), *split(root), *split(waiting)]

    assert "FLX004" in told(tmp_path / "same", *files, source.replace("ADDRESS", "here"))
    assert "FLX004" not in told(tmp_path / "other", *files, source.replace("ADDRESS", "other"))


def test_the_kustomization_that_a_flux_instance_syncs_can_be_waited_for(tmp_path: Path) -> None:
    instance = (
        "# file: flux/instance.yaml\napiVersion: fluxcd.controlplane.io/v1\nkind: FluxInstance\n"
        "metadata: {name: flux, namespace: flux-system}\n"
        "spec: {distribution: {version: 2.8.x, registry: ghcr.io/fluxcd}, sync: {kind: GitRepository, "
        "url: 'https://example.org/me/here.git', path: flux/cluster, ref: refs/heads/mainNAMED}}\n"
    )
    root = ROOT.replace("# file: flux/cluster.yaml", "# file: flux/cluster/apps.yaml").replace(
        "prune: true", "prune: true, dependsOn: [{name: flux-system}]"
    )

    assert "FLX004" not in told(tmp_path / "named", *split(instance.replace("NAMED", "")), *split(root))
    assert "FLX004" in told(
        tmp_path / "other", *split(instance.replace("NAMED", ", name: own")), *split(root)
    )


def test_a_kustomization_that_its_folder_leaves_out_is_not_judged_as_it_stands(tmp_path: Path) -> None:
    alone = ROOT.replace(
        ", namespace: flux-system}\nspec: {prune", "}\nspec: {dependsOn: [{name: none}], prune"
    )

    assert told(
        tmp_path / "whole", *split(alone.replace("{name: cluster}", "{name: cluster, namespace: a}"))
    ) == ["FLX004"]
    assert told(tmp_path / "bare", *split(alone)) == []


def test_where_most_kustomizations_are_not_reached_nothing_is_said_to_be_missing(tmp_path: Path) -> None:
    waiting = ROOT.replace("prune: true", "prune: true, dependsOn: [{name: none}]")
    lost = "".join(
        f"# file: lost/{name}/ks.yaml\n"
        + ROOT.partition("# file: apps/")[0]
        .partition("\n")[2]
        .replace("./apps", f"./gone/{name}")
        .replace("name: cluster", f"name: {name}")
        .replace("name: flux-system}}", "name: other}}")
        for name in ("one", "two")
    )

    assert told(tmp_path / "known", *split(waiting)) == ["FLX004"]
    assert told(tmp_path / "lost", *split(waiting), *split(lost)) == []


def test_a_layer_in_the_folder_that_it_applies_means_that_of_another_repository(tmp_path: Path) -> None:
    root = ROOT.replace("# file: flux/", "# file: start/").replace("./apps", "./kubernetes/apps")
    root = root.replace("# file: apps/", "# file: kubernetes/apps/").replace("[map.yaml]", "[one, two]")
    there = (
        "# file: kubernetes/apps/one/there.yaml\napiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\n"
        "metadata: {name: one, namespace: flux-system}\n"
        "spec: {prune: true, path: ./kubernetes/apps/one, sourceRef: {kind: GitRepository, name: there}}\n"
        "# file: kubernetes/apps/one/kustomization.yaml\nresources: [there.yaml]\n"
    )
    here = (
        "# file: kubernetes/apps/two/ks.yaml\napiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\n"
        "metadata: {name: two, namespace: flux-system}\nspec: {prune: true, path: ./kubernetes/apps/two/app, "
        "dependsOn: [{name: of-there}], sourceRef: {kind: GitRepository, name: flux-system}}\n"
        "# file: kubernetes/apps/two/kustomization.yaml\nresources: [ks.yaml]\n"
        "# file: kubernetes/apps/two/app/map.yaml\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: two, namespace: default}\n"
    )

    assert told(tmp_path / "unnamed", *split(root), *split(there), *split(here)) == []
    assert (
        told(
            tmp_path / "own",
            *split(root),
            *split(there.replace("name: there}}", "name: flux-system}}")),
            *split(here),
        )
        == []
    )
