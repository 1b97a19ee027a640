"""Find the neuroendocrine tumours of the pancreas in a file of all cancers, by ICD-O-3 topography and morphology."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np
import yaml
from numpy.typing import NDArray

from islet.registry.code.column import different, is_text

CODES = Path(__file__).with_name("icdo_codes.yaml")
TOPOGRAPHY, MORPHOLOGY = "icdo_topography", "icdo_morphology"
_MORPHOLOGY = re.compile(r"M?-?([0-9]{4})/?([0-9])?[0-9]?$")  # a sixth digit is the grade
FOUND, OTHER, NO_CODE = 2, 1, 0


class Finder:
    """Tell which rows of a batch are neuroendocrine tumours of the pancreas, and count the others."""

    def __init__(self, topography: str = TOPOGRAPHY, morphology: str = MORPHOLOGY) -> None:
        codes = yaml.safe_load(CODES.read_text(encoding="utf-8"))
        self.topography, self.morphology = topography, morphology
        self.sites = tuple(str(entry["code"]) for entry in codes["topography"])
        self.kinds = {str(entry["code"]): {str(b) for b in entry["behaviour"]} for entry in codes["morphology"]}

    def site(self, text: str) -> int:
        """Return whether a topography code is the pancreas.

        >>> [Finder().site(code) for code in ("C25.4", "c254", "C50.9", "")]
        [2, 2, 1, 0]
        """
        code = text.strip().upper().replace(".", "")
        return NO_CODE if not code else FOUND if code.startswith(self.sites) else OTHER

    def kind(self, text: str) -> int:
        """Return whether a morphology code is a neuroendocrine tumour or carcinoma; without a behaviour the code alone counts.

        >>> [Finder().kind(code) for code in ("8249/3", "82403", "8150", "8140/3", "8150/0")]
        [2, 2, 2, 1, 1]
        """
        found = _MORPHOLOGY.match(text.strip().upper())
        if found is None:
            return NO_CODE
        behaviours = self.kinds.get(found[1])
        return FOUND if behaviours is not None and (found[2] is None or found[2] in behaviours) else OTHER

    def find(self, batch: Any) -> NDArray[np.int8]:
        """Return for each row FOUND, OTHER, or NO_CODE where a code that would tell is missing."""
        site, kind = _codes(batch.column(self.topography), self.site), _codes(batch.column(self.morphology), self.kind)
        return np.where((site == OTHER) | (kind == OTHER), OTHER, np.minimum(site, kind)).astype(np.int8)


def _codes(values: Any, say: Any) -> NDArray[np.int8]:
    words, rows = different(values if is_text(values.type) else values.cast("string"))
    answers = np.array([*(say(word) for word in words.to_pylist()), NO_CODE], np.int8)
    found: NDArray[np.int8] = answers[rows]
    return found
