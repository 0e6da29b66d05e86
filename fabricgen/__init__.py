"""fabricgen: one description of a cluster in, its whole GitOps network fabric out.

The public API: the steps of the flow, the types that pass between them, and the errors. The typed objects that
scripts can build by hand (HelmRelease, CiliumNetworkPolicy, …) are in `fabricgen.objects`. Names are imported when
they are first used, so that `import fabricgen` costs nothing.
"""

TYPE_CHECKING = False  # as in typing, whose import takes 7 ms
if TYPE_CHECKING:
    from fabricgen import objects as objects
    from fabricgen.cluster import Cluster as Cluster
    from fabricgen.description import Description as Description
    from fabricgen.documents.document import Document as Document
    from fabricgen.documents.document import Draft as Draft
    from fabricgen.documents.document import Part as Part
    from fabricgen.documents.document import Setting as Setting
    from fabricgen.documents.document import TextFile as TextFile
    from fabricgen.errors import CheckFailedError as CheckFailedError
    from fabricgen.errors import DescriptionError as DescriptionError
    from fabricgen.errors import DriftError as DriftError
    from fabricgen.errors import FabricgenError as FabricgenError
    from fabricgen.errors import PluginError as PluginError
    from fabricgen.errors import Problem as Problem
    from fabricgen.errors import ProblemsError as ProblemsError
    from fabricgen.errors import PublishError as PublishError
    from fabricgen.errors import ResolveError as ResolveError
    from fabricgen.errors import SecretError as SecretError
    from fabricgen.errors import TemplateError as TemplateError
    from fabricgen.errors import TreeError as TreeError
    from fabricgen.fabric.fabric import Fabric as Fabric
    from fabricgen.finding import Finding as Finding
    from fabricgen.lint import lint_path as lint_path
    from fabricgen.load import Loaded as Loaded
    from fabricgen.load import load_file as load_file
    from fabricgen.load import load_text as load_text
    from fabricgen.pipeline import Rendered as Rendered
    from fabricgen.pipeline import build_files as build_files
    from fabricgen.pipeline import check_files as check_files
    from fabricgen.pipeline import plan_output as plan_output
    from fabricgen.pipeline import render_cluster as render_cluster
    from fabricgen.pipeline import resolve_cluster as resolve_cluster
    from fabricgen.pipeline import write_output as write_output
    from fabricgen.plugins.adding import add_component as add_component
    from fabricgen.plugins.component import Component as Component
    from fabricgen.plugins.component import Options as Options
    from fabricgen.repository.item import Item as Item
    from fabricgen.rules.rule import Edit as Edit
    from fabricgen.rules.rule import Hit as Hit
    from fabricgen.rules.rule import Rule as Rule
    from fabricgen.tree import Change as Change
    from fabricgen.tree import Patience as Patience
    from fabricgen.tree import Plan as Plan

__version__ = "0.1.0"

_HOMES = {
    "Change": "fabricgen.tree",
    "CheckFailedError": "fabricgen.errors",
    "Cluster": "fabricgen.cluster",
    "Component": "fabricgen.plugins.component",
    "Description": "fabricgen.description",
    "DescriptionError": "fabricgen.errors",
    "Document": "fabricgen.documents.document",
    "Draft": "fabricgen.documents.document",
    "DriftError": "fabricgen.errors",
    "Edit": "fabricgen.rules.rule",
    "Fabric": "fabricgen.fabric.fabric",
    "FabricgenError": "fabricgen.errors",
    "Finding": "fabricgen.finding",
    "Hit": "fabricgen.rules.rule",
    "Item": "fabricgen.repository.item",
    "Loaded": "fabricgen.load",
    "Options": "fabricgen.plugins.component",
    "Part": "fabricgen.documents.document",
    "Patience": "fabricgen.tree",
    "Plan": "fabricgen.tree",
    "PluginError": "fabricgen.errors",
    "Problem": "fabricgen.errors",
    "ProblemsError": "fabricgen.errors",
    "PublishError": "fabricgen.errors",
    "Rendered": "fabricgen.pipeline",
    "ResolveError": "fabricgen.errors",
    "Rule": "fabricgen.rules.rule",
    "SecretError": "fabricgen.errors",
    "Setting": "fabricgen.documents.document",
    "TemplateError": "fabricgen.errors",
    "TextFile": "fabricgen.documents.document",
    "TreeError": "fabricgen.errors",
    "add_component": "fabricgen.plugins.adding",
    "build_files": "fabricgen.pipeline",
    "check_files": "fabricgen.pipeline",
    "lint_path": "fabricgen.lint",
    "load_file": "fabricgen.load",
    "load_text": "fabricgen.load",
    "plan_output": "fabricgen.pipeline",
    "render_cluster": "fabricgen.pipeline",
    "resolve_cluster": "fabricgen.pipeline",
    "write_output": "fabricgen.pipeline",
}

__all__ = [
    "Change",
    "CheckFailedError",
    "Cluster",
    "Component",
    "Description",
    "DescriptionError",
    "Document",
    "Draft",
    "DriftError",
    "Edit",
    "Fabric",
    "FabricgenError",
    "Finding",
    "Hit",
    "Item",
    "Loaded",
    "Options",
    "Part",
    "Patience",
    "Plan",
    "PluginError",
    "Problem",
    "ProblemsError",
    "PublishError",
    "Rendered",
    "ResolveError",
    "Rule",
    "SecretError",
    "Setting",
    "TemplateError",
    "TextFile",
    "TreeError",
    "add_component",
    "build_files",
    "check_files",
    "lint_path",
    "load_file",
    "load_text",
    "objects",
    "plan_output",
    "render_cluster",
    "resolve_cluster",
    "write_output",
]


def __getattr__(name: str) -> object:
    from importlib import import_module  # noqa: PLC0415 - who asks for no name needs none

    if name == "objects":
        return import_module("fabricgen.objects")
    if name not in _HOMES:
        raise AttributeError(f"module 'fabricgen' has no attribute {name!r}")
    found: object = getattr(import_module(_HOMES[name]), name)
    return found
