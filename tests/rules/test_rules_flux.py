"""Rules of Flux where they are easily wrong: what they must not say, and how they say the rest."""

import pytest
from flux_texts import failing, hits, layer, release

from fabricgen.rules.example import read_example

RESOURCE_SET = """\
# file: flux/set.yaml
apiVersion: fluxcd.controlplane.io/v1
kind: ResourceSet
metadata: {name: more, namespace: flux-system}
spec: {resources: []}
"""
ELSEWHERE = """\
# file: flux/other.yaml
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {name: other, namespace: flux-system}
spec:
  interval: 1h
  prune: true
  path: ./
  sourceRef: {kind: OCIRepository, name: other}
"""
REMOTE = """\
# file: flux/more.yaml
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {name: more, namespace: flux-system}
spec:
  interval: 1h
  prune: true
  path: ./more
  sourceRef: {kind: GitRepository, name: flux-system}
# file: more/kustomization.yaml
resources: ["https://example.test/all.yaml"]
"""


@pytest.mark.parametrize("unknown", [RESOURCE_SET, ELSEWHERE, REMOTE], ids=["set", "source", "remote"])
@pytest.mark.parametrize("rule", ["REF001", "REF002", "REF005", "FLX018"])
def test_what_is_missing_is_not_told_where_something_unknown_may_bring_it(rule: str, unknown: str) -> None:
    assert hits(rule, failing(rule)) != []
    assert hits(rule, failing(rule) + unknown) == []


@pytest.mark.parametrize(
    ("release", "count"),
    [
        ("name: metallb, namespace: metallb-system", 0),
        ("name: metallb, namespace: '{{ .Values.namespace }}'", 0),
        ("name: metallb, namespace: metallb-system, createNamespace: false", 1),
        ("name: cert-manager, namespace: cert-manager", 1),
    ],
)
def test_only_a_namespace_that_a_helmfile_may_make_is_not_missed(release: str, count: int) -> None:
    helmfile = f"# file: bootstrap/helmfile.yaml\nreleases: [{{{release}}}]\n"

    assert len(hits("REF002", failing("REF002") + helmfile)) == count


def test_where_others_than_flux_make_namespaces_none_is_missed() -> None:
    other = "# file: terraform/pgo.yaml\napiVersion: v1\nkind: Namespace\nmetadata: {name: pgo}\n"

    assert hits("REF002", failing("REF002") + other) == []


def test_a_source_in_another_namespace_is_told_with_where_it_is() -> None:
    text = failing("REF001").replace(
        "name: cilium-chart\n  namespace: kube-system", "name: cilium\n  namespace: other"
    )

    (hit,) = hits("REF001", text + ELSEWHERE)

    assert hit.message == (
        "nothing makes the OCIRepository kube-system/cilium; there is the OCIRepository other/cilium"
    )


def test_equal_objects_of_two_layers_are_let_be() -> None:
    assert hits("REF003", failing("REF003").replace("/26", "/27")) == []


def test_objects_of_two_layers_are_told_once() -> None:
    text = failing("REF003") + "# file: gateway/more.yaml\n" + failing("REF003").rpartition("pool.yaml\n")[2]

    assert len(hits("REF003", text)) == 1


@pytest.mark.parametrize("wish", ["ssa: Merge", "reconcile: disabled", "prune: disabled"])
def test_an_object_that_says_how_it_is_shared_may_be_applied_twice(wish: str) -> None:
    annotations = f"  annotations: {{kustomize.toolkit.fluxcd.io/{wish}}}\nspec:\n  blocks"

    assert hits("REF003", failing("REF003").replace("spec:\n  blocks", annotations)) == []


def test_a_config_map_that_a_bucket_claim_makes_is_not_missed() -> None:
    claim = "# file: cilium/claim.yaml\napiVersion: objectbucket.io/v1alpha1\nkind: ObjectBucketClaim\nmetadata: {name: cilium-values}\n"
    text = failing("REF004").replace(
        "kind: ConfigMap\nmetadata:\n  name: cilium-values", "kind: ConfigMap\nmetadata:\n  name: x"
    )

    assert hits("REF004", text) != []
    assert hits("REF004", text + claim) == []


