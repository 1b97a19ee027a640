"""A page as a tagged PDF (PDF/UA-1): the same HTML gives the same bytes, and nothing is fetched from anywhere."""

from __future__ import annotations

import hashlib
import re
from html import escape

from islet.errors import InputError


def pdf_of_html(html: str, title: str, lang: str) -> bytes:
    """Return a whole HTML page as PDF/UA-1, with its title and language; nothing outside the page is read.

    The page carries its style in itself. Raises InputError when WeasyPrint is not installed, or when the page names a file or an
    address to load.
    """
    try:
        from weasyprint import HTML
        from weasyprint.urls import FatalURLFetchingError
    except (ImportError, OSError) as error:
        raise InputError(
            "WeasyPrint is not there", "", 0, "--format pdf", "expected it with its libraries: pip install 'islet[web]'"
        ) from error

    def nothing(url: str) -> None:
        raise FatalURLFetchingError(url)

    marked = re.sub(r"<html[^>]*>", f'<html lang="{escape(lang, quote=True)}">', html, count=1)
    marked = re.sub(r"<title>.*?</title>", lambda _: f"<title>{escape(title)}</title>", marked, count=1, flags=re.DOTALL)
    try:
        content: bytes = HTML(string=marked, url_fetcher=nothing).write_pdf(
            pdf_variant="pdf/ua-1", pdf_identifier=hashlib.sha256(marked.encode()).digest()[:16],
        )
    except FatalURLFetchingError as error:
        raise InputError(f'found "{error}"', "", 0, "the page", "expected a page that holds everything in itself") from error
    return content
