"""`islet plan`: one case or many, results as they come; one bad file does not lose the others."""

from __future__ import annotations

import argparse
import gc
import sys
from typing import TYPE_CHECKING

from islet.cli.files import read_case_file, refuse_same_file, write_whole
from islet.errors import InputError, nearest
from islet.knowledge.base import KnowledgeBase
from islet.knowledge.store import load_knowledge
from islet.plan.make import make_plan
from islet.plan.model import Plan, plan_json

if TYPE_CHECKING:
    from islet.present.screen import Screen


def plan_cases(arguments: argparse.Namespace, folder: str | None) -> int:
    """Plan every case in the order given; return 2 when at least one could not be read."""
    if arguments.lang is not None:
        _check_language(arguments)
    base = load_knowledge(folder)
    gc.freeze()  # the knowledge stays for the whole run: no use in looking through it again and again
    several = len(arguments.cases) > 1
    if several and arguments.format in ("html", "pdf"):
        found = f"found {len(arguments.cases)} cases for one page"
        raise InputError(found, "", 0, f"--format {arguments.format}", "expected one case a page")
    for name in arguments.cases:
        refuse_same_file(name, arguments.output)
    stream = _Output(arguments, several)
    failed = 0
    watched = several and sys.stderr.isatty() and (bool(arguments.output) or not sys.stdout.isatty())
    for number, name in enumerate(arguments.cases, 1):
        if watched:
            print(f"\r{number} of {len(arguments.cases)}", end="", file=sys.stderr, flush=True)
        try:
            case = read_case_file(name, base)
        except InputError as error:
            failed += 1
            print(f"islet: {error}", file=sys.stderr)
            continue
        stream.put(make_plan(case, base, arguments.region), base)
    if watched:
        print("\r" + " " * 20 + "\r", end="", file=sys.stderr)
    stream.close(failed)
    if failed and several:
        print(f"islet: {failed} of {len(arguments.cases)} cases could not be read", file=sys.stderr)
    return 2 if failed else 0


def _check_language(arguments: argparse.Namespace) -> None:
    """Raise InputError for a language that there is not, or that is asked for what is said in English only."""
    from islet.locale.catalogue import languages

    if arguments.lang not in languages():
        raise InputError(f'unknown value of --lang "{arguments.lang}"', "", 0, "", nearest(arguments.lang, languages()))
    if arguments.reader != "patient" or arguments.format == "json":
        wrong = "--format json" if arguments.reader == "patient" else "--for clinician"
        raise InputError(f"found {wrong}", "", 0, f"--lang {arguments.lang}", "expected --for patient as text, html or pdf")


class _Output:
    """Print results as they come, or gather them for one file that is written whole."""

    def __init__(self, arguments: argparse.Namespace, several: bool) -> None:
        self.arguments, self.several = arguments, several
        self.gathered: list[bytes] = []

    def put(self, plan: Plan, base: KnowledgeBase) -> None:
        content = self.render(plan, base)
        if self.arguments.output:
            self.gathered.append(content)
            return
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()

    def close(self, failed: int) -> None:
        if self.arguments.output and self.gathered:
            write_whole(self.arguments.output, b"".join(self.gathered))

    def render(self, plan: Plan, base: KnowledgeBase) -> bytes:
        if self.arguments.reader == "patient" and self.arguments.format != "json":
            return self.for_patient(plan, base)
        if self.arguments.format == "json":
            if self.several:
                from islet.present.json_lines import plan_line

                return plan_line(plan, base)
            import json

            return json.dumps(plan_json(plan), ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
        if self.arguments.format == "html":
            from islet.present.html import plan_html

            return plan_html(plan, base, "clinician").encode()
        if self.arguments.format == "pdf":
            from islet.present.board_paper import board_pdf

            return board_pdf(plan, base, goal=plan.preferences.get("goal"))
        from islet.present.text import plan_text

        return plan_text(plan, base, self.screen(), self.arguments.full).encode()

    def for_patient(self, plan: Plan, base: KnowledgeBase) -> bytes:
        from islet.present.language import Language

        language = Language(self.arguments.lang or "en")
        if self.arguments.format == "html":
            from islet.present.html import plan_html

            return plan_html(plan, base, "patient", language).encode()
        if self.arguments.format == "pdf":
            import datetime

            from islet.present.aid.paper import plan_aid_pdf

            return plan_aid_pdf(plan, base, datetime.date.today(), language)
        from islet.present.patient_text import patient_text

        return patient_text(plan, base, self.screen(), language).encode()

    def screen(self) -> Screen:
        from islet.present.screen import Screen

        return Screen.choose(self.arguments.plain, self.arguments.width, bool(self.arguments.output))
