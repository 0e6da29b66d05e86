"""Compare verdicts on documents at random: ours beside flux-schema's and the API server's own code.

For development: `fuzz_verdicts.py --seconds 600 --seed 1` mutates the good documents of the corpus, and prints, for each
new kind of disagreement, the smallest document that shows it. What it finds belongs into the corpus, or into the list of
differences. Needs the tools of `make tools` and the folder of upstream schemas.
"""

import argparse
import copy
import json
import os
import random
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests"))

from corpus_cases import cases  # noqa: E402 - it stands beside the tests
from corpus_mutations import Body, mutate  # noqa: E402 - it stands beside the tests

from fabricgen.validation.engine import Engine  # noqa: E402 - sorted after what stands beside the tests
from fabricgen.validation.options import Options  # noqa: E402 - as above

SCHEMAS = Path(os.environ.get("FABRICGEN_SCHEMAS", ROOT.parent / "shared" / "schemas"))
BIN = ROOT / ".tools" / "bin"
BATCH = 500
NATIVE = (
    *("v1", "apps/v1", "batch/v1", "networking.k8s.io/v1", "policy/v1", "storage.k8s.io/v1"),
    *("rbac.authorization.k8s.io/v1", "apiextensions.k8s.io/v1"),
)
UNFIT = (
    "BGPPeer",  # upstream's bounds contradict its format, so that the API server's code refuses every one
    "CustomResourceDefinition",  # its schema is cut off where it repeats itself
)


Part = Any  # of a document: a mapping or a list


class Said(NamedTuple):
    """Whether a document is taken, and what each says against it."""

    ours: bool
    flux: bool
    server: bool
    against: str

    @property
    def disagreement(self) -> str:
        """Who disagrees with whom; empty when all say the same."""
        if self.ours == self.flux == self.server:
            return ""
        return f"ours={self.ours} flux={self.flux} server={self.server}"


def bases() -> list[Body]:
    """Return the good documents of the corpus that stand alone and have a schema."""
    engine = _engine()
    found = []
    for case in cases():
        if case.taken and case.fault in {"good", "cel", "null", "list"} and b"\n---" not in case.content:
            (verdict,) = engine.review_bytes(case.content, file="base").verdicts
            if verdict.status == "valid" and verdict.kind not in UNFIT:
                found.append(_body(case.content))
    return [body for body in found if not body["apiVersion"].startswith("kustomize.config")]


@cache
def _engine() -> Engine:
    return Engine(Options(schema_locations=(str(SCHEMAS),), every=True))


def _body(content: bytes) -> Body:
    said = subprocess.run([BIN / "goyaml"], input=content, capture_output=True, check=True).stdout
    body: Body = json.loads(said)
    return body


@cache
def _schema(api_version: str, kind: str) -> Mapping[str, Any]:
    group, _, version = api_version.rpartition("/")
    file = SCHEMAS / (group or "core") / f"{kind.lower()}_{version}.json"
    schema: Mapping[str, Any] = json.loads(file.read_text(encoding="utf-8")) if file.is_file() else {}
    return schema


def ask(bodies: Sequence[Body]) -> list[Said]:
    """Return what all three say about each document."""
    texts = [json.dumps(body, ensure_ascii=True) for body in bodies]
    with tempfile.TemporaryDirectory() as folder:
        names = [f"{folder}/{number:06}.yaml" for number in range(len(texts))]
        for name, text in zip(names, texts, strict=True):
            Path(name).write_text(text, encoding="utf-8")
        flux, server = _flux(folder), _server(names)
        return [_said(name, flux=flux.get(name, ""), server=server[name]) for name in names]


def _said(name: str, *, flux: str, server: str) -> Said:
    verdicts = _engine().review_bytes(Path(name).read_bytes(), file=name).verdicts
    against = [verdict.reason or "; ".join(map(str, verdict.findings)) for verdict in verdicts]
    ours = all(verdict.status == "valid" for verdict in verdicts)
    return Said(
        ours, not flux, not server, f"  ours: {' | '.join(against)}\n  flux: {flux}\n  server: {server}"
    )


