"""Write what imputing found: a row a patient, the counts of the cohort, the diagnostics; all of them whole or none."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from islet.errors import InputError
from islet.knowledge.base import KnowledgeBase
from islet.registry.impute.diagnostics import diagnostics
from islet.registry.impute.make import Imputed
from islet.registry.impute.tally import SHARES
from islet.registry.model import NO_VERDICT, VERDICTS


def names_of(out: str) -> tuple[str, str, str]:
    """Return the names of the table, the counts and the diagnostics; raise InputError for another suffix.

    >>> names_of("v.parquet")
    ('v.parquet', 'v.counts.parquet', 'v.diagnostics.json')
    """
    stem, suffix = os.path.splitext(out)
    if suffix != ".parquet":
        raise InputError(f'found "{os.path.basename(out)}"', "", 0, "--output", "expected a name that ends in .parquet")
    return out, f"{stem}.counts.parquet", f"{stem}.diagnostics.json"


def write_imputed(imputed: Imputed, ids: list[Any], base: KnowledgeBase, out: str, about: Mapping[str, str]) -> None:
    """Write the three files; `about` is added to what they say of themselves. Raises InputError when the disk does not let."""
    metadata = {
        "islet.knowledge_version": base.version, "islet.knowledge_sha256": base.sha256, "islet.rows": str(len(ids)),
        "islet.imputed": str(imputed.completions), "islet.seed": str(imputed.settings.seed),
        "islet.complete": "yes" if imputed.completions == imputed.settings.completions else "no", **about,
    }
    table = patients_table(imputed, ids, base, about.get("islet.synthetic") == "yes").replace_schema_metadata(metadata)
    counts = pa.Table.from_pylist(imputed.counts).replace_schema_metadata(metadata)
    told = json.dumps(diagnostics(imputed, base) | dict(about), indent=1, ensure_ascii=False, allow_nan=False) + "\n"
    names = names_of(out)
    parts = [f"{name}.part" for name in names]
    try:
        pq.write_table(table, parts[0], compression="zstd")
        pq.write_table(counts, parts[1], compression="zstd")
        with open(parts[2], "w", encoding="utf-8") as stream:
            stream.write(told)
        for part, name in zip(reversed(parts), reversed(names), strict=True):  # the table last: where it stands, the others do
            os.replace(part, name)
    except OSError as error:
        for part in parts:
            if os.path.exists(part):
                os.unlink(part)
        raise InputError(f"the output cannot be written: {error.strerror or error}", out) from None


def patients_table(imputed: Imputed, ids: list[Any], base: KnowledgeBase, synthetic: bool) -> pa.Table:
    """Return one row a patient: the verdict as it is known, whether it is certain, and the shares of the completions."""
    columns: dict[str, Any] = {"id": pa.array(ids)} | ({"synthetic": pa.array([True] * len(ids))} if synthetic else {})
    words = pa.array(VERDICTS)
    for place, option in enumerate(base.options):
        verdicts = imputed.exact.verdicts[place]
        emergency = verdicts == NO_VERDICT
        codes = pa.array(np.where(emergency, 0, verdicts).astype(np.int8), mask=emergency)
        columns[option] = pa.DictionaryArray.from_arrays(codes, words)
        columns[f"{option}__certain"] = pa.array(imputed.exact.certain[place], mask=emergency)
        for slot, share in enumerate(SHARES):
            columns[f"{option}__share:{share}"] = pa.array(imputed.shares[place, slot], mask=emergency)
        columns[f"{option}__share_error"] = pa.array(imputed.errors[place], mask=emergency)
    return pa.table(columns)
