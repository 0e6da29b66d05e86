"""Work spread over processes comes back whole and in order, and a lost worker is not silent."""

import os
import signal
from typing import Any

import pytest

from fabricgen.validation.workers import WorkerLostError, spread


def _square(number: int) -> list[Any]:
    return [number * number]


def _process(_: int) -> list[Any]:
    return [os.getpid()]


@pytest.mark.parametrize("jobs", [1, 2, 3, 50])
def test_results_come_in_the_order_of_the_work(jobs: int) -> None:
    assert list(spread(range(20), _square, jobs=jobs)) == [[number * number] for number in range(20)]


def test_nothing_to_do_gives_nothing() -> None:
    assert list(spread([], _square, jobs=4)) == []


def test_as_many_processes_work_as_were_asked_for() -> None:
    assert len({found[0] for found in spread(range(12), _process, jobs=3)}) == 3


def test_results_larger_than_a_pipe_come_whole() -> None:
    found = list(spread(range(4), lambda number: ["x" * 1_000_000 * number], jobs=2))

    assert [len(one[0]) for one in found] == [0, 1_000_000, 2_000_000, 3_000_000]


def test_an_exception_in_a_worker_is_told_with_its_traceback() -> None:
    def fail(number: int) -> list[Any]:
        return [1 // (number - 1)]

    with pytest.raises(WorkerLostError, match="ZeroDivisionError"):
        list(spread(range(4), fail, jobs=2))


def test_a_worker_that_is_killed_is_told_with_its_signal() -> None:
    parent = os.getpid()

    def die(number: int) -> list[Any]:
        if os.getpid() != parent:
            os.kill(os.getpid(), signal.SIGKILL)
        return [number]

    with pytest.raises(WorkerLostError, match="Killed"):
        list(spread(range(4), die, jobs=2))


def test_who_stops_listening_leaves_no_process_behind() -> None:
    results = spread(range(1000), _process, jobs=2)
    workers = {next(results)[0], next(results)[0]} - {os.getpid()}

    results.close()

    with pytest.raises(ProcessLookupError):
        os.kill(workers.pop(), 0)
