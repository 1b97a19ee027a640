"""The output table: its columns, and one batch of it from the decisions on one batch of patients."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa

from islet.errors import InputError, nearest
from islet.knowledge.base import KnowledgeBase
from islet.plan.explore import verdicts_of
from islet.registry.code.batch import CodedRows
from islet.registry.deciding import deciding_by_row
from islet.registry.machine.machine import Machine
from islet.registry.model import ANSWERS, NO_VERDICT, VERDICTS, Decided
from islet.registry.problems import CONFLICT, flag_alone, problem_lists

VERDICT_TYPE = pa.dictionary(pa.int8(), pa.string())
TEXTS = pa.list_(pa.string())


class Wanted(NamedTuple):
    """Hold what the output shows beside the verdicts: ids of criteria, what each option could be, deciding facts."""

    criteria: tuple[str, ...] = ()
    could_be: bool = False
    deciding: bool = False


def wanted_criteria(words: tuple[str, ...], base: KnowledgeBase) -> tuple[str, ...]:
    """Return the ids of the criteria asked for ("all" for every one); raise InputError for an unknown one."""
    ids = [criterion.id for criterion in base.criteria]
    if words == ("all",):
        return tuple(ids)
    known = set(ids)
    for word in words:
        if word not in known:
            hint = nearest(word, ids) or "islet knowledge show OPTION names them"
            raise InputError(f'unknown criterion "{word}"', "", 0, "--criteria", hint)
    return tuple(dict.fromkeys(words))


def result_schema(base: KnowledgeBase, wanted: Wanted, kept: list[Any]) -> Any:
    """Return the columns of the output; `kept` are the fields that go through."""
    fields = [pa.field("id", pa.string()), *(field for field in kept if field.name != "id")]
    for name in base.options:
        fields += [pa.field(name, VERDICT_TYPE), pa.field(f"{name}__certain", pa.bool_())]
        if wanted.could_be:
            fields.append(pa.field(f"{name}__could_be", VERDICT_TYPE))
        if wanted.deciding:
            fields.append(pa.field(f"{name}__deciding", TEXTS))
    fields += [pa.field(f"criterion:{name}", VERDICT_TYPE) for name in wanted.criteria]
    return pa.schema([*fields, pa.field("declined", TEXTS), pa.field("problems", TEXTS)])


class ResultMaker:
    """Make batches of the output."""

    def __init__(self, base: KnowledgeBase, wanted: Wanted, region: str | None, schema: Any, machine: Machine | None) -> None:
        self.base, self.wanted, self.region, self.schema, self.machine = base, wanted, region, schema, machine
        places = {criterion.id: criterion.number for criterion in base.criteria}
        self.places = {name: places[name] for name in wanted.criteria}
        self.could_words = pa.array(["|".join(verdicts_of(bits)) for bits in range(16)])

    def make(self, rows: CodedRows, decided: Decided) -> Any:
        """Return the output of one batch as a record batch."""
        flags = rows.flags.copy()
        alone = set(np.flatnonzero(decided.conflicting).tolist()) | set(rows.coded.cases)
        flags[list(np.flatnonzero(decided.conflicting))] |= CONFLICT
        flag_alone(flags, sorted(alone), rows.coded, self.base.space)
        arrays: dict[str, Any] = {"id": rows.ids, "problems": problem_lists(flags)}
        arrays |= dict(zip(rows.kept.schema.names, rows.kept.columns, strict=True))
        arrays["declined"] = pa.nulls(rows.coded.rows, TEXTS) if rows.declined is None else rows.declined
        if "synthetic" in self.schema.names and "synthetic" not in arrays:
            arrays["synthetic"] = pa.array(np.ones(rows.coded.rows, np.bool_))
        deciding = deciding_by_row(rows.coded, decided, self.base, self.region, self.machine) if self.wanted.deciding else []
        for place, name in enumerate(self.base.options):
            verdicts = decided.verdicts[place]
            none = verdicts == NO_VERDICT
            arrays[name] = words_of(verdicts, pa.array(VERDICTS), none)
            arrays[f"{name}__certain"] = pa.array(decided.certain[place])
            if self.wanted.could_be:
                arrays[f"{name}__could_be"] = words_of(decided.could[place], self.could_words, none)
            if self.wanted.deciding:
                arrays[f"{name}__deciding"] = pa.array([list(facts.get(name, ())) for facts in deciding], TEXTS)
        for name, place in self.places.items():
            assert decided.criteria is not None
            arrays[f"criterion:{name}"] = words_of(decided.criteria[place], pa.array(ANSWERS), None)
        return pa.RecordBatch.from_arrays([fit(arrays[field.name], field.type) for field in self.schema], schema=self.schema)


def fit(array: Any, kind: Any) -> Any:
    """Return an array in the type of its column in the output."""
    return array if array.type == kind else array.cast(kind)


def words_of(codes: Any, words: Any, none: Any) -> Any:
    """Return codes as a dictionary array of words, null where `none`."""
    shown = codes.astype(np.int8)
    if none is not None and none.any():
        shown = np.where(none, 0, shown).astype(np.int8)
        return pa.DictionaryArray.from_arrays(pa.array(shown, mask=none), words)
    return pa.DictionaryArray.from_arrays(pa.array(shown), words)
