"""The command line: parse the words, call the room, print what it says. Exit 0, 1 (a check failed) or 2 (wrong input)."""

from __future__ import annotations

import argparse
import gc
import os
import re
import sys

from islet import __version__
from islet.errors import InputError, KnowledgeErrors, nearest

_INVALID_CHOICE = re.compile(r"argument (?P<what>[^:]+): invalid choice: '(?P<word>[^']*)' \(choose from (?P<choices>.*)\)$")
FORMATS = {  # what each `islet knowledge` command can print
    "check": ("text",), "show": ("text",), "coverage": ("text", "json"), "facts": ("text",), "schema": ("text",),
    "calculators": ("text",),
    "prove": ("text", "json", "markdown"), "diff": ("text", "json", "markdown"), "mutate": ("text", "json"),
}
COHORT = "cohort"
_OUTPUT = "prove: a folder for counterexamples; calculators: the folder of the pages; mutate: results kept to go on from"
REGIONS = ("eu", "us", "uk", "ch", "no", "se", "cn", "jp", "ca", "ap")


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> None:  # type: ignore[override]
        found, expected = message, f"see {self.prog} --help"
        wrong = _INVALID_CHOICE.match(message)
        if wrong:
            choices = [choice.strip(" '") for choice in wrong["choices"].split(",")]
            what = "command" if wrong["what"] in ("COMMAND", "what") else f"value of {wrong['what']}"
            found, expected = f'unknown {what} "{wrong["word"]}"', nearest(wrong["word"], choices) or expected
        raise InputError(found, "", 0, "", expected)


