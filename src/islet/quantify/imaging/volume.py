"""One image as an array with its place in space, and the libraries that read and write it, loaded only when asked for."""

from __future__ import annotations

import importlib
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from islet.errors import InputError

Array = NDArray[np.float64]


class Volume(NamedTuple):
    """Hold an image: values (z, y, x), voxel size in mm (z, y, x), centre of the first voxel in mm (x, y, z, as DICOM counts),
    and the directions of the axes x, y, z as the columns of `direction`; `resampled` when it came from another grid."""

    values: Array
    spacing_mm: tuple[float, float, float]
    origin_mm: tuple[float, float, float]
    direction: Array
    resampled: bool = False

    @property
    def voxel_ml(self) -> float:
        """Return the volume of one voxel, mL."""
        return float(np.prod(self.spacing_mm)) / 1000

    def with_values(self, values: Array) -> Volume:
        """Return another image on the same grid."""
        return self._replace(values=values)


def library(name: str) -> Any:
    """Return a library of the extra `imaging`.

    Raises InputError that says what to install when it is not there.

    >>> library("no_such_library")
    Traceback (most recent call last):
    islet.errors.InputError: imaging: found no library "no_such_library"; images need the optional part: pip install 'islet[imaging]'
    """
    try:
        return importlib.import_module(name)
    except ImportError:
        expected = "images need the optional part: pip install 'islet[imaging]'"
        raise InputError(f'found no library "{name.split(".")[0]}"', field="imaging", expected=expected) from None
