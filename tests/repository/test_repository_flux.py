"""What Flux applies of a repository, and how several clusters in one are told apart."""

from pathlib import Path, PurePosixPath

import pytest

from fabricgen.repository import ClusterItems, Layer, find_root, split_clusters
from fabricgen.repository.reading import read_texts
from fabricgen.rules.example import clusters_of, texts_of


def layer(name: str, path: str, more: str = "") -> str:
    return f"""\
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata:
  name: {name}
  namespace: flux-system
spec:
  interval: 1h
  prune: true
  path: {path}
  sourceRef: {{kind: GitRepository, name: flux-system}}
{more}"""


def release(name: str = "cilium") -> str:
    return f"""\
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata:
  name: {name}
spec:
  interval: 1h
"""


def only(text: str) -> ClusterItems:
    (cluster,) = clusters_of(text)
    return cluster


def applied(cluster: ClusterItems) -> list[str]:
    return [item.label for item in cluster.items if item.layer is not None]


def paths(layers: tuple[Layer, ...]) -> list[str]:
    return [str(one.path) for one in layers]


def test_layers_below_layers_are_found_from_the_entry_point() -> None:
    cluster = only(f"""\
# file: flux/apps.yaml
{layer("apps", "./apps")}
# file: apps/web/ks.yaml
{layer("web", "./apps/web/app")}
# file: apps/kustomization.yaml
resources: [web/ks.yaml]
# file: apps/web/app/release.yaml
{release("web")}
""")

    assert [root.item.name for root in cluster.roots] == ["apps"]
    assert paths(tuple(cluster.layers())) == ["apps", "apps/web/app"]
    assert applied(cluster) == ["Kustomization flux-system/web", "HelmRelease web"]


def test_a_layer_gives_its_namespace_and_its_patches() -> None:
    cluster = only(f"""\
# file: flux/apps.yaml
{layer("apps", "./apps")}\
  targetNamespace: kube-system
  patches:
    - patch: |-
        apiVersion: helm.toolkit.fluxcd.io/v2
        kind: HelmRelease
        metadata:
          name: not-used
        spec:
          timeout: 15m
      target: {{kind: HelmRelease}}
# file: apps/release.yaml
{release()}
""")

    (item,) = (one for one in cluster.items if one.kind == "HelmRelease")
    assert (item.namespace, item.name, item.get("spec", "timeout")) == ("kube-system", "cilium", "15m")


def test_components_of_a_layer_work_on_what_it_applies() -> None:
    cluster = only(f"""\
# file: flux/apps.yaml
{layer("apps", "./apps/web")}\
  components: [../../components/alerts]
# file: apps/web/release.yaml
{release()}
# file: components/alerts/kustomization.yaml
kind: Component
resources: [alert.yaml]
# file: components/alerts/alert.yaml
apiVersion: v1
kind: ConfigMap
metadata:
  name: alert
""")

    assert applied(cluster) == ["HelmRelease cilium", "ConfigMap alert"]


def test_the_paths_of_another_source_are_not_looked_for_here() -> None:
    cluster = only(f"""\
# file: flux/apps.yaml
{layer("apps", "./apps")}
# file: apps/other.yaml
apiVersion: source.toolkit.fluxcd.io/v1
kind: GitRepository
metadata:
  name: other
  namespace: flux-system
spec:
  interval: 1h
  url: https://example.test/other
---
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata:
  name: other
  namespace: flux-system
spec:
  interval: 1h
  prune: true
  path: ./
  sourceRef: {{kind: GitRepository, name: other}}
""")

    (root,) = cluster.roots
    (other,) = root.children
    assert (other.is_own, other.path) == (False, None)


def test_a_source_with_the_url_of_our_own_is_our_own() -> None:
    source = "apiVersion: source.toolkit.fluxcd.io/v1\nkind: GitRepository\n"
    cluster = only(f"""\
# file: flux/apps.yaml
{layer("apps", "./apps")}
# file: flux/sources.yaml
{source}metadata: {{name: flux-system, namespace: flux-system}}
spec: {{url: "https://example.test/mine"}}
---
{source}metadata: {{name: again, namespace: flux-system}}
spec: {{url: "https://example.test/mine.git"}}
# file: apps/more.yaml
{layer("more", "./more").replace("name: flux-system}", "name: again}")}
# file: more/release.yaml
{release()}
""")

    assert applied(cluster) == ["Kustomization flux-system/more", "HelmRelease cilium"]


