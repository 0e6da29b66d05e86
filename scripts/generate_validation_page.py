"""Rewrite the generated parts of docs/validation.md: the numbers of the corpus and the lists of differences.

They come from tests/corpus: the cases, the recorded verdicts, and differences.yaml.
"""

import re
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests"))

import corpus_differences  # noqa: E402 - it stands beside the tests
from corpus_cases import cases  # noqa: E402 - it stands beside the tests
from corpus_tools import recorded  # noqa: E402 - it stands beside the tests

PAGE = ROOT / "docs" / "validation.md"


def main() -> None:
    """Rewrite the page."""
    page = PAGE.read_text(encoding="utf-8")
    parts = {
        "numbers": _numbers(),
        "upstream": _differences("upstream"),
        "own": _differences("own"),
        "kinds": ", ".join(f"`{kind}`" for kind in corpus_differences.kinds_without_schema()) + "\n",
    }
    for name, text in parts.items():
        page = re.sub(
            rf"(<!-- {name}: generated -->\n).*?(<!-- end -->)",
            rf"\g<1>\n{_raw(text)}\n\g<2>",
            page,
            flags=re.DOTALL,
        )
    PAGE.write_text(page, encoding="utf-8")


def _raw(text: str) -> str:
    return text.replace("\\", r"\\")


def _numbers() -> str:
    """Return a table: classes of faults, with how many cases are taken and refused, and what everybody gets right."""
    taken = Counter(case.fault for case in cases() if case.taken)
    refused = Counter(case.fault for case in cases() if not case.taken)
    right = {name: _right(name) for name in ("ours", "flux-schema", "kubeconform")}
    lines = ["| class | taken | refused | we | flux-schema | kubeconform |", "|---|---|---|---|---|---|"]
    for fault in sorted(taken | refused):
        told = " | ".join(str(right[name][fault]) for name in right)
        lines.append(f"| {fault} | {taken[fault]} | {refused[fault]} | {told} |")
    told = " | ".join(str(counted.total()) for counted in right.values())
    lines.append(f"| all | {taken.total()} | {refused.total()} | {told} |")
    return "\n".join(lines) + "\n"


def _right(name: str) -> Counter[str]:
    """Return how many cases of each class somebody judges as the API server does."""
    listed = corpus_differences.expected("upstream")
    if name == "ours":
        return Counter(
            case.fault for case in cases() if case.name not in listed or listed[case.name].ours == case.taken
        )
    said = recorded(name)
    return Counter(case.fault for case in cases() if (set(said[case.name]) <= {"valid", ""}) == case.taken)


def _differences(run: corpus_differences.Run) -> str:
    return "\n".join(line for one in corpus_differences.differences(run) for line in _difference(one))


def _difference(difference: corpus_differences.Difference) -> Iterator[str]:
    known = corpus_differences.by_name()
    truth = {known[name].taken for name in difference.names}
    says = {True: "taken", False: "refused"}
    (server,) = truth
    theirs = f", flux-schema: {says[difference.theirs]}" if difference.theirs is not None else ""
    yield f"### {difference.title}\n"
    yield f"API server: {says[server]}, we: {says[difference.ours]}{theirs}.\n"
    yield f"{difference.why} [Source]({difference.source})\n"
    for name in difference.names:
        yield f"* {name}"
    yield ""


if __name__ == "__main__":
    main()
