"""The bill of materials in CycloneDX 1.6: `make sbom` writes what `requirements.lock` pins, with the licence that each package declares.

It names no address of a registry, and is the same on every machine: licences come from the record of the installed package, or where that
does not say them plainly, from `safety/licences.yaml`.
"""

from __future__ import annotations

import json
import re
from importlib.metadata import PackageNotFoundError, metadata
from typing import Any

from islet import __version__
from islet.about.places import read_safety
from islet_testing.places import ROOT

FILE = ROOT / "safety" / "sbom.cdx.json"
PIN = re.compile(r"^([\w.-]+)==([^\s;\\]+)(?:[^\n]*\\\n\s+--hash=sha256:[0-9a-f]{64})*", re.M)
_CLASSIFIERS = {
    "MIT License": "MIT", "BSD License": "BSD", "Apache Software License": "Apache-2.0", "ISC License (ISCL)": "ISC",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0", "Python Software Foundation License": "PSF-2.0",
}
_WORDS = {"MIT License": "MIT", "Apache 2.0": "Apache-2.0", "MIT": "MIT", "Apache-2.0": "Apache-2.0", "BSD-3-Clause": "BSD-3-Clause"}


def pinned() -> dict[tuple[str, str], int]:
    """Return every pinned package as (name, version) with how many hashes stand for it."""
    text = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    return {(pin[1].lower(), pin[2]): pin[0].count("--hash=sha256:") for pin in PIN.finditer(text)}


def make_bill() -> dict[str, Any]:
    """Return the bill of materials.

    Raises PackageNotFoundError or ValueError for a package that is not installed or declares no licence, and stands in no list of
    `safety/licences.yaml`.
    """
    told = read_safety("licences.yaml")
    known = {name: entry["licence"] for part in ("read", "excepted") for name, entry in told[part].items()}
    components = []
    for name, version in sorted(pinned()):
        licence = known.get(name) or declared(name)
        said = {"license": {"name": licence}} if licence == "BSD" else {"expression": licence}
        purl = f"pkg:pypi/{name.replace('_', '-')}@{version}"
        components.append({"type": "library", "bom-ref": purl, "name": name, "version": version, "licenses": [said], "purl": purl})
    own = {"type": "application", "bom-ref": "islet", "name": "islet", "version": __version__, "licenses": [{"expression": "Apache-2.0"}]}
    return {"bomFormat": "CycloneDX", "specVersion": "1.6", "version": 1, "metadata": {"component": own}, "components": components}


def declared(name: str) -> str:
    """Return the licence that an installed package declares, as an SPDX expression, or "BSD" where it says no more.

    >>> declared("pytest")
    'MIT'
    """
    record = metadata(name)
    if expression := record.get("License-Expression"):
        return str(expression)
    classes = [line.split("::")[-1].strip() for line in record.get_all("Classifier") or [] if line.startswith("License")]
    found = [_CLASSIFIERS[word] for word in classes if word in _CLASSIFIERS] or [_WORDS.get(record.get("License") or "", "")]
    if not found[0]:
        raise ValueError(f"{name} declares no licence that is known; read it and write it in safety/licences.yaml")
    return " OR ".join(found)


def licence_parts(expression: str) -> list[str]:
    """Return the licences that an expression asks for.

    >>> licence_parts("MPL-2.0 AND (Apache-2.0 OR MIT)")
    ['MPL-2.0', 'Apache-2.0', 'MIT']
    """
    return [part.strip() for part in re.split(r"\bAND\b|\bOR\b|[()]", expression) if part.strip()]


if __name__ == "__main__":
    try:
        FILE.write_text(json.dumps(make_bill(), indent=1) + "\n", encoding="utf-8")
    except (PackageNotFoundError, ValueError) as error:
        raise SystemExit(f"The bill of materials was not made: {error}") from None