def test_a_folder_without_a_kustomization_cannot_be_a_resource() -> None:
    text = f"""\
# file: flux/apps.yaml
{layer("apps", "./apps")}
# file: apps/kustomization.yaml
resources: [web, https://example.test/crds.yaml, ../shared]
# file: apps/web/release.yaml
{release("web")}
# file: shared/kustomization.yaml
resources: []
"""

    assert [hit.message for hit in hits("FLX002", text)] == [
        "apps/web is a folder without a kustomization.yaml"
    ]


def test_a_kustomization_that_nobody_builds_is_not_judged() -> None:
    text = f"""\
# file: flux/apps.yaml
{layer("apps", "./apps")}
# file: apps/kustomization.yaml
resources: []
# file: apps/off/kustomization.yaml
resources: [gone.yaml]
"""

    assert hits("FLX002", text) == []


UNLISTED = """\
# file: pools/l2.yaml
apiVersion: cilium.io/v2alpha1
kind: CiliumL2AnnouncementPolicy
metadata:
  name: lan
spec:
  loadBalancerIPs: true
"""


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("  - pool.yaml\n", "  - pool.yaml\n  # - l2.yaml\n"),
        ("  - pool.yaml\n", "  - pool.yaml\npatches:\n  - path: l2.yaml\n"),
        ("  - pool.yaml\n", "  - pool.yaml\nconfigMapGenerator:\n  - name: l2\n    files: [l2.yaml]\n"),
        (UNLISTED, UNLISTED.replace("l2.yaml\n", "l2.yaml\n# kubectl apply -f this\n", 1)),
        (UNLISTED, "# file: pools/values.yaml\nkind: x\n"),
        (UNLISTED, "# file: pools/job.yaml\napiVersion: batch/v1\nkind: Job\nmetadata: {name: once}\n"),
        (UNLISTED, "# file: pools/settings.yaml\nloadBalancerIPs: true\n"),
    ],
    ids=["comment", "patch", "generator", "by hand", "values", "job", "settings"],
)
def test_a_file_that_is_left_out_on_purpose_is_not_told(old: str, new: str) -> None:
    text = failing("FLX003")
    assert old in text

    assert hits("FLX003", text.replace(old, new)) == []


def test_a_dependency_that_something_unknown_may_make_is_not_told() -> None:
    text = failing("FLX004").replace("dependsOn:\n    - name: cilium", "dependsOn:\n    - name: elsewhere")

    assert len(hits("FLX004", text)) == 1
    assert hits("FLX004", text + RESOURCE_SET) == []


def test_a_dependency_on_an_object_of_another_kind_is_told_in_any_case() -> None:
    (hit,) = hits("FLX004", failing("FLX004") + RESOURCE_SET)

    assert hit.message.endswith("there is a HelmRelease kube-system/cilium")


def test_a_circle_of_three_is_told_once_with_all_of_it() -> None:
    text = f"""\
# file: flux/apps.yaml
{layer("a", "./a", "dependsOn: [{name: b}]")}---
{layer("b", "./b", "dependsOn: [{name: c}]")}---
{layer("c", "./c", "dependsOn: [{name: a}, {name: d}]")}---
{layer("d", "./d")}"""

    (hit,) = hits("FLX006", text)

    assert hit.message.endswith("Kustomization a → Kustomization b → Kustomization c → Kustomization a")


def test_helm_releases_may_wait_in_a_circle_too() -> None:
    text = f"""\
# file: flux/apps.yaml
{layer("apps", "./apps")}
# file: apps/releases.yaml
{release("a", "dependsOn: [{name: b}]")}---
{release("b", "dependsOn: [{name: a}]")}"""

    assert len(hits("FLX006", text)) == 1


def test_a_release_that_waits_for_one_of_a_later_layer_is_a_deadlock() -> None:
    text = f"""\
# file: flux/apps.yaml
{layer("first", "./first", "wait: true")}---
{layer("second", "./second", "dependsOn: [{name: first}]")}
# file: first/release.yaml
{release("a", "dependsOn: [{name: b}]")}
# file: second/release.yaml
{release("b")}"""

    (hit,) = hits("FLX010", text)

    assert hits("FLX006", text) == []
    assert "HelmRelease b → Kustomization first" in f"{hit.message} → {hit.message}"


def test_a_substitution_with_a_default_or_an_escape_is_no_fault() -> None:
    text = failing("FLX001")

    assert hits("FLX001", text.replace("${LAN_POOL}", '"${LAN_POOL:-10.0.0.0/24}"')) == []
    assert hits("FLX001", text.replace("${LAN_POOL}", '"$${LAN_POOL}"')) == []


