"""The public API is what `fabricgen.__all__` says: told, tried, promised, and importing it costs nothing."""

import doctest
import inspect
import json
import re
import runpy
import subprocess
import sys
from pathlib import Path, PurePosixPath
from typing import Any

import pytest

import fabricgen

ROOT = Path(__file__).parent.parent
PROMISES: dict[str, list[str]] = json.loads((ROOT / "tests" / "promises.json").read_text(encoding="utf-8"))
WITHOUT_EXAMPLE = {"Description", "objects"}  # their pages are description.md and library.md


@pytest.fixture(scope="module")
def names() -> dict[str, Any]:
    """What docs/api.md says is there in its examples."""
    path = Path("clusters/homeops.yaml")
    text = (ROOT / path).read_text(encoding="utf-8")
    loaded = fabricgen.load_text(text, file=str(path))
    cluster = fabricgen.resolve_cluster(loaded)
    rendered = fabricgen.render_cluster(cluster)
    documents = [one for one in rendered.files if isinstance(one, fabricgen.Document)]
    steps = {"text": text, "loaded": loaded, "cluster": cluster, "rendered": rendered, "documents": documents}
    return {"fabricgen": fabricgen, "Path": Path, "PurePosixPath": PurePosixPath, **steps}


@pytest.mark.parametrize("name", sorted(set(fabricgen.__all__) - WITHOUT_EXAMPLE))
def test_every_public_name_says_what_it_is_with_an_example_that_runs(
    name: str, names: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    told = inspect.getdoc(getattr(fabricgen, name)) or ""
    example = doctest.DocTestParser().get_doctest(told, dict(names), name, None, None)
    said: list[str] = []

    doctest.DocTestRunner(verbose=False).run(example, out=said.append)

    assert example.examples
    assert "".join(said) == ""


@pytest.mark.parametrize("name", [one for one in fabricgen.__all__ if one[0].islower() and one != "objects"])
def test_every_public_function_is_typed_and_says_what_comes_back(name: str) -> None:
    function = getattr(fabricgen, name)
    called = inspect.signature(function)

    untyped = [one.name for one in called.parameters.values() if one.annotation is inspect.Parameter.empty]
    assert (untyped, called.return_annotation is inspect.Signature.empty) == ([], False)
    assert re.match(r"(Return|Write)\b", inspect.getdoc(function) or "")


def test_the_page_of_the_api_is_the_generated_one_and_has_every_name() -> None:
    generated = runpy.run_path(str(ROOT / "scripts" / "generate_api.py"))["page"]()

    assert (ROOT / "docs" / "api.md").read_text(encoding="utf-8") == generated, "run `make generated`"
    assert set(re.findall(r"(?m)^### (\w+)$", generated)) == set(fabricgen.__all__) - {"objects"}


@pytest.mark.parametrize("kind", PROMISES)
def test_what_was_promised_is_there_and_what_is_new_is_promised(kind: str) -> None:
    now = runpy.run_path(str(ROOT / "scripts" / "generate_promises.py"))["promises"]()

    gone = sorted(set(PROMISES[kind]) - set(now[kind]))
    assert gone == [], "see docs/deprecation.md before you remove anything"
    assert sorted(set(now[kind]) - set(PROMISES[kind])) == [], "run `make generated`"


@pytest.mark.parametrize("name", fabricgen.__all__)
def test_every_public_name_can_be_imported(name: str) -> None:
    assert getattr(fabricgen, name) is not None


def test_a_name_that_is_not_there_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="render_clutser"):
        fabricgen.__getattr__("render_clutser")


def test_no_submodule_has_the_name_of_a_public_function() -> None:
    public = set(fabricgen.__all__) - {"objects"}

    modules = {name.removeprefix("fabricgen.") for name in sys.modules if name.startswith("fabricgen.")}

    assert not public & modules


def test_importing_the_package_imports_no_library() -> None:
    program = (
        "import sys, fabricgen; print(sorted({'pydantic', 'jinja2', 'yaml', 'semver'} & set(sys.modules)))"
    )

    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "[]"