def test_an_artifact_may_hold_a_part_of_the_repository() -> None:
    cluster = only(f"""\
# file: k8s/clusters/home/apps.yaml
{layer("apps", "./apps")}
# file: k8s/apps/release.yaml
{release()}
""")

    assert paths(tuple(cluster.layers())) == ["k8s/apps"]


def test_a_part_of_the_repository_may_be_all_there_is() -> None:
    cluster = only(f"""\
# file: clusters/home/apps.yaml
{layer("apps", "./kubernetes/apps")}
# file: apps/release.yaml
{release()}
""")

    assert paths(tuple(cluster.layers())) == ["apps"]


def test_the_root_of_a_repository_is_found_from_a_folder_in_it(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / "kubernetes" / "apps").mkdir(parents=True)

    assert find_root(tmp_path / "kubernetes" / "apps") == tmp_path


def test_clusters_in_folders_of_their_own_are_told_apart() -> None:
    clusters = clusters_of(f"""\
# file: clusters/home/apps.yaml
{layer("apps", "./apps")}
# file: clusters/lab/apps.yaml
{layer("apps", "./apps")}
# file: apps/release.yaml
{release()}
# file: talos/lab/patch.yaml
machine: {{}}
""")

    assert [cluster.name for cluster in clusters] == ["home", "lab"]
    assert [applied(cluster) for cluster in clusters] == [["HelmRelease cilium"]] * 2
    assert [any("machine" in item.body for item in cluster.items) for cluster in clusters] == [False, True]


def test_entry_points_of_one_name_are_of_several_clusters() -> None:
    clusters = clusters_of(f"""\
# file: kubernetes/main/flux/apps.yaml
{layer("apps", "./kubernetes/main/apps")}
# file: kubernetes/staging/flux/apps.yaml
{layer("apps", "./kubernetes/staging/apps")}
# file: kubernetes/main/apps/release.yaml
{release()}
# file: kubernetes/staging/apps/release.yaml
{release()}
""")

    assert [cluster.name for cluster in clusters] == ["main", "staging"]


def test_entry_points_are_read_as_their_overlays_make_them() -> None:
    base = layer("apps", "apps/X")
    overlay = """\
resources: [../base]
patches:
  - target: {kind: Kustomization}
    patch: '[{"op": "replace", "path": "/spec/path", "value": "apps/NAME"}]'
"""
    clusters = clusters_of(f"""\
# file: clusters/base/kustomization.yaml
resources: [apps.yaml]
# file: clusters/base/apps.yaml
{base}
# file: clusters/home/kustomization.yaml
{overlay.replace("NAME", "home")}
# file: clusters/lab/kustomization.yaml
{overlay.replace("NAME", "lab")}
# file: apps/home/release.yaml
{release("home")}
# file: apps/lab/release.yaml
{release("lab")}
""")

    assert {cluster.name: applied(cluster) for cluster in clusters} == {
        "home": ["HelmRelease home"],
        "lab": ["HelmRelease lab"],
    }


def test_what_a_kustomization_leaves_out_is_idle() -> None:
    cluster = only(f"""\
# file: flux/apps.yaml
{layer("apps", "./apps")}
# file: apps/kustomization.yaml
resources: [kept/ks.yaml]
# file: apps/kept/ks.yaml
{layer("kept", "./apps/kept/app")}
# file: apps/kept/app/release.yaml
{release("kept")}
# file: apps/dropped/ks.yaml
{layer("dropped", "./apps/dropped/app")}
# file: apps/dropped/app/release.yaml
{release("dropped")}
""")

    assert [one.item.name for one in cluster.layers()] == ["apps", "kept"]
    assert [item.name for item in cluster.idle] == ["dropped", "dropped"]
    assert "dropped" not in {item.name for item in cluster.items}