CRD = """\
# file: cilium/crd.yaml
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: ciliumloadbalancerippools.cilium.io}
"""


@pytest.mark.parametrize(
    "more",
    [
        "# file: bootstrap/helmfile.yaml\nreleases:\n  - {name: cilium, namespace: kube-system}\n",
        "# file: talos/all/patch.yaml\n# cilium comes from the bootstrap\nmachine: {}\n",
        CRD,
    ],
    ids=["helmfile", "talos", "CRDs"],
)
def test_objects_beside_cilium_are_fine_where_its_crds_are_there_first(more: str) -> None:
    assert hits("FLX011", failing("FLX011") + more) == []


def test_a_layer_below_one_that_waits_for_cilium_is_after_cilium() -> None:
    text = f"""\
{failing("FLX012")}
# file: flux/more.yaml
{layer("outer", "./outer", "dependsOn: [{name: cilium}]")}
# file: outer/inner.yaml
{layer("inner", "./inner")}
# file: inner/pool.yaml
apiVersion: cilium.io/v2
kind: CiliumLoadBalancerIPPool
metadata: {{name: other}}
"""

    assert [hit.object for hit in hits("FLX012", text)] == ["Kustomization flux-system/cilium-config"]


def test_crds_in_the_layer_of_cilium_itself_come_first() -> None:
    text = (
        read_example("FLX017", "pass")
        .replace("path: ./crds", "path: ./nothing")
        .replace(
            "# file: crds/kustomization.yaml\nresources:\n",
            "# file: cilium/kustomization.yaml\nresources:\n  - release.yaml\n",
        )
    )

    assert hits("FLX017", text) == []


@pytest.mark.parametrize("rule", ["FLS001", "FLS002"])
def test_a_namespace_that_is_kept_by_a_label_is_safe(rule: str) -> None:
    kept = "  labels: {kustomize.toolkit.fluxcd.io/prune: Disabled}\n"
    text = read_example(rule, "pass").replace(
        "  annotations:\n    kustomize.toolkit.fluxcd.io/prune: disabled\n", kept
    )

    assert hits(rule, text) == []


def test_what_flux_bootstrap_writes_is_not_judged() -> None:
    text = f"""\
# file: clusters/home/flux-system/gotk-sync.yaml
{layer("flux-system", "./clusters/home")}
# file: clusters/home/flux-system/gotk-components.yaml
apiVersion: v1
kind: Namespace
metadata: {{name: flux-system}}
"""

    assert hits("FLS001", text) == []


def test_a_namespace_whose_name_is_a_placeholder_may_be_renamed() -> None:
    text = failing("FLS003").replace(
        "kind: Namespace\nmetadata:\n  name: metallb-system", "kind: Namespace\nmetadata:\n  name: not-used"
    )

    assert hits("FLS003", text) == []


def test_remediation_that_is_not_in_force_is_not_told() -> None:
    text = failing("FLS005").replace("  install:\n", "  install:\n    strategy: {name: RetryOnFailure}\n")

    assert hits("FLS005", text) == []


def test_where_retrying_is_the_default_nothing_needs_to_say_so() -> None:
    gate = """\
# file: flux/instance.yaml
apiVersion: fluxcd.controlplane.io/v1
kind: FluxInstance
metadata: {name: flux}
spec: {kustomize: {patches: [{patch: --feature-gates=DefaultToRetryOnFailure=true}]}}
"""

    assert hits("FLS007", failing("FLS007") + gate) == []


def test_a_secret_that_is_not_to_be_decrypted_is_let_be() -> None:
    off = "  annotations: {kustomize.toolkit.fluxcd.io/decrypt: disabled}\nstringData"

    assert hits("FLS014", failing("FLS014").replace("stringData", off)) == []


def test_a_webhook_may_add_what_a_kustomization_lacks() -> None:
    webhook = f"""\
# file: bgp/webhook.yaml
{release("kustomize-mutating-webhook")}---
apiVersion: source.toolkit.fluxcd.io/v1
kind: OCIRepository
metadata: {{name: kustomize-mutating-webhook, namespace: apps}}
spec: {{url: "oci://example.test/charts/kustomize-mutating-webhook", ref: {{tag: 1.0.0}}}}
"""

    assert hits("FLS014", failing("FLS014") + webhook) == []
