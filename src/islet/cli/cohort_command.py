"""`islet cohort`: verdicts of a whole table, and the words beside it, each in a file of its own (`cohort_<word>.py`)."""

from __future__ import annotations

import argparse
import importlib
import importlib.util
from types import ModuleType

from islet.errors import InputError

WORDS = {
    "code": "keep the coded columns of a table, so that a second question does not read again",
    "join": "tables of the same patients beside one another, by id",
    "impute": "the share of completions in which each verdict holds",
    "sweep": "who changes verdict as a threshold moves",
    "compare": "who changes verdict between two versions of the knowledge",
    "summary": "what a registry would put in its annual report",
    "synth": "a synthetic registry, calibrated to published tables",
    "sql": "the rules as plain SQL, with yes, no and unknown",
}
DECIDE = "decide"
NEEDED = ("pyarrow", "duckdb", "narwhals")


def cohort_command(words: list[str], parser_class: type[argparse.ArgumentParser]) -> int:
    """Run `islet cohort` with the words after it."""
    for name in NEEDED:
        if importlib.util.find_spec(name) is None:
            raise InputError(f"the registry needs {name}", "", 0, "islet cohort", "install it with: pip install 'islet[cohort]'")
    word = words[0] if words and words[0] in there() else DECIDE
    room = _room(word)
    parser = _parser(word, room, parser_class)
    arguments = parser.parse_args(words if word == DECIDE else words[1:])
    code: int = room.run(arguments, arguments.knowledge or None)
    return code


def there() -> list[str]:
    """Return the words of which the file is there."""
    return [word for word in WORDS if importlib.util.find_spec(f"islet.cli.cohort_{word}") is not None]


def _room(word: str) -> ModuleType:
    return importlib.import_module(f"islet.cli.cohort_{word}")


def _parser(word: str, room: ModuleType, parser_class: type[argparse.ArgumentParser]) -> argparse.ArgumentParser:
    beside = "" if word != DECIDE else "Beside it: " + "; ".join(f"islet cohort {name}: {WORDS[name]}" for name in there()) + "."
    parser = parser_class(
        prog="islet cohort" if word == DECIDE else f"islet cohort {word}", allow_abbrev=False, epilog=beside,
        description="Every verdict for every patient of a table." if word == DECIDE else WORDS[word][0].upper() + WORDS[word][1:] + ".",
    )
    parser.add_argument("--knowledge", metavar="DIR", help="read the rules from this folder")
    room.add_arguments(parser)
    return parser
