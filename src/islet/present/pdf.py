"""HTML as a tagged PDF: nothing is fetched, and the same page gives the same bytes whatever the hour.

WeasyPrint writes it as PDF/UA-1 by its own account; no independent checker has read it.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from islet.errors import InputError

if TYPE_CHECKING:
    from weasyprint import Document

VARIANT = "pdf/ua-1"


def pdf_of_html(html: str, title: str, lang: str) -> bytes:
    """Return a page as PDF with title and language; raise InputError when WeasyPrint is not installed."""
    return pdf_of_sheets(sheets(html), html, title, lang)


def sheets(html: str) -> Document:
    """Return a page set into sheets, which can be counted; raise InputError when WeasyPrint is not installed."""
    try:
        from weasyprint import HTML
        from weasyprint.urls import URLFetcher
    except (ImportError, OSError) as error:
        found = f"PDF cannot be made: {error}".splitlines()[0]
        raise InputError(found, "", 0, "--format pdf", "pip install 'islet[web]'") from None
    document: Document = HTML(string=html, url_fetcher=URLFetcher(allowed_protocols=())).render(pdf_variant=VARIANT)
    return document


def pdf_of_sheets(document: Document, html: str, title: str, lang: str) -> bytes:
    """Return sheets as PDF; the file is named by the hash of the page."""
    document.metadata.title, document.metadata.lang = title, lang
    content: bytes = document.write_pdf(pdf_variant=VARIANT, pdf_identifier=hashlib.sha256(html.encode()).digest()[:16])
    return content

