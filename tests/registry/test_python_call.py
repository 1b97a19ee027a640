"""`islet.cohort(table)`: Arrow, Polars and pandas in, the same kind out, the same verdicts as a plan."""

from __future__ import annotations

import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import islet
from islet.errors import InputError
from islet.plan.make import make_plan
from islet_testing.tables import case_read

COLUMNS = {
    "id": ["a", "b", "c"], "ki67_percent": [70.0, 2.0, None], "differentiation": ["poor", "well", "well"],
    "liver_mets": [True, None, False], "extent.extrahepatic": [[], ["bone"], None],
}
CASES = [
    {"cells": {"ki67_percent": 70, "differentiation": "poor"}, "extent": {"liver_mets": True, "extrahepatic": []}},
    {"cells": {"ki67_percent": 2, "differentiation": "well"}, "extent": {"extrahepatic": ["bone"]}},
    {"cells": {"differentiation": "well"}, "extent": {"liver_mets": False}},
]


def verdicts(base):
    return [{option.id: option.verdict for option in make_plan(case_read(case, base), base).options} for case in CASES]


def test_each_kind_of_table_comes_back_as_its_own_kind_with_the_verdicts_of_the_plans(base):
    wanted = verdicts(base)
    for table in (pa.table(COLUMNS), pl.DataFrame(COLUMNS), pd.DataFrame(COLUMNS)):
        found = islet.cohort(table, engine="by_case")
        assert type(found) is type(table)
        rows = pa.table(found).to_pylist() if not isinstance(found, pd.DataFrame) else found.to_dict("records")
        assert [{name: row[name] for name in base.options} for row in rows] == wanted
        assert [row["id"] for row in rows] == ["a", "b", "c"]


def test_criteria_could_be_and_kept_columns_come_on_request(base):
    table = pa.table(COLUMNS | {"ward": ["x", "y", "z"]})
    found = islet.cohort(table, criteria=["ssa.nec"], could_be=True, deciding=True, keep=["ward"], where="id <> 'b'", engine="by_case")
    assert found.column("criterion:ssa.nec").to_pylist()[0] == "yes"
    assert found.column("ward").to_pylist() == ["x", "z"]
    plan = make_plan(case_read(CASES[2], base), base)
    by_name = {option.id: option for option in plan.options}
    assert found.column("prrt__could_be").to_pylist()[1] == "|".join(by_name["prrt"].could_be)
    assert found.column("prrt__deciding").to_pylist()[1] == list(by_name["prrt"].decided_by)
    assert islet.cohort(table, criteria="all", engine="by_case").num_columns == 3 + 2 * len(base.options) + len(base.criteria)


def test_rows_with_a_fault_are_set_aside_with_a_warning():
    table = pd.DataFrame({"id": ["a", "b"], "ki67_percent": [5.0, 500.0]})
    with pytest.warns(UserWarning, match='1 row set aside: row 2, ki67_percent: found "500.0"; possible are 0 to 100 %'):
        found = islet.cohort(table, engine="by_case")
    assert list(found["id"]) == ["a"]


def test_a_missing_number_of_pandas_is_unknown_and_not_a_fault(base):
    found = islet.cohort(pd.DataFrame({"id": ["a"], "ki67_percent": [float("nan")], "ecog": [1]}), engine="by_case")
    assert list(found["id"]) == ["a"]


def test_what_is_no_table_is_refused():
    with pytest.raises(InputError, match="expected an Arrow, Polars or pandas table"):
        islet.cohort({"ki67_percent": [5]})


def test_to_import_islet_loads_no_library():
    import subprocess
    import sys

    look = "import sys; before = set(sys.modules); import islet; print(sorted(set(sys.modules) - before))"
    done = subprocess.run([sys.executable, "-c", look], capture_output=True, text=True, check=True)
    assert "pyarrow" not in done.stdout and "numpy" not in done.stdout
