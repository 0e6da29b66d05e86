"""What findings stand for that no rule of lint makes: schemas, charts, machine configs, secrets, the committed tree.

Their checks are in `check`, `validation` and `secrets`; here stands what `explain` and docs/rules tell of them.
"""

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Final

from fabricgen.fabric import Fabric
from fabricgen.rules import Hit, Rule

_API: Final = "https://kubernetes.io/docs/concepts/overview/working-with-objects/#required-fields"
_HELM: Final = "https://helm.sh/docs/topics/charts/#schema-files"
_RENDER: Final = "https://fluxcd.io/flux/concepts/#gitops"

JUDGED_FAMILIES: Final[Mapping[str, str]] = {
    "SCH": "Schemas of kinds",
    "HLM": "Values of charts",
    "TLS": "Machine configs of Talos",
    "K3C": "Configs of k3s",
    "JSP": "JSON patches",
    "SEC": "Secrets",
    "DRF": "Drift of the committed tree",
}
"""The prefixes that belong to these alone."""


def _found_elsewhere(_: Fabric) -> Iterator[Hit]:
    yield from ()


_judged = partial(Rule, check=_found_elsewhere)

_ALL: Final = (
    _judged(
        id="SCH000",
        severity="error",
        title="The document can be judged",
        why="What cannot be judged may be anything; the message tells the reason.",
        fix="Follow the message: mostly a file that cannot be read, or a schema that could not be had.",
        source=_API,
    ),
    _judged(
        id="SCH001",
        severity="error",
        title="The object has the fields and types of its kind's schema",
        why="The API server refuses the object, or drops a field that it does not know, and then nothing does what the field said.",
        fix="Write the field that the message names as nearest, or a value of the type that is told.",
        source="https://kubernetes.io/docs/reference/using-api/api-concepts/#validation",
    ),
    _judged(
        id="SCH002",
        severity="error",
        title="The object keeps the validation rules (CEL) of its kind",
        why="The API server evaluates the rules that stand in the CRD, and refuses an object that breaks one.",
        fix="Do what the rule's own message says; it is quoted.",
        source="https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#validation-rules",
    ),
    _judged(
        id="SCH003",
        severity="error",
        title="The document says which object it is",
        why="Without apiVersion, kind and a name nobody knows what to apply, and a whole folder is not applied because of it.",
        fix="Write apiVersion, kind and metadata.name.",
        source=_API,
    ),
    _judged(
        id="SCH004",
        severity="error",
        title="There is a schema for the object's kind",
        why="What has no schema is not checked at all: a misspelt kind looks just like it.",
        fix="Correct the kind or its API version, pull the schema with `fabricgen schemas pull`, or name its place with -schema-location.",
        source=_API,
    ),
    _judged(
        id="SCH005",
        severity="error",
        title="The object is of a kind that is allowed here",
        why="The run was told with -reject that this kind must not stand in what it reads.",
        fix="Take the object out, or the kind out of -reject.",
        source=_API,
    ),
    _judged(
        id="HLM001",
        severity="warning",
        title="The chart reads every value that a release sets",
        why="A key that no template reads changes nothing, and nobody says so: what it was to switch on stays "
        "off. It is an error where the chart itself refuses it.",
        fix="Write the key that the message names, or take it away.",
        source=_HELM,
    ),
    _judged(
        id="HLM002",
        severity="error",
        title="The chart takes values of these types",
        why="Helm or the chart's schema refuses the value, and the release does not install or upgrade.",
        fix="Write the value in the type that the message tells.",
        source=_HELM,
    ),
    _judged(
        id="HLM003",
        severity="error",
        title="The chart takes these words and numbers",
        why="The chart fails on any other word, or the program that it starts does.",
        fix="Write one of the words that the message lists.",
        source=_HELM,
    ),
    _judged(
        id="TLS001",
        severity="error",
        title="The Talos document has the fields and types of its minor's schema",
        why="Talos refuses a machine config with a field that it does not know, and the node keeps the config that it had.",
        fix="Write the field or type that the message tells for this minor.",
        source="https://docs.siderolabs.com/talos/v1.12/reference/configuration/overview",
    ),
    _judged(
        id="TLS002",
        severity="warning",
        title="The Talos document says things as its minor does",
        why="A form of an older minor is on its way out: a later Talos will refuse it.",
        fix="Write the newer form that the message names.",
        source="https://docs.siderolabs.com/talos/v1.12/reference/configuration/v1alpha1/config",
    ),
    _judged(
        id="TLS003",
        severity="error",
        title="The schematic has the fields that Talos' image factory knows",
        why="The image factory refuses the schematic, so that there is no image with these extensions.",
        fix="Write the field that the message names as nearest.",
        source="https://github.com/siderolabs/image-factory/blob/main/pkg/schematic/schematic.go",
    ),
    _judged(
        id="K3C001",
        severity="error",
        title="The config of k3s has the keys and values of its role",
        why="k3s does not start with a flag that it does not know, and an agent knows fewer than a server.",
        fix="Write the key that the message names, or move it to the role that has it.",
        source="https://docs.k3s.io/installation/configuration#configuration-file",
    ),
    _judged(
        id="K3C002",
        severity="warning",
        title="The config of k3s says things once, and by their present names",
        why="Of two spellings of one flag only one holds, and an old name goes away.",
        fix="Keep one of them, by its present name.",
        source="https://docs.k3s.io/cli/server",
    ),
    _judged(
        id="K3C003",
        severity="error",
        title="The registries of k3s have the fields that it knows",
        why="A field that k3s does not know is passed over, and images come from elsewhere than meant.",
        fix="Write the field that the message names as nearest.",
        source="https://docs.k3s.io/installation/private-registry",
    ),
    _judged(
        id="JSP001",
        severity="error",
        title="The JSON patch is made of operations",
        why="A patch that is no list of operations with op and path cannot be applied, and nothing that it is part of is.",
        fix="Write each operation with `op`, `path`, and `value` or `from` where the operation needs it.",
        source="https://www.rfc-editor.org/rfc/rfc6902",
    ),
    _judged(
        id="FLX008",
        severity="error",
        title="Each folder of infrastructure/ is applied by a layer",
        why="No layer applies the folder, so nothing of it ever reaches the cluster. Only trees that fabricgen renders are held to it.",
        fix="Add a Flux Kustomization that applies it, or remove the folder.",
        source="https://fluxcd.io/flux/components/kustomize/kustomizations/#path",
    ),
    _judged(
        id="SEC001",
        severity="error",
        title="No value that its key calls a secret is written to git",
        why="What is in git is read by all who can read the repository, and stays in its history. Nothing is rendered or published.",
        fix="Put it into a Secret that is encrypted or made by hand, and name that one; "
        "if the value is no secret, ignore SEC001 in the description, with the reason.",
        source="https://kubernetes.io/docs/concepts/security/secrets-good-practices/",
    ),
    _judged(
        id="DRF001",
        severity="error",
        title="Every file that the description renders to is there",
        why="Flux applies what is committed: what is missing in the tree is missing in the cluster.",
        fix="`fabricgen render` writes it; commit it.",
        source=_RENDER,
    ),
    _judged(
        id="DRF002",
        severity="error",
        title="Every file is what the description renders to today",
        why="The description, a template or fabricgen changed since the tree was rendered, and the cluster runs what was rendered.",
        fix="`fabricgen diff` shows what differs, `fabricgen render` writes it; commit it.",
        source=_RENDER,
    ),
    _judged(
        id="DRF003",
        severity="error",
        title="No file is there that the description no longer asks for",
        why="Flux goes on applying what is still committed.",
        fix="`fabricgen render` removes it; commit that.",
        source=_RENDER,
    ),
    _judged(
        id="DRF004",
        severity="error",
        title="No rendered file was edited by hand",
        why="The edit holds until somebody renders with --force, and the description does not tell what runs.",
        fix="Make the change in the description or in a template; `fabricgen render --force` overwrites the file.",
        source=_RENDER,
    ),
    _judged(
        id="DRF005",
        severity="error",
        title="No file of somebody else's is in the place of a rendered one",
        why="The rendered file cannot be written there without losing the other.",
        fix="Move the file away; `fabricgen render --force` overwrites it.",
        source=_RENDER,
    ),
    _judged(
        id="DRF006",
        severity="error",
        title="Nothing is in the way of the tree",
        why="Nothing of the tree can be compared or written before that is mended.",
        fix="Follow the message: mostly a file where a folder belongs, a link, or a garbled .fabricgen.json.",
        source=_RENDER,
    ),
)
JUDGED_RULES: Final[Mapping[str, Rule]] = {one.id: one for one in _ALL}
"""By id, in the order of docs/rules."""
