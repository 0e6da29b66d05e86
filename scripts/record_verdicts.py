"""Write tests/corpus/verdicts.json: what flux-schema and kubeconform say about every document of the corpus.

Needs both tools in `.tools/bin` and the folder of upstream schemas (FABRICGEN_SCHEMAS, or shared/schemas beside the
checkout). A test proves that the record is what the tools say; this rewrites it when cases are added or tools change.
"""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests"))

import corpus_cases  # noqa: E402 - it stands beside the tests
import corpus_tools  # noqa: E402 - it stands beside the tests


def main() -> None:
    """Ask both tools and write the record."""
    schemas = Path(os.environ.get("FABRICGEN_SCHEMAS", ROOT.parent / "shared" / "schemas"))
    asked = {
        "flux-schema": (corpus_tools.flux_schema_says, "version"),
        "kubeconform": (corpus_tools.kubeconform_says, "-v"),
    }
    record = {}
    for tool, (says, version) in asked.items():
        program = str(ROOT / ".tools" / "bin" / tool)
        with tempfile.TemporaryDirectory() as folder:
            verdicts = says(program, corpus_cases.cases(), schemas=schemas, folder=Path(folder))
        record[tool] = {"version": _version(program, version), "verdicts": verdicts}
    text = json.dumps(record, indent=1, ensure_ascii=False)
    corpus_tools.RECORD.write_text(text + "\n", encoding="utf-8")


def _version(program: str, argument: str) -> str:
    said = subprocess.run([program, argument], capture_output=True, text=True, check=True).stdout
    return said.strip().removeprefix("v")


if __name__ == "__main__":
    main()
