"""The door to the comparison: `python -m islet.registry.parity`."""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

from islet.errors import InputError
from islet.registry.parity.readings import together
from islet.registry.parity.run import READINGS, SPARK, run


def main(words: list[str] | None = None) -> int:
    """Compare on many cases; print what differs; return 1 if anything does, 2 where it cannot be asked."""
    parser = argparse.ArgumentParser(prog="python -m islet.registry.parity", description="Every reading of the rules on generated cases.")
    parser.add_argument("--cases", type=int, default=1_000_000)
    parser.add_argument("--first", type=int, default=0, metavar="N", help="begin with this case")
    parser.add_argument("--readings", nargs="+", choices=READINGS, default=list(READINGS))
    parser.add_argument("--kept", type=Path, default=Path("build/parity.jsonl"), metavar="FILE",
                        help="where finished chunks are kept; a run over the same knowledge and engine goes on from there")
    parser.add_argument("--master", default="local[2]", help="the cluster of Spark")
    arguments = parser.parse_args(words)
    try:
        return _report(arguments)
    except InputError as error:
        print(error, file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print(f"\nstopped; finished chunks are kept in {arguments.kept}, and the same command goes on from there", file=sys.stderr)
        return 130


def _report(arguments: argparse.Namespace) -> int:
    total = arguments.cases - arguments.first
    kept, fresh = run(arguments.first, arguments.cases, tuple(arguments.readings), arguments.kept, master=arguments.master)
    before, started = together(kept), time.monotonic()
    for text in before.differences:
        print(text)
    seen = before
    for found in fresh:
        for text in found.differences:
            print(text)
        seen = together([seen, found])
        rate = (seen.cases - before.cases) / (time.monotonic() - started)
        print(f"\r{seen.cases} of {total} cases, {len(seen.differences)} differences, {rate:.0f} a second, "
              f"{(total - seen.cases) / rate:.0f} s left ", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    spark = f", {seen.cases - seen.untold} of them in Spark" if SPARK in arguments.readings else ""
    print(f"{seen.cases} cases{spark} ({before.cases} from a run before, {seen.conflicting} with facts that clash, {seen.uncertain} "
          f"verdicts not certain), {len(seen.differences)} differences between the single case and {', '.join(arguments.readings)}")
    return 1 if seen.differences else 0


if __name__ == "__main__":
    sys.exit(main())
