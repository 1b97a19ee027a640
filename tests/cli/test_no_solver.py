"""A plan never loads a solver or an array library, nor any room above it."""

import subprocess
import sys

from islet_testing.places import ROOT

LOOK = """
import sys
from islet.cli.main import main
code = main(sys.argv[1:])
heavy = {"z3", "cvc5", "mpmath", "numpy", "scipy", "numba", "radioactivedecay", "pydicom", "SimpleITK", "highdicom"}
heavy |= {"sqlalchemy", "alembic", "fastapi", "weasyprint"}
rooms = ("islet.proof", "islet.quantify", "islet.wishes", "islet.record", "islet.web")
loaded = sorted(name for name in sys.modules if name.split(".")[0] in heavy or name.startswith(rooms))
print(code, loaded, file=sys.stderr)
"""
CASE = str(ROOT / "examples" / "vip-80f-refuses-surgery.yaml")


def loaded(*words: str) -> str:
    ran = subprocess.run([sys.executable, "-c", LOOK, *words], capture_output=True, text=True, check=True)
    return ran.stderr.strip().splitlines()[-1]


def test_a_plan_a_question_and_a_reason_load_nothing_heavy():
    assert loaded("plan", CASE) == "0 []"
    assert loaded("ask", CASE) == "0 []"
    assert loaded("why", CASE, "prrt") == "0 []"