def build_parser() -> argparse.ArgumentParser:
    """Return the parser of every command and option."""
    parser = _Parser(prog="islet", description="Decision support for pancreatic neuroendocrine tumours.", allow_abbrev=False)
    parser.add_argument("--version", action="version", version=f"islet {__version__}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True, parser_class=_Parser)

    def command(name: str, words: str) -> argparse.ArgumentParser:
        added = commands.add_parser(name, help=words, description=words, allow_abbrev=False)
        added.add_argument("--knowledge", metavar="DIR", help="read the rules from this folder")
        return added

    def look(added: argparse.ArgumentParser) -> None:
        added.add_argument("--plain", action="store_true", help="no colour and no drawing characters")
        added.add_argument("--width", type=int, metavar="N", help="columns of the text (default: the terminal)")
        added.add_argument("--region", choices=REGIONS, help="pick the label status of one region")

    plan = command("plan", "the plan of one case or several")
    plan.add_argument("cases", nargs="+", metavar="CASE", help="case file (YAML or JSON), - for standard input")
    plan.add_argument("--format", choices=("text", "json", "html", "pdf"), default="text")
    plan.add_argument("--for", dest="reader", choices=("clinician", "patient"), default="clinician")
    plan.add_argument("--lang", metavar="CODE", help="language of the patient's page: en (default), de")
    plan.add_argument("-o", "--output", metavar="FILE", help="write to this file (whole or not at all)")
    plan.add_argument("--full", action="store_true", help="every reason of every option, not only the weighty ones")
    look(plan)
    why = command("why", "the whole trace behind one verdict, and the smallest changes that would flip it")
    why.add_argument("case", metavar="CASE")
    why.add_argument("option", metavar="OPTION")
    why.add_argument("--format", choices=("text", "json"), default="text")
    look(why)
    ask = command("ask", "what to find out next, and which verdicts each answer decides")
    ask.add_argument("case", metavar="CASE")
    ask.add_argument("--format", choices=("text", "json"), default="text")
    look(ask)
    whatif = command("whatif", "the plan before and after a change of facts")
    whatif.add_argument("case", metavar="CASE")
    whatif.add_argument("changes", nargs="+", metavar="fact=value")
    whatif.add_argument("--format", choices=("text", "json"), default="text")
    look(whatif)
    quantify = command("quantify", "what each option would do, in numbers, with interval, method, inputs, validity range and source")
    quantify.add_argument("case", metavar="CASE")
    quantify.add_argument("option", nargs="?", metavar="OPTION", help="one option (default: all)")
    quantify.add_argument("--format", choices=("text", "json", "html"), default="text")
    quantify.add_argument("--versus", metavar="OPTION", help="a second option beside the first, on one clock")
    quantify.add_argument("--full", action="store_true", help="inputs, assumptions and every source")
    quantify.add_argument("--pictures", metavar="FOLDER", help="draw the estimates that have a picture as SVG files")
    quantify.add_argument("-o", "--output", metavar="FILE", help="write to this file (whole or not at all)")
    look(quantify)
    knowledge = command("knowledge", "the knowledge base itself")
    knowledge.add_argument("what", choices=tuple(FORMATS))
    knowledge.add_argument("names", nargs="*", metavar="NAME", help="show: an option; diff: two folders or git revisions, OLD NEW")
    knowledge.add_argument("--format", choices=("text", "json", "markdown"), default="text")
    knowledge.add_argument("--only", type=int, nargs="+", metavar="N", help="prove: these properties alone")
    knowledge.add_argument("--files", nargs="+", metavar="FILE", help="mutate: the mutants of these files alone")
    knowledge.add_argument("--sample", type=int, metavar="N", help="mutate: a fixed sample of so many mutants")
    knowledge.add_argument("--jobs", type=int, metavar="N", help="mutate: so many processes")
    knowledge.add_argument("-o", "--output", metavar="PATH", help=_OUTPUT)
    look(knowledge)
    audit = command("audit", "the trail of a record: whether it holds, and where it ends")
    audit.add_argument("what", choices=("verify", "head"))
    audit.add_argument("--record", metavar="URL", help="sqlite:////folder/islet.db or postgresql+psycopg://… (default: $ISLET_RECORD)")
    audit.add_argument("--head", metavar="FILE", help="verify: what `islet audit head` printed earlier")
    serve = command("serve", "the pages and the API in the browser, on this machine or behind a server that speaks TLS")
    serve.add_argument("--host", default="127.0.0.1", help="address to listen at (default: this machine alone)")
    serve.add_argument("--port", type=int, default=8000, help="0 takes a free one (default: 8000)")
    serve.add_argument("--database", metavar="URL", help="sqlite:////folder/islet.db or postgresql+psycopg://… (default: $ISLET_RECORD)")
    serve.add_argument("--https", action="store_true", help="people reach the site through TLS, which ends in front of it")
    serve.add_argument("--host-name", nargs="+", metavar="NAME", default=[], help="the names under which the site may be called")
    serve.add_argument("--region", choices=REGIONS, help="pick the label status of one region")
    serve.add_argument("--workers", type=int, default=1, metavar="N", help="so many processes (default: 1)")
    serve.add_argument("--add-person", metavar="NAME", help="make an account, ask for its password, and end")
    serve.add_argument("--role", choices=("board", "clinician", "admin"), help="add-person: what the account may do")
    serve.add_argument("--new-password", metavar="NAME", help="give an account a new password, which is asked for, and end")
    command(COHORT, "every verdict for every patient of a table")  # its words are parsed by `cohort_command`
    return parser


def main(words: list[str] | None = None) -> int:
    """Run one command and return its exit code; print errors for people to standard error."""
    words = sys.argv[1:] if words is None else words
    try:
        code = _cohort(words[1:]) if words[:1] == [COHORT] else _dispatch(build_parser().parse_args(words))
        sys.stdout.flush()
        return code
    except InputError as error:
        print(f"islet: {error}", file=sys.stderr)
        return 2
    except KnowledgeErrors as errors:
        for fault in errors.errors:
            print(f"islet: {fault}", file=sys.stderr)
        faults = len(errors.errors)
        print(f"islet: {faults} fault{'s' if faults != 1 else ''} in the knowledge", file=sys.stderr)
        return 2
    except BrokenPipeError:
        _drop_output()
        return 0
    except OSError as error:
        _drop_output()
        print(f"islet: the output cannot be written: {error.strerror}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("islet: stopped", file=sys.stderr)
        return 130


def _drop_output() -> None:
    """Send what is still buffered nowhere, so that the end of the process does not fail on it again."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _dispatch(arguments: argparse.Namespace) -> int:
    folder = arguments.knowledge or None
    if arguments.command == "plan":
        from islet.cli.plan_command import plan_cases

        return plan_cases(arguments, folder)
    if arguments.command == "knowledge":
        from islet.cli.knowledge_command import knowledge_command

        return knowledge_command(arguments, folder)
    if arguments.command == "serve":
        from islet.cli.serve_command import serve

        return serve(arguments, folder)
    if arguments.command == "audit":
        from islet.cli.audit_command import audit_command

        return audit_command(arguments, folder)
    if arguments.command == "quantify":
        from islet.cli.quantify_command import quantify_case

        return quantify_case(arguments, folder)
    from islet.cli.single_commands import ask_case, whatif_case, why_case

    return {"why": why_case, "ask": ask_case, "whatif": whatif_case}[arguments.command](arguments, folder)


def _cohort(words: list[str]) -> int:
    from islet.cli.cohort_command import cohort_command

    return cohort_command(words, _Parser)


def run() -> None:
    """Enter from the shell."""
    gc.set_threshold(100_000, 20, 20)  # modules and knowledge are hundreds of thousands of objects that all stay
    sys.exit(main())
