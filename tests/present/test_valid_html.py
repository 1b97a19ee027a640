"""The pages that commands write are valid HTML, by the Nu Html Checker."""

from __future__ import annotations

from pathlib import Path

import pytest

from islet.cli.main import main
from islet_testing.markup import Checker
from islet_testing.places import ROOT

EXAMPLES = ("systemic-doses", "whipple-estimates", "prrt-dosimetry", "gas-64m-g1-multimodal")
PATIENT = ("plan", "--for", "patient")


@pytest.mark.parametrize("name", EXAMPLES)
@pytest.mark.parametrize("words", [("plan",), PATIENT, (*PATIENT, "--lang", "de"), ("quantify",)], ids=" ".join)
def test_the_page_of_a_case_is_valid(words: tuple[str, ...], name: str, checker: Checker, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*words, str(ROOT / "examples" / f"{name}.yaml"), "--format", "html"]) == 0
    assert checker(capsys.readouterr().out) == []


def test_the_report_of_a_registry_is_valid(tmp_path: Path, checker: Checker) -> None:
    table, decided, report = (str(tmp_path / name) for name in ("r.parquet", "v.parquet", "report"))
    assert main(["cohort", "synth", "300", "--seed", "5", "-o", table]) == 0
    assert main(["cohort", "impute", table, "-m", "20", "-o", decided]) == 0
    assert main(["cohort", "summary", decided, "-o", report]) == 0
    assert checker(Path(report, "summary.html").read_text()) == []
