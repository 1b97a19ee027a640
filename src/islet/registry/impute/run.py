"""Run all chains, in one process or several, and gather their counts; the result is the same whatever the number of processes."""

from __future__ import annotations

import multiprocessing
import queue
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from islet.errors import InputError
from islet.registry.impute.chain import Chain
from islet.registry.impute.cohort import Cohort
from islet.registry.impute.complete import Decide, Rows, complete, make_page
from islet.registry.impute.convergence import FactTrace, converged
from islet.registry.impute.summaries import Summary, summarise
from islet.registry.impute.tally import Tally, add, empty_tally

MakeDecide = Callable[[], Decide]
Step = Callable[[int], None]


class Settings(NamedTuple):
    """Hold how a cohort is imputed: completions, seed, chains (each fitted anew), sweeps of each completion, processes."""

    completions: int = 1000
    seed: int = 1
    chains: int = 10
    sweeps: int = 1
    processes: int = 1

    def numbers(self, chain: int) -> range:
        """Return the numbers of the completions of a chain.

        >>> Settings(completions=5, chains=2).numbers(1)
        range(3, 5)
        """
        size, more = divmod(self.completions, self.chains)
        start = chain * size + min(chain, more)
        return range(start, start + size + (chain < more))


class ChainResult(NamedTuple):
    """Hold what one chain found: its counts, how many completions were made, what had to be redrawn, and what was drawn.

    `redrawn`, `formulas_opened` and `taken_back` count patients over all completions (see `complete`), `left_open` the draws of each
    fact that were left open.
    """

    number: int
    done: int
    tally: Tally
    redrawn: int
    formulas_opened: int
    taken_back: int
    left_open: NDArray[np.int64]
    summaries: list[Summary]
    trace: list[FactTrace]


def run_chain(
    cohort: Cohort, rows: Rows, number: int, settings: Settings, decide: Decide, step: Step, stopped: Callable[[], bool]
) -> ChainResult:
    """Fit one chain and make its completions; once `stopped`, return what is done."""
    numbers = settings.numbers(number)
    tally = empty_tally(0, len(rows), 0)
    done = redrawn = formulas_opened = taken_back = 0
    left_open = np.zeros(len(cohort.names), np.int64)
    summaries: list[Summary] = []
    trace: list[FactTrace] = []
    if not stopped():
        chain = Chain(cohort, settings.seed, number)
        page = make_page(cohort, rows)
        trace = converged(cohort, chain, rows, settings.sweeps) if number == 0 else []
    for completion in numbers:
        if stopped():
            break
        drawn = complete(cohort, chain, page, settings.sweeps, completion, decide)
        if not done:
            tally = empty_tally(len(drawn.decided.verdicts), len(rows), len(numbers))
            summaries = summarise(cohort, rows, drawn.values)
        add(tally, done, drawn.decided)
        redrawn, formulas_opened = redrawn + drawn.redrawn, formulas_opened + drawn.formulas_opened
        taken_back += drawn.taken_back
        left_open += np.isnan(drawn.values).sum(axis=1)
        done += 1
        step(1)
    tally = Tally(tally.patients, tally.cohort[:done], tally.could[:done])
    return ChainResult(number, done, tally, redrawn, formulas_opened, taken_back, left_open, summaries, trace)


def run_chains(
    cohort: Cohort, rows: Rows, settings: Settings, make_decide: MakeDecide, progress: Callable[[int, int], None]
) -> Iterator[ChainResult]:
    """Yield the results of the chains as they end; after Ctrl-C, what is done so far of each."""
    with interrupts() as stop:
        if settings.processes > 1 and settings.chains > 1:
            yield from _in_processes(cohort, rows, settings, make_decide, progress, stop)
            return
        done = 0

        def step(more: int) -> None:
            nonlocal done
            done += more
            progress(done, settings.completions)

        decide = make_decide()
        for number in range(settings.chains):
            yield run_chain(cohort, rows, number, settings, decide, step, lambda: bool(stop))


@contextmanager
def interrupts() -> Iterator[list[bool]]:
    """Give a list that the first Ctrl-C fills instead of ending the program; the second one ends it."""
    stop: list[bool] = []
    if threading.current_thread() is not threading.main_thread():
        yield stop
        return
    before = signal.getsignal(signal.SIGINT)

    def note(_number: int, _frame: Any) -> None:
        stop.append(True)
        signal.signal(signal.SIGINT, before)

    signal.signal(signal.SIGINT, note)
    try:
        yield stop
    finally:
        signal.signal(signal.SIGINT, before)


def _in_processes(
    cohort: Cohort, rows: Rows, settings: Settings, make_decide: MakeDecide, progress: Callable[[int, int], None], stop: list[bool]
) -> Iterator[ChainResult]:
    context = multiprocessing.get_context("spawn")
    results: Any = context.Queue()
    told = context.Event()
    shared = (cohort, rows, settings, make_decide, results, told)
    workers = [
        context.Process(target=_work, args=(range(first, settings.chains, settings.processes), *shared), daemon=True)
        for first in range(min(settings.processes, settings.chains))
    ]
    for worker in workers:
        worker.start()
    done, waiting = 0, settings.chains
    while waiting:
        if stop:
            told.set()
        message = _next(results, workers)
        if isinstance(message, ChainResult):
            waiting -= 1
            yield message
        elif message:
            done += message
            progress(done, settings.completions)
    for worker in workers:
        worker.join()


def _next(results: Any, workers: Sequence[Any]) -> Any:
    """Return the next message of a worker, or 0 after a while without any."""
    try:
        return results.get(timeout=0.5)
    except queue.Empty:
        if any(worker.exitcode not in (None, 0) for worker in workers):
            raise InputError("a process of imputing ended before its work was done", "", 0, "", "is there enough memory?") from None
        return 0


def _work(
    numbers: Sequence[int], cohort: Cohort, rows: Rows, settings: Settings, make_decide: MakeDecide, results: Any, told: Any
) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches every process of the terminal: `told` says it once
    decide = make_decide()
    for number in numbers:
        results.put(run_chain(cohort, rows, number, settings, decide, results.put, told.is_set))
