"""Coverage-guided fuzzing of reading and validation: `make fuzz`.

Any bytes are read or refused with an error of ours; what is read the fast way is read the same exactly; the engine has
a verdict about every text. What breaks one of these ends the run, and its input is kept below `.hypothesis/fuzz`: mend the
code, then keep the input, as small as it gets, in `tests/fuzz/corpus`, which `make test` replays.
"""

import argparse
import sys
from pathlib import Path

import atheris

HERE = Path(__file__).parent
KEPT = HERE.parent.parent / ".hypothesis" / "fuzz"
sys.path.insert(0, str(HERE.parent / "property"))

with atheris.instrument_imports(
    include=["fabricgen.yamlio", "fabricgen.validation"], enable_loader_override=False
):
    from reading_laws import check_reading

    from fabricgen.validation.engine import Engine
    from fabricgen.validation.options import Options

    # Much is imported only when a document needs it, and only what is imported here guides the fuzzer.
    ENGINE = Engine(Options(ignore_missing_schemas=True, every=True))
    for path in sorted((HERE / "corpus").iterdir()):
        ENGINE.review_bytes(path.read_bytes(), file=path.name)


def fuzz_reading(data: bytes) -> None:
    """Read `data`, and check the laws of reading."""
    check_reading(data)


def fuzz_validation(data: bytes) -> None:
    """Validate `data`: a verdict about it, never an exception."""
    ENGINE.review_bytes(data, file="fuzz.yaml")


TARGETS = {"reading": fuzz_reading, "validation": fuzz_validation}


def main() -> None:
    """Fuzz one target for a number of seconds."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("target", choices=TARGETS)
    parser.add_argument("--seconds", type=int, default=60)
    options = parser.parse_args()
    found = KEPT / options.target
    found.mkdir(parents=True, exist_ok=True)
    atheris.Setup(
        [
            sys.argv[0],
            f"-max_total_time={options.seconds}",
            f"-dict={HERE / 'yaml.dict'}",
            f"-artifact_prefix={KEPT}/",
            "-max_len=4096",
            "-timeout=5",
            "-rss_limit_mb=1000",
            "-print_final_stats=1",
            str(found),
            str(HERE / "corpus"),
        ],
        TARGETS[options.target],
    )
    atheris.Fuzz()


if __name__ == "__main__":
    main()
