"""Fills `fabricgen/schemas/_bundle/` whenever a wheel or an editable install is built."""

import importlib.util
import runpy
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class BundleSchemas(BuildHookInterface[Any]):
    """Has `scripts/bundle_schemas.py` derive the bundle from the package kubernetes-validate."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002 - hatchling calls it so
        """Write the bundle and name it as part of the wheel, although git ignores it."""
        found = importlib.util.find_spec("kubernetes_validate")
        if found is None or found.origin is None:
            msg = "the bundle of schemas is derived from the package kubernetes-validate, which is not installed"
            raise ModuleNotFoundError(msg)
        root = Path(self.root)
        sys.path.insert(0, self.root)  # the checkout that is built, not one that may be installed
        try:
            builder = runpy.run_path(str(root / "scripts" / "bundle_schemas.py"))
            builder["write_bundle"](root / "fabricgen/schemas/_bundle", package=Path(found.origin).parent)
        finally:
            sys.path.remove(self.root)
        build_data["artifacts"].append("/fabricgen/schemas/_bundle/*")
