"""Run a table through: code ahead in a thread, make and write here; stop between batches, go on later, leave nothing half-written."""

from __future__ import annotations

import contextlib
import json
import signal
import threading
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from islet.knowledge.base import KnowledgeBase
from islet.registry.ahead import Ahead
from islet.registry.code.batch import CodedRows
from islet.registry.progress import Progress
from islet.registry.question import Report
from islet.registry.resume import State, asked, forget_state, load_state, save_state
from islet.registry.stream import Source
from islet.registry.write.open_output import Output, open_output
from islet.registry.write.part import writing
from islet.registry.write.rejected import RejectedOutput


class Job(NamedTuple):
    """Hold a job: what streams in, where the output goes and what its columns are, and how a coded batch becomes a batch of it.

    `told` is the question as a resumed run must ask it again; `size` the rows of a batch.
    """

    source: Source
    out: str
    base: KnowledgeBase
    schema: Any
    metadata: dict[str, str]
    make: Callable[[CodedRows], Any]
    told: dict[str, Any]
    size: int


def run_job(job: Job, resume: bool, quiet: bool) -> Report:
    """Run a job to its end, or to the first Ctrl-C; raise InputError when something is wrong, and then leave nothing behind."""
    questions = asked(job.source.table.name, job.told, job.base.sha256)
    state = load_state(job.out, questions) if resume else None
    total = job.source.table.total
    progress = Progress(None if total is None else total - (state.upto if state else 0), quiet=quiet)
    output = open_output(job.out, job.schema, job.metadata)
    rejected = RejectedOutput(job.out)
    now = state or State(0, "", 0, 0, {}, {}, job.metadata.get("islet.synthetic") == "yes")
    try:
        if state is not None:
            output.again(state.partial, state.rows)
            rejected.again(state.rejected, state.reasons)
        with stopping() as stopped:
            now, complete = _pump(job, output, rejected, progress, stopped, now)
        name = output.finish(_at_the_end(output, rejected, now, complete), complete)
        rejected_name = rejected.finish()
    except BaseException:
        output.abandon()
        rejected.abandon()
        raise
    with writing(job.out):
        if complete:
            forget_state(job.out, state)
        else:
            save_state(job.out, now._replace(partial=name, rows=output.rows, rejected=rejected.rows, reasons=rejected.reasons), questions)
    seconds = progress.finish()
    return Report(
        name, complete, output.rows, rejected.rows, rejected_name, rejected.reasons, now.counts, job.source.columns, now.synthetic,
        seconds, progress.done / seconds, job.metadata["islet.engine"],
    )


def _pump(
    job: Job, output: Output, rejected: RejectedOutput, progress: Progress, stopped: threading.Event, now: State
) -> tuple[State, bool]:
    """Make and write batch after batch; return how far it went, and whether that is the end."""
    ahead = Ahead(job.source.batches(job.base, now.upto, job.size))
    try:
        for rows in ahead:
            if rows.coded.rows:
                output.write(job.make(rows))
            rejected.write(rows.rejected)
            counts = {what: now.counts.get(what, 0) + count for what, count in rows.counts.items()}
            now = now._replace(upto=max(now.upto, rows.upto), counts=counts, synthetic=now.synthetic or rows.synthetic)
            progress.step(rows.counts["read"])
            if stopped.is_set():
                return now, False
    finally:
        ahead.close()
    return now, True


def _at_the_end(output: Output, rejected: RejectedOutput, now: State, complete: bool) -> dict[str, str]:
    found = {"islet.rows": str(output.rows), "islet.complete": "yes" if complete else "no", "islet.rejected": str(rejected.rows),
             "islet.counts": json.dumps(dict(now.counts))}
    return found | ({"islet.synthetic": "yes"} if now.synthetic else {})


@contextlib.contextmanager
def stopping() -> Iterator[threading.Event]:
    """Give an event that Ctrl-C sets; a second Ctrl-C stops at once and leaves nothing behind."""
    stopped = threading.Event()
    if threading.current_thread() is not threading.main_thread():
        yield stopped
        return

    def stop(number: int, frame: Any) -> None:
        if stopped.is_set():
            raise KeyboardInterrupt
        stopped.set()

    before = signal.signal(signal.SIGINT, stop)
    try:
        yield stopped
    finally:
        signal.signal(signal.SIGINT, before)