def test_patches_and_files_of_generators_are_no_objects() -> None:
    cluster = only(f"""\
# file: flux/apps.yaml
{layer("apps", "./apps")}
# file: apps/kustomization.yaml
resources: [release.yaml]
patches: [{{path: patch.yaml}}]
configMapGenerator:
  - name: values
    files: [values.yaml]
# file: apps/release.yaml
{release()}
# file: apps/patch.yaml
{release()}\
  timeout: 15m
# file: apps/values.yaml
ipam: {{mode: kubernetes}}
""")

    assert [item.label for item in cluster.items] == [
        "Kustomization flux-system/apps",
        "HelmRelease cilium",
        "ConfigMap values",
    ]


def test_a_flux_instance_that_syncs_the_repository_is_an_entry_point() -> None:
    cluster = only(f"""\
# file: instance.yaml
apiVersion: fluxcd.controlplane.io/v1
kind: FluxInstance
metadata: {{name: flux, namespace: flux-system}}
spec:
  sync: {{kind: GitRepository, url: "https://example.test/mine", ref: main, path: clusters/home}}
# file: clusters/home/apps.yaml
{layer("apps", "./apps")}
# file: apps/release.yaml
{release()}
""")

    assert [root.item.kind for root in cluster.roots] == ["FluxInstance"]
    assert cluster.name == "home"
    assert applied(cluster) == ["Kustomization flux-system/apps", "HelmRelease cilium"]


def test_a_layer_that_applies_itself_ends() -> None:
    cluster = only(f"""\
# file: clusters/home/flux-system/gotk-sync.yaml
{layer("flux-system", "./clusters/home")}
# file: clusters/home/release.yaml
{release()}
""")

    assert paths(tuple(cluster.layers())) == ["clusters/home"]


def test_layers_that_apply_each_other_end() -> None:
    cluster = only(f"""\
# file: a/ks.yaml
{layer("b", "./b")}
# file: b/ks.yaml
{layer("a", "./a")}
""")

    assert [one.item.name for one in cluster.layers()] == ["b", "a"]


VARIABLES = f"""\
# file: clusters/home/apps.yaml
{layer("apps", "./apps")}\
  postBuild:
    substitute: {{OWN: "1"}}
    substituteFrom: [{{kind: ConfigMap, name: settings}}]
# file: clusters/home/settings.yaml
apiVersion: v1
kind: ConfigMap
metadata: {{name: settings, namespace: flux-system}}
data: {{NAME: home}}
# file: clusters/lab/settings.yaml
apiVersion: v1
kind: ConfigMap
metadata: {{name: settings, namespace: flux-system}}
data: {{NAME: lab}}
# file: apps/map.yaml
apiVersion: v1
kind: ConfigMap
metadata: {{name: seen, namespace: apps}}
data: {{name: "${{NAME}}", own: "${{OWN}}", open: "${{OTHER}}"}}
"""


def test_variables_come_from_the_nearest_object_of_a_name() -> None:
    cluster = only(VARIABLES)

    (seen,) = (item for item in cluster.items if item.name == "seen")
    assert seen.body["data"] == {"name": "home", "own": 1, "open": "${OTHER}"}
    assert not next(cluster.layers()).unknown_variables


def _seen_beside(secret: str) -> object:
    """Return what is substituted where a Secret comes after the ConfigMap."""
    text = VARIABLES.replace("name: settings}]", "name: settings}, {kind: Secret, name: hidden}]")
    (seen,) = (item for item in only(text + secret).items if item.name == "seen")
    return seen.body["data"]["name"]


def test_a_source_that_cannot_be_read_leaves_open_what_those_before_it_define() -> None:
    assert _seen_beside("") == "${NAME}"


@pytest.mark.parametrize(("key", "value"), [("NAME", "${NAME}"), ("TOKEN", "home")])
def test_an_encrypted_source_leaves_open_what_it_defines_itself(key: str, value: str) -> None:
    secret = f"""\
# file: clusters/home/hidden.yaml
apiVersion: v1
kind: Secret
metadata: {{name: hidden, namespace: flux-system}}
stringData: {{{key}: "ENC[x]"}}
sops: {{mac: x}}
"""

    assert _seen_beside(secret) == value


