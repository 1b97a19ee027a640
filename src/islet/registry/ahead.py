"""Prepare the next batches in a thread while the last one is decided and written."""

from __future__ import annotations

import queue
import threading
from collections.abc import Iterable, Iterator
from typing import Generic, TypeVar

T = TypeVar("T")
WAIT = 0.1


class Ahead(Generic[T]):
    """Iterate over `source`, which runs at most `most` items ahead in a thread of its own; `close` ends it."""

    def __init__(self, source: Iterable[T], most: int = 2) -> None:
        self.items: queue.Queue[tuple[str, T | BaseException | None]] = queue.Queue(most)
        self.closed = threading.Event()
        self.thread = threading.Thread(target=self._run, args=(source,), daemon=True)
        self.thread.start()

    def _run(self, source: Iterable[T]) -> None:
        try:
            for item in source:
                if not self._put(("item", item)):
                    return
            self._put(("end", None))
        except BaseException as error:
            self._put(("error", error))

    def _put(self, entry: tuple[str, T | BaseException | None]) -> bool:
        while not self.closed.is_set():
            try:
                self.items.put(entry, timeout=WAIT)
                return True
            except queue.Full:
                continue
        return False

    def __iter__(self) -> Iterator[T]:
        """Yield the items; an error of the source is raised here."""
        while True:
            kind, item = self.items.get()
            if kind == "end":
                return
            if isinstance(item, BaseException) and kind == "error":
                raise item
            yield item  # type: ignore[misc]

    def close(self) -> None:
        """End the thread."""
        self.closed.set()
        self.thread.join()
