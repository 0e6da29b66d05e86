"""The corpus: documents that the API server takes or refuses, each told apart from a good one by one change.

A file under `tests/corpus` holds one or more kinds, each as a YAML document: `base`, a good object, and `cases` by
class of fault, each a sentence after `taken` or `refused` (what the API server does) and how it differs from the base:
`set` (path: value), `remove` (paths), or a whole `text` of its own. Scalars stand in the files exactly as they stand in
the document: `No` and `"No"` are two cases.
"""

import copy
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

CORPUS = Path(__file__).parent / "corpus"
NOT_CASES = ("differences.yaml",)
BASE = "the document that the others are made from"


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One document, or one text of several.

    Attributes:
        file: where it stands under `tests/corpus`, without the ending: `gateway/httproute`.
        sentence: what is special about it.
        taken: whether the API server takes it.
        fault: the class that it is an example of, taken or refused.
        content: the bytes of its file.
    """

    file: str
    sentence: str
    taken: bool
    fault: str
    content: bytes

    @property
    def name(self) -> str:
        """What it is called in records and lists."""
        return f"{self.file}: {self.sentence}"

    def __str__(self) -> str:
        """What a test of it is called."""
        return f"{self.name} is {'taken' if self.taken else 'refused'}"


@cache
def cases() -> tuple[Case, ...]:
    """Return every case, by file and as they stand there."""
    files = sorted(file for file in CORPUS.rglob("*.yaml") if file.name not in NOT_CASES)
    return tuple(case for file in files for case in _cases_of(file))


def _cases_of(file: Path) -> Iterator[Case]:
    name = file.relative_to(CORPUS).with_suffix("").as_posix()
    with file.open("rb") as stream:
        for kind in yaml.compose_all(stream, Loader=yaml.CBaseLoader):
            keys = _mapping(kind)
            base = keys.get("base")
            if base is not None:
                kind_name = _mapping(base)["kind"].value
                sentence = f"{kind_name}, {BASE}"
                yield Case(
                    file=name, sentence=sentence, taken=True, fault="good", content=_text(base).encode()
                )
            for fault, listed in _mapping(keys["cases"]).items():
                for case in listed.value:
                    sentence, taken, content = _told(base, _mapping(case))
                    yield Case(file=name, sentence=sentence, taken=taken, fault=fault, content=content)


def _told(base: yaml.Node | None, keys: dict[str, yaml.Node]) -> tuple[str, bool, bytes]:
    """Return a case's sentence, whether it is taken, and its content."""
    (verdict,) = keys.keys() & {"taken", "refused"}
    unknown = keys.keys() - {verdict, "set", "remove", "text", "encoding"}
    assert not unknown, f"{keys[verdict].value}: {unknown}"
    encoding = keys["encoding"].value if "encoding" in keys else "utf-8"
    text = keys["text"].value if "text" in keys else _text(_changed(base, keys))
    return keys[verdict].value, verdict == "taken", text.encode(encoding)


def _changed(base: yaml.Node | None, keys: dict[str, yaml.Node]) -> yaml.Node:
    """Return a copy of the base with the changes of one case."""
    whole = copy.deepcopy(base)
    assert whole is not None
    if "set" in keys:
        for path, value in keys["set"].value:
            *parents, last = _steps(path.value)
            _put(_reach(whole, parents), last, value)
    if "remove" in keys:
        for path in keys["remove"].value:
            *parents, last = _steps(path.value)
            _drop(_reach(whole, parents), last)
    return whole


def _steps(path: str) -> list[str | int]:
    """Return the steps of `spec.rules[0].name`; a step with a dot in it stands in quotes: `labels."a.b/c"`."""
    found = re.findall(r'"([^"]+)"|\[(\d+)\]|([^.\[\]"]+)', path)
    return [int(index) if index else quoted or plain for quoted, index, plain in found]


def _reach(node: yaml.Node, steps: list[str | int]) -> yaml.Node:
    for step in steps:
        node = node.value[step] if isinstance(step, int) else _mapping(node)[step]
    return node


def _put(parent: yaml.Node, step: str | int, value: yaml.Node) -> None:
    """Set a key or an item; a new key goes to the end, the index after the last adds an item."""
    if isinstance(step, int):
        parent.value[step : step + 1] = [value]
        return
    kept = [pair for pair in parent.value if pair[0].value == step]
    key = kept[0][0] if kept else yaml.ScalarNode("tag:yaml.org,2002:str", step)
    where = parent.value.index(kept[0]) if kept else len(parent.value)
    parent.value[where : where + 1] = [(key, value)]


def _drop(parent: yaml.Node, step: str | int) -> None:
    if isinstance(step, int):
        del parent.value[step]
        return
    before = len(parent.value)
    parent.value = [pair for pair in parent.value if pair[0].value != step]
    assert len(parent.value) == before - 1, step


def _mapping(node: yaml.Node) -> dict[str, yaml.Node]:
    return {key.value: value for key, value in node.value}


def _text(node: yaml.Node) -> str:
    return str(yaml.serialize(node, Dumper=yaml.CBaseDumper, allow_unicode=True, width=1_000_000))