def test_a_template_of_flux_own_layer_does_not_say_which_source_is_this_repository() -> None:
    template = f"# file: tmpl/sync.yaml\n{layer('flux-system', './clusters/$name')}"
    mine = layer("apps", "./apps").replace("name: flux-system}", "name: home}")
    alive = f"# file: flux/apps.yaml\n{mine}# file: apps/release.yaml\n{release('new')}"

    assert "HelmRelease new" in applied(only(template + alive))


def test_an_archive_is_no_cluster_beside_one_that_lives() -> None:
    old = f"# file: archive/flux/apps.yaml\n{layer('flux-system', './archive/apps')}"
    old += f"# file: archive/apps/release.yaml\n{release('old')}"
    alive = f"# file: flux/apps.yaml\n{layer('apps', './apps')}# file: apps/release.yaml\n{release('new')}"

    assert applied(only(old + alive)) == ["HelmRelease new"]
    assert applied(only(old)) == ["HelmRelease old"]


@pytest.mark.parametrize(
    "change",
    [
        ("kind: ConfigMap\nmetadata: {name: settings", "kind: ConfigMap\nmetadata: {name: x"),
        ("data: {", "sops: {"),
    ],
    ids=["missing", "encrypted"],
)
def test_variables_that_the_repository_does_not_tell_are_unknown(change: tuple[str, str]) -> None:
    cluster = only(VARIABLES.replace(*change))

    assert next(cluster.layers()).unknown_variables


@pytest.mark.parametrize(
    ("settings", "expected"),
    [("settings", "default"), ("elsewhere", "${OTHER:=default}")],
    ids=["here", "missing"],
)
def test_a_default_counts_only_if_all_variables_are_known(settings: str, expected: str) -> None:
    text = VARIABLES.replace("${OTHER}", "${OTHER:=default}")

    cluster = only(text.replace("name: settings}]", f"name: {settings}}}]"))

    (seen,) = (item for item in cluster.items if item.name == "seen")
    assert seen.get("data", "open") == expected


def test_without_flux_everything_is_one_cluster() -> None:
    (cluster,) = split_clusters(read_texts(texts_of(f"# file: cilium/release.yaml\n{release()}")))

    assert cluster.roots == ()
    assert [item.label for item in cluster.items] == ["HelmRelease cilium"]


def test_a_path_that_leaves_the_repository_leads_nowhere() -> None:
    cluster = only(f"# file: flux/apps.yaml\n{layer('apps', '../apps')}\n")

    assert [one.path for one in cluster.layers()] == [None]
    assert cluster.repository.folder(PurePosixPath("flux")) == ("flux/apps.yaml",)


def test_an_entry_point_in_the_folder_that_it_applies_is_one() -> None:
    cluster = only(f"""\
# file: flux/cluster/kustomization.yaml
resources: [sync.yaml, apps.yaml]
# file: flux/cluster/sync.yaml
{layer("cluster", "./flux/cluster")}
# file: flux/cluster/apps.yaml
{layer("apps", "./apps")}
# file: apps/release.yaml
{release()}
""")

    assert [root.item.name for root in cluster.roots] == ["cluster"]
    assert paths(tuple(cluster.layers())) == ["flux/cluster", "apps"]


def test_two_entry_points_in_folders_that_they_apply_are_two_clusters() -> None:
    clusters = clusters_of(
        "".join(
            f"""\
# file: k8s/{name}/flux/kustomization.yaml
resources: [sync.yaml]
# file: k8s/{name}/flux/sync.yaml
{layer("sync", f"./k8s/{name}/flux")}
"""
            for name in ("main", "test")
        )
    )

    assert [one.name for one in clusters] == ["main", "test"]


def test_entry_points_that_lead_to_layers_of_one_name_are_of_several_clusters() -> None:
    clusters = clusters_of(f"""\
# file: k8s/media/flux/sync.yaml
{layer("deploy", "./k8s/media/apps")}
# file: k8s/media/apps/ks.yaml
{layer("cilium", "./k8s/media/cilium")}
# file: k8s/media/cilium/release.yaml
{release()}
# file: k8s/nebula/flux/sync.yaml
{layer("start", "./k8s/nebula/apps")}
# file: k8s/nebula/apps/ks.yaml
{layer("cilium", "./k8s/nebula/cilium")}
# file: k8s/nebula/cilium/release.yaml
{release()}
""")

    assert [one.name for one in clusters] == ["media", "nebula"]


