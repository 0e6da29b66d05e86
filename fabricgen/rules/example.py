"""Examples of rules: files that break a rule, and the same files put right.

One text holds a small repository: a line `# file: talos/all/patch.yaml` starts a file, up to the next such line.
"""

import re
from importlib.resources import files
from typing import Final, Literal

from fabricgen.repository import ClusterItems, split_clusters
from fabricgen.repository.reading import read_texts

_FILE: Final = re.compile(r"^# file: (?P<path>\S+)\n", re.MULTILINE)
Outcome = Literal["fail", "pass"]


def read_example(rule: str, outcome: Outcome) -> str:
    """Return the text of a rule's example."""
    return (files("fabricgen.rules") / "examples" / f"{rule}.{outcome}.yaml").read_text(encoding="utf-8")


def texts_of(text: str) -> dict[str, str]:
    """Return the files of an example, by their paths. Raises ValueError if something stands before the first."""
    before, *parts = _FILE.split(text)
    if before.strip():
        raise ValueError("an example starts with `# file: <path>`")
    return dict(zip(parts[::2], parts[1::2], strict=True))


def clusters_of(text: str) -> tuple[ClusterItems, ...]:
    """Return the clusters of the repository that an example describes.

    Raises:
        YamlSyntaxError: a file of it is not YAML.
        ValueError: there is something before the first file.
    """
    return split_clusters(read_texts(texts_of(text)))
