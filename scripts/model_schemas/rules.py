"""What the models check in Python code, told as CEL: one entry for each validator of a model, by its class and name.

Read by `nodes`, which refuses a validator that has no entry. The sentences are what a user reads.
"""

from collections.abc import Mapping
from typing import Final

from model_schemas.cilium_rules import CILIUM_RULES
from model_schemas.conditions import Rule, all_different, one_of
from model_schemas.gateway_rules import GATEWAY_RULES

RULES: Final[Mapping[str, tuple[Rule, ...]]] = {
    **CILIUM_RULES,
    **GATEWAY_RULES,
    # What a cluster's objects have in metadata is the same for all kinds, and looked at there.
    "ClusterObject._no_namespace": (),
    "Requirement._values_where_compared": (
        Rule(
            "self.operator in ['In', 'NotIn'] == (has(self.values) && size(self.values) > 0)",
            "operators In and NotIn need values to compare with, Exists and DoesNotExist take none",
        ),
    ),
    "KubeConfig._one_place": (one_of("secretRef", "configMapRef"),),
    "FluxCluster._identity_of_objects": (
        Rule(
            "!(has(self.multitenantWorkloadIdentity) && self.multitenantWorkloadIdentity) || "
            "has(self.objectLevelWorkloadIdentity) && self.objectLevelWorkloadIdentity",
            "multitenantWorkloadIdentity needs objectLevelWorkloadIdentity: true",
        ),
    ),
    "Sync._provider_has_the_kind": (
        Rule(
            "!has(self.provider) || self.provider != 'github' || self.kind == 'GitRepository'",
            "provider github goes with kind: GitRepository",
        ),
        Rule(
            "!has(self.provider) || self.provider != 'gcp' || self.kind != 'GitRepository'",
            "provider gcp goes with kind: OCIRepository or Bucket",
        ),
    ),
    "FluxInstanceSpec._storage_of_shards": (
        Rule(
            "!has(self.sharding) || !has(self.sharding.storage) || self.sharding.storage != 'persistent' "
            "|| has(self.storage)",
            "sharding.storage: persistent needs storage",
        ),
    ),
    "Strategy._interval_of_a_retry": (
        Rule(
            "!has(self.retryInterval) || self.name == 'RetryOnFailure'",
            "retryInterval goes with name: RetryOnFailure",
        ),
    ),
    "HelmReleaseSpec._one_chart": (one_of("chart", "chartRef"),),
    "GitRepositorySpec._account_of_a_cloud": (
        Rule(
            "!has(self.serviceAccountName) || has(self.provider) && self.provider in ['aws', 'azure']",
            "serviceAccountName goes with provider aws or azure",
        ),
    ),
    "HelmRepositorySpec._type_fits_the_address": (
        Rule(
            "self.url.startsWith('oci://') == (has(self.type) && self.type == 'oci')",
            "an oci:// address and type: oci go together",
        ),
    ),
    "PatchEntry._file_or_text": (one_of("path", "patch"),),
    "BGPPeerSpec._one_asn_and_one_address": (
        one_of("peerASN", "dynamicASN"),
        one_of("peerAddress", "interface"),
    ),
    "BGPAdvertisementSpec._communities_once": (
        all_different("communities", "other == one", says="a community is listed twice"),
    ),
    "Endpoint._one_port": (one_of("port", "targetPort"),),
    "GrafanaDashboardSpec._one_place_and_one_folder": (
        one_of("json", "gzipJson", "url", "configMapRef", "grafanaCom", "jsonnet", "jsonnetLib", "oci"),
        Rule(
            "[has(self.folder), has(self.folderRef), has(self.folderUID)].filter(one, one).size() <= 1",
            "write at most one of: folder, folderRef, folderUID",
        ),
    ),
    "HelmChartSpec._one_chart": (one_of("chart", "chartContent"),),
}
