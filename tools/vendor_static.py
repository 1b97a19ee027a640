"""Make the style sheet and the script that the web pages are served with, from their packages; run by hand when a version changes.

`python tools/vendor_static.py` packs them with npm, takes the web font and the brand's blue out of the style sheet, and notes
version, licence and hash of each file in `VENDORED.json`, which a test compares.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
import subprocess
import tarfile
import tempfile
from pathlib import Path

STATIC = Path(__file__).parents[1] / "src" / "islet" / "web" / "static"
STYLE = ("nhsuk-frontend", "10.6.1", "package/dist/nhsuk/nhsuk-frontend-10.6.1.min.css", "nhsuk.css", "MIT")
SCRIPT = ("htmx.org", "2.0.11", "package/dist/htmx.min.js", "htmx.js", "0BSD")
OWN_COLOURS = {"#005eb8": "#0f4c5c", "#003d78": "#0a3540", "#00376e": "#092f39", "#002f5c": "#072831", "#007f3b": "#14605a", "#00401e": "#0a302d"}


def packed(name: str, version: str, member: str, folder: Path) -> str:
    """Return one file of a published package."""
    made = subprocess.run(["npm", "pack", "--silent", f"{name}@{version}"], cwd=folder, check=True, capture_output=True, text=True)
    with tarfile.open(folder / made.stdout.strip().splitlines()[-1]) as archive:
        stream = archive.extractfile(member)
        assert stream is not None
        return stream.read().decode()


def without_brand(css: str) -> str:
    """Return the style sheet without web font, without pictures fetched from elsewhere, in our own colours."""
    css = re.sub(r"@font-face\{[^}]*\}", "", css)
    css = css.replace("Frutiger W01,", "")
    css = re.sub(r"url\((?!data:)[^)]*\)", "none", css)
    css = re.sub(r"/\*# sourceMappingURL=.*?\*/", "", css)
    for theirs, ours in OWN_COLOURS.items():
        css = css.replace(theirs, ours)
    return css


def main() -> None:
    """Write the files and their list."""
    listed = []
    with tempfile.TemporaryDirectory() as name:
        for package, version, member, target, licence in (STYLE, SCRIPT):
            text = packed(package, version, member, Path(name))
            content = (without_brand(text) if target.endswith(".css") else text).encode()
            (STATIC / target).write_bytes(content)
            digest = base64.b64encode(hashlib.sha384(content).digest()).decode()
            listed.append({"file": target, "package": package, "version": version, "licence": licence, "integrity": f"sha384-{digest}"})
    (STATIC / "VENDORED.json").write_text(json.dumps(listed, indent=1) + "\n")


if __name__ == "__main__":
    main()
