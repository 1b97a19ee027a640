"""Code one column: typed numbers and truth values at once, text by its different values."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from islet.case.document import Scalar
from islet.errors import InputError
from islet.patient.space import Space
from islet.registry.code.cell_reader import CellReader
from islet.registry.code.cell_text import BETWEEN, node_of_list, node_of_text
from islet.registry.code.numbers import Floats, cells_of_values, possible_numbers, unusual_numbers
from islet.registry.code.said import Column as Coded
from islet.registry.code.said import Ends, Fault, Masks, Said, mask_type, unknown_ends, unknown_masks
from islet.registry.columns import Column

PLAIN_NUMBER = r"^\s*[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]{1,2})?\s*$"
MOST_KEPT = 50_000  # values of a column that are remembered from batch to batch
FEW = 4096  # words of a dictionary that are all looked at, used or not


class ColumnCoder:
    """Code batches of one column; values once read are remembered."""

    def __init__(self, column: Column, space: Space, file: str = "", typed: bool = True) -> None:
        self.column, self.space, self.file, self.typed = column, space, file, typed
        self.reader = CellReader(space)
        self.read: dict[str, Said | Fault] = {}

    def code(self, values: Any) -> Coded:
        """Return what the values of a batch say; raise InputError when the type of the column cannot hold the fact."""
        kind, fact = values.type, self.column.fact
        if pa.types.is_null(kind):
            return Coded(None, {}, {}, {}, {}, {})
        if fact.type == "number" and is_number(kind):
            return self._numbers(values)
        if fact.type == "boolean" and (pa.types.is_boolean(kind) or pa.types.is_integer(kind)):
            return self._truths(values)
        if is_list(kind) and self.column.role != "history":
            return self._texts(joined(values), True)
        if is_list(kind) or pa.types.is_struct(kind):
            return self._texts(as_json(values), False)
        if not is_text(kind):
            if self.typed:
                raise self.wrong_type(kind)
            values = values.cast(pa.string())
        return self._texts(values, False)

    def wrong_type(self, kind: Any) -> InputError:
        """Return the error of a column whose type cannot hold its fact."""
        words = {"number": "numbers", "boolean": "true or false", "list": "lists of words", "history": "lists of treatments"}
        expected = words.get(self.column.fact.type, "the words " + ", ".join(self.column.fact.values))
        return InputError(f"the column holds {kind}", self.file, 0, self.column.name, f"expected {expected}")

    def _numbers(self, values: Any) -> Coded:
        known, floats = floats_of(values)
        masks, ends, faults = self._code_numbers(floats, known)
        assert self.column.variable is not None
        unusual = unusual_numbers(ends[0], known, self.column.fact)
        return Coded(None, {self.column.variable.number: masks}, {self.column.variable.name: ends}, {}, faults, {}, None, unusual)

    def _code_numbers(self, floats: Floats, known: Any) -> tuple[Masks, Ends, dict[int, Fault]]:
        fact, variable = self.column.fact, self.column.variable
        assert variable is not None
        fine = possible_numbers(floats, fact) & known
        masks, ends = unknown_masks(variable, len(floats)), unknown_ends(len(floats))
        masks[fine] = cells_of_values(floats[fine], variable)
        ends[0][fine] = ends[1][fine] = floats[fine]
        faults: dict[int, Fault] = {}
        for place in np.flatnonzero(known & ~fine).tolist():
            found = self.reader.bound(fact, Scalar(repr(float(floats[place])), False, 0))
            assert isinstance(found, Fault)
            faults[place] = found
        return masks, ends, faults

    def _truths(self, values: Any) -> Coded:
        known = valid(values)
        faults: dict[int, Fault] = {}
        if pa.types.is_integer(values.type):
            numbers = pc.fill_null(values, 0).to_numpy(zero_copy_only=False)
            for place in np.flatnonzero(known & (numbers != 0) & (numbers != 1)).tolist():
                faults[place] = Fault(f'found "{numbers[place]}"', "expected true or false; leave it out if it is not known")
            yes = numbers == 1
        else:
            yes = pc.fill_null(values, False).to_numpy(zero_copy_only=False)
        variable = self.column.variable
        if variable is None:
            return Coded(None, {}, {}, {}, faults, {})
        masks = np.where(known, np.where(yes, 2, 1), 3).astype(mask_type(variable))
        return Coded(None, {variable.number: masks}, {}, {}, faults, {})

    def _texts(self, values: Any, lists: bool) -> Coded:
        words, rows = different(values)
        count = len(words)
        masks: dict[int, Masks] = {}
        numbers: dict[str, Ends] = {}
        whole: dict[int, dict[str, Any]] = {}
        faults: dict[int, Fault] = {}
        refused: dict[int, tuple[str, ...]] = {}
        on, unusual = np.zeros(count + 1, np.int32), np.zeros(count + 1, np.bool_)
        plain = np.zeros(count, np.bool_)
        variable = self.column.variable
        if self.column.fact.type == "number" and not lists and count:
            plain = pc.match_substring_regex(words, PLAIN_NUMBER).to_numpy(zero_copy_only=False)
            floats = np.zeros(count + 1)
            floats[:-1][plain] = pc.cast(pc.utf8_trim_whitespace(words.filter(pa.array(plain))), pa.float64()).to_numpy()
            assert variable is not None
            found, ends, faults = self._code_numbers(floats, np.append(plain, False))
            masks[variable.number], numbers[variable.name] = found, ends
            unusual = unusual_numbers(ends[0], np.append(plain, False), self.column.fact)
        for place in np.flatnonzero(~plain).tolist():
            said = self._read(words[place].as_py(), lists)
            if isinstance(said, Fault):
                faults[place] = said
                continue
            for index, mask in said.masks.items():
                if index not in masks:
                    masks[index] = unknown_masks(self.space.variables[index], count + 1)
                masks[index][place] = mask
            for name, (low, high) in said.hulls.items():
                if name not in numbers:
                    numbers[name] = unknown_ends(count + 1)
                numbers[name][0][place], numbers[name][1][place] = low, high
            if said.whole:
                whole[place] = said.whole
            if said.refused:
                refused[place] = said.refused
            on[place], unusual[place] = said.on, said.unusual
        return Coded(rows, masks, numbers, whole, faults, refused, on if on.any() else None, unusual if unusual.any() else None)

    def _read(self, text: str, lists: bool) -> Said | Fault:
        key = f"{BETWEEN}{text}" if lists else text
        said = self.read.get(key)
        if said is None:
            if len(self.read) >= MOST_KEPT:
                self.read.clear()
            listed = self.column.role in ("list", "history")
            try:
                node = node_of_list(text, listed) if lists else node_of_text(text, listed)
                said = self.reader.read(self.column, node)
            except InputError as error:
                said = Fault(error.found, error.expected)
            self.read[key] = said
        return said


def different(values: Any) -> tuple[Any, Any]:
    """Return the different texts of a column, and for each row the place of its own (one past the last for null)."""
    if pa.types.is_dictionary(values.type):
        if len(values.dictionary) > FEW:
            values = values.dictionary_decode()
    elif not pa.types.is_string(values.type):
        values = values.cast(pa.string())
    if not pa.types.is_dictionary(values.type):
        values = values.dictionary_encode()
    words = values.dictionary
    if not pa.types.is_string(words.type):
        words = words.cast(pa.string())
    rows = pc.fill_null(values.indices.cast(pa.int64()), len(words)).to_numpy()
    if words.null_count:  # a dictionary may hold null itself
        rows = np.where(np.append(~valid(words), True)[rows], len(words), rows)
        words = pc.fill_null(words, "")
    return words, rows


def valid(values: Any) -> Any:
    """Return which values of an array are there."""
    return pc.is_valid(values).to_numpy(zero_copy_only=False)


def floats_of(values: Any) -> tuple[Any, Floats]:
    """Return which numbers of an array are there, and the numbers."""
    floats = pc.fill_null(values.cast(pa.float64(), safe=False), 0.0)
    return valid(values), floats.to_numpy(zero_copy_only=False)


def joined(values: Any) -> Any:
    """Return lists as one text each; a list that holds null keeps the word null."""
    flat = values.cast(pa.list_(pa.string()))
    if flat.values.null_count:
        flat = pa.array(flat.to_pylist(), pa.list_(pa.string()))  # away from any slice
        flat = pa.ListArray.from_arrays(flat.offsets, pc.fill_null(flat.values, "null"), mask=pc.is_null(flat))
    return pc.binary_join(flat, BETWEEN)


def as_json(values: Any) -> Any:
    """Return nested values as JSON text."""
    import orjson

    return pa.array([None if value is None else orjson.dumps(value).decode() for value in values.to_pylist()], pa.string())


def is_number(kind: Any) -> bool:
    """Tell whether a type holds numbers."""
    return bool(pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind))


def is_list(kind: Any) -> bool:
    """Tell whether a type holds lists."""
    return bool(pa.types.is_list(kind) or pa.types.is_large_list(kind) or pa.types.is_fixed_size_list(kind))


def is_text(kind: Any) -> bool:
    """Tell whether a type holds text, as it is or in a dictionary."""
    if pa.types.is_dictionary(kind):
        kind = kind.value_type
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind))