def _flux(folder: str) -> dict[str, str]:
    command = [str(BIN / "flux-schema"), "validate", "-s", str(SCHEMAS), "--output", "json", folder]
    report = json.loads(subprocess.run(command, capture_output=True, check=False).stdout)["report"]
    return {
        result["source"]: "; ".join(
            f"{one.get('path')} {one['message']}" for one in result.get("violations", ())
        )
        or result["reason"]
        for result in report["results"]
        if result["status"] != "valid"
    }


def _server(names: Sequence[str]) -> dict[str, str]:
    lines = subprocess.run(
        [BIN / "apiserver", SCHEMAS, *names], capture_output=True, check=True
    ).stdout.splitlines()
    return {said["file"]: "; ".join(filter(None, said["said"])) for said in map(json.loads, lines)}


def shrink(body: Body, *, wanted: str) -> tuple[Body, Said]:
    """Return the smallest document with the same disagreement, by leaving out one thing after the other."""
    (said,) = ask([body])
    while True:
        smaller = list(_without_one(body))
        for candidate, verdict in zip(smaller, ask(smaller), strict=True):
            if verdict.disagreement == wanted:
                body, said = candidate, verdict
                break
        else:
            return body, said


def _without_one(body: Part) -> Iterator[Part]:
    """Yield copies of a document, each without one key or item; the largest parts first."""
    keys = list(body) if isinstance(body, dict) else list(range(len(body)))
    for key in keys:
        less = copy.copy(body)
        del less[key]
        yield less
    for key in keys:
        if isinstance(body[key], (dict, list)):
            for part in _without_one(body[key]):
                whole = copy.copy(body)
                whole[key] = part
                yield whole


def main() -> None:
    """Run for some time and print what is found."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--seconds", type=float, default=60)
    arguments.add_argument("--seed", type=int, default=0)
    arguments.add_argument("--kind", default="", help="only documents of this kind")
    arguments.add_argument(
        "--flux", action="store_true", help="also where we side with the API server against it"
    )
    asked = arguments.parse_args()
    chance = random.Random(asked.seed)  # noqa: S311 - for tests
    good = [body for body in bases() if asked.kind in {"", body["kind"]}]
    seen: set[str] = set()
    until, count = time.monotonic() + asked.seconds, 0
    while time.monotonic() < until:
        chosen = [chance.choice(good) for _ in range(BATCH)]
        batch = [
            mutate(body, schema=_schema(body["apiVersion"], body["kind"]), chance=chance) for body in chosen
        ]
        count += len(batch)
        for body, said in zip(batch, ask(batch), strict=True):
            if _is_news(body, said, flux=asked.flux):
                _report(body, said, seen)
    print(f"{count} documents, {len(seen)} kinds of disagreement")


def _is_news(body: Body, said: Said, *, flux: bool) -> bool:
    """Tell whether we are to blame: we differ from the API server, or from flux-schema where that cannot be asked."""
    if not said.disagreement:
        return False
    if flux:
        return True
    native = body.get("apiVersion") in NATIVE
    return said.ours != said.flux if native and said.server else said.ours != said.server


def _report(body: Body, said: Said, seen: set[str]) -> None:
    """Print the smallest document of a kind of disagreement, once: what is said, but for values and places."""
    if _outline(body, said) in seen:
        return
    seen.add(_outline(body, said))
    small, why = shrink(body, wanted=said.disagreement)
    if _outline(small, why) not in seen or small == body:
        seen.add(_outline(small, why))
        print(f"{said.disagreement}\n  {json.dumps(small, ensure_ascii=False)}\n{why.against}", flush=True)


def _outline(body: Body, said: Said) -> str:
    told = re.sub(r"/\S+|[0-9]+|'[^']*'|\"[^\"]*\"", "", said.against)
    return f"{body.get('kind')} {said.disagreement} {told}"


if __name__ == "__main__":
    main()
