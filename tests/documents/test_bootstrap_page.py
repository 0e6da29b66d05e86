"""docs/bootstrap.md: the files that it names are there, and its description is read as it is written."""

import re
from typing import Any

from described import ROOT
from homes import BY_CLI, K3S, TALOS, home, read, rendered

PAGE = (ROOT / "docs/bootstrap.md").read_text(encoding="utf-8")


def test_every_file_of_the_page_is_in_a_tree() -> None:
    named = set(re.findall(r"^\| `(bootstrap/[\w.-]+)` \|", PAGE, flags=re.MULTILINE))

    assert named == {path for path in rendered(home(K3S, **BY_CLI)) if path.startswith("bootstrap/")}


def test_the_description_of_the_page_gives_what_it_says() -> None:
    (block,) = re.findall(r"```yaml\n(.*?)```", PAGE, flags=re.DOTALL)
    flux: dict[str, Any] = read(block)["flux"]

    tree = rendered(home(TALOS, flux=flux))

    assert flux["sops"]["age"][0] in tree[".sops.yaml"]
    assert "make-sops-key" in tree["bootstrap/bootstrap.sh"]
