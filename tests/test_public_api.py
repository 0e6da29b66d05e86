"""The public API is what `fabricgen.__all__` says, and importing it costs nothing."""

import subprocess
import sys

import pytest

import fabricgen


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
