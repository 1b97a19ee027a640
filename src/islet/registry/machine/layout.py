"""Where each cell of each variable lies among the bit planes of a batch.

A plane holds one bit a patient: whether the cell is still possible. Planes of a batch have the shape (blocks, planes, words): what
belongs together lies together. Row r of a batch is bit r % 64 of word r // 64, words counted through the blocks.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from islet.patient.space import Space

Planes = NDArray[np.uint64]
Bits = NDArray[np.bool_]
ALL = np.uint64(0xFFFF_FFFF_FFFF_FFFF)


class Layout(NamedTuple):
    """Hold for each variable its first plane and its number of cells, and the number of planes altogether."""

    first: tuple[int, ...]
    cells: tuple[int, ...]
    planes: int

    def inside(self, variable: int, mask: int) -> tuple[int, ...]:
        """Return the planes of a set of cells."""
        start = self.first[variable]
        return tuple(start + cell for cell in range(self.cells[variable]) if mask >> cell & 1)


def layout_of(space: Space) -> Layout:
    """Return the layout of a space: cells that no patient can have still get a plane, which stays empty.

    >>> from islet.knowledge.store import load_knowledge
    >>> made = layout_of(load_knowledge().space)
    >>> made.planes == sum(made.cells) and len(made.inside(0, 0b11))
    2
    """
    cells = tuple(full.bit_length() for full in space.full)
    first = tuple(int(start) for start in np.cumsum((0, *cells))[:-1])
    return Layout(first, cells, sum(cells))


def open_planes(layout: Layout, space: Space, blocks: int, words: int) -> Planes:
    """Return the planes of patients of whom nothing is known."""
    planes = np.zeros((blocks, layout.planes, words), np.uint64)
    for variable, full in enumerate(space.full):
        planes[:, list(layout.inside(variable, full)), :] = ALL
    return planes


def pack(bits: NDArray[np.generic], planes: Planes, beyond: bool) -> Planes:
    """Return one bit a row as words of the shape (blocks, words); `beyond` is the bit of rows past the end."""
    packed = np.packbits(bits.view(np.bool_) if bits.dtype == np.uint8 else bits.astype(np.bool_), bitorder="little")
    size = planes.shape[0] * planes.shape[2] * 8
    whole = np.full(size, 0xFF if beyond else 0, np.uint8)
    whole[: len(packed)] = packed
    if beyond and len(bits) % 8:
        whole[len(packed) - 1] |= 0xFF << len(bits) % 8 & 0xFF
    return whole.view(np.uint64).reshape(planes.shape[0], planes.shape[2])


def unpack(words: Planes, rows: int) -> Bits:
    """Return words of the shape (blocks, words) as one truth a row.

    >>> planes = np.zeros((1, 1, 2), np.uint64)
    >>> unpack(pack(np.array([True, False, True]), planes, False), 3).tolist()
    [True, False, True]
    """
    return np.unpackbits(np.ascontiguousarray(words).view(np.uint8).reshape(-1), count=rows, bitorder="little").view(np.bool_)