def test_layers_that_a_folder_leaves_out_are_no_entry_points_even_if_they_lead_to_more() -> None:
    cluster = only(f"""\
# file: flux/apps.yaml
{layer("apps", "./apps")}
# file: apps/kustomization.yaml
resources: [web/ks.yaml]
# file: apps/web/ks.yaml
{layer("web", "./apps/web/app")}
# file: apps/web/app/release.yaml
{release("web")}
# file: apps/old/ks.yaml
{layer("old", "./apps/old/app")}
# file: apps/old/app/ks.yaml
{layer("web", "./apps/old/app/web")}
# file: apps/old/app/web/release.yaml
{release("old")}
""")

    assert [root.item.name for root in cluster.roots] == ["apps"]
    assert "HelmRelease old" not in applied(cluster)


SYNC = (
    "sync: {kind: GitRepository, url: https://example.org/fleet, ref: refs/heads/main, path: clusters/home}"
)
APPS = f"""\
# file: clusters/home/apps.yaml
{layer("apps", "./apps")}
# file: apps/web/release.yaml
{release("web")}
"""
INSTANCE = f"""\
apiVersion: fluxcd.controlplane.io/v1
kind: FluxInstance
metadata: {{name: flux, namespace: flux-system}}
spec: {{{SYNC}}}
"""
CHART = f"""\
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: {{name: flux-instance, namespace: flux-system}}
spec:
  chartRef: {{kind: OCIRepository, name: flux-instance}}
  values: {{instance: {{{SYNC}}}}}
"""


@pytest.mark.parametrize(
    "entry",
    [
        f"# file: flux/instance.yaml\n{INSTANCE}",
        f"# file: flux/release.yaml\n{CHART}",
        f"# file: flux/values.yaml\ninstance: {{{SYNC}}}\n",
        f"# file: apps/flux/release.yaml\n{CHART}",
    ],
    ids=["object", "chart", "values", "chart that is applied itself"],
)
def test_what_makes_a_flux_instance_is_an_entry_point(entry: str) -> None:
    (cluster,) = clusters_of(entry + APPS)

    assert cluster.name == "home"
    assert paths(tuple(cluster.layers())) == ["clusters/home", "apps"]
    assert applied(cluster).count("HelmRelease web") == 1


def test_values_of_a_chart_that_sync_nothing_here_are_no_entry_point() -> None:
    values = f"# file: flux/values.yaml\ninstance: {{{SYNC.replace('clusters/home', 'clusters/gone')}}}\n"

    assert paths(tuple(only(values + APPS).layers())) == ["apps"]


@pytest.mark.parametrize("copy", ["bootstrap/instance.yaml", "clusters/home/instance.yaml"])
def test_a_copy_of_an_entry_point_is_not_grown_again(copy: str) -> None:
    (cluster,) = clusters_of(f"# file: flux/instance.yaml\n{INSTANCE}# file: {copy}\n{INSTANCE}{APPS}")

    assert applied(cluster).count("Kustomization flux-system/apps") == 1
    assert applied(cluster).count("HelmRelease web") == 1


def test_a_cluster_is_called_after_what_its_instance_applies_and_not_after_where_it_stands() -> None:
    lab = f"# file: apps/lab/flux/release.yaml\n{CHART.replace('clusters/home', 'flux/lab')}"
    ours, theirs = (
        f"# file: flux/{name}/meta.yaml\n{layer('meta', f'./flux/{name}/meta')}"
        f"# file: flux/{name}/meta/web.yaml\n{layer('web', './apps/web')}"
        for name in ("home", "lab")
    )

    names = {
        one.name for one in clusters_of(lab + ours + theirs + "# file: apps/web/release.yaml\n" + release())
    }

    assert names == {"home", "lab"}


def test_the_chart_of_a_flux_instance_takes_releases_from_the_registry() -> None:
    values = f"# file: flux/values.yaml\ninstance: {{distribution: {{version: 2.9.x}}, {SYNC}}}\n"

    (instance,) = (one for one in only(values + APPS).items if one.kind == "FluxInstance")

    assert instance.get("spec", "distribution", "version") == "2.9.x"
    assert instance.get("spec", "distribution", "artifact")
