"""One long calculation in a process of its own, so that it can be stopped and the pages stay quick.

`python -m islet.web.api.job_child FOLDER` reads `order.json` in the folder, tells how far it is in `state.json`, and leaves its answer in
`answer.json`, or the fault of the input in `fault.json`. It ends with whoever started it: its standard input then closes.
"""

from __future__ import annotations

import json
import os
import resource
import sys
import threading
import time
from pathlib import Path
from typing import Any

from islet.case.reader import read_case
from islet.errors import InputError
from islet.knowledge.store import load_knowledge

MOST_SECONDS = 600  # of computing
BETWEEN = 0.1  # seconds from one word of progress to the next


def put(file: Path, content: bytes) -> None:
    """Write a file whole: nobody reads half of it."""
    part = file.with_suffix(".part")
    part.write_bytes(content)
    os.replace(part, file)


class Teller:
    """Write how far the calculation is."""

    def __init__(self, folder: Path) -> None:
        self.file, self.last = folder / "state.json", 0.0

    def __call__(self, what: str, share: float) -> None:
        """Tell one step; `share` runs from 0 to 1."""
        now = time.monotonic()
        if now - self.last >= BETWEEN or share >= 1:
            self.last = now
            put(self.file, json.dumps({"what": what, "share": min(max(share, 0.0), 1.0)}).encode())


def work(folder: Path) -> int:
    """Do what the order says; return 0, or 2 when the input has a fault."""
    order: dict[str, Any] = json.loads((folder / "order.json").read_bytes())
    base = load_knowledge(order["knowledge"])
    try:
        from islet.present.quantify_answer import quantify_bytes

        case = read_case(order["case"].encode(), order["name"], base.space.dictionary)
        answer = quantify_bytes(case, order["option"], order["versus"], base, order["region"], Teller(folder))
    except InputError as error:
        parts = {"found": error.found, "file": error.file, "line": error.line, "field": error.field, "expected": error.expected}
        put(folder / "fault.json", json.dumps(parts).encode())
        return 2
    put(folder / "answer.json", answer)
    return 0


def _end_with_parent() -> None:
    sys.stdin.buffer.read()
    os._exit(1)


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_SECONDS, MOST_SECONDS))
    threading.Thread(target=_end_with_parent, daemon=True).start()
    os.umask(0o077)
    sys.exit(work(Path(sys.argv[1])))
