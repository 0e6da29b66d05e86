"""How many findings there are, and what was not told, in one sentence."""

from collections import Counter
from collections.abc import Iterator

from fabricgen.lint.outcome import SEVERITIES, Outcome
from fabricgen.validation.output.sentences import count

_NOUNS = {"error": "error", "warning": "warning", "info": "note"}


def numbers_of(outcome: Outcome) -> str:
    """Return `2 errors, 1 warning in 2 files; 120 files with 300 documents read; 1 suppressed`."""
    return "; ".join(_parts(outcome))


def _parts(outcome: Outcome) -> Iterator[str]:
    found = Counter(one.severity for one in outcome.findings)
    told = ", ".join(count(found[one], _NOUNS[one]) for one in SEVERITIES if found[one])
    files = count(len({one.file for one in outcome.findings}), "file")
    yield f"{told} in {files}" if told else "nothing found"
    yield f"{count(outcome.files, 'file')} with {count(outcome.documents, 'document')} read"
    if outcome.suppressed:
        yield f"{outcome.suppressed} suppressed"
    if outcome.known:
        yield f"{outcome.known} known by the baseline"
    if outcome.gone:
        entries = "1 entry" if len(outcome.gone) == 1 else f"{len(outcome.gone)} entries"
        no_longer = "occurs" if len(outcome.gone) == 1 else "occur"
        yield f"{entries} of the baseline no longer {no_longer}"
