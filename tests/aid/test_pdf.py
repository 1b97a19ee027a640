"""PDF: the same page gives the same bytes, tagged, with title and language."""

from __future__ import annotations

import io

import pytest

from islet.present.pdf import pdf_of_html

PAGE = '<!DOCTYPE html><html lang="en"><head><title>old</title></head><body><h1>Heading</h1><p>Text</p></body></html>'


def test_a_pdf_is_tagged_and_says_its_title_and_language() -> None:
    pikepdf = pytest.importorskip("pikepdf")
    with pikepdf.open(io.BytesIO(pdf_of_html(PAGE, "A & B", "en-GB"))) as document:
        assert "/StructTreeRoot" in document.Root
        assert str(document.Root.Lang) == "en-GB"
        metadata = document.open_metadata()
        assert metadata["pdfuaid:part"] == "1"
        assert metadata["dc:title"] == "A & B"


def test_the_same_page_gives_the_same_bytes() -> None:
    assert pdf_of_html(PAGE, "A", "en-GB") == pdf_of_html(PAGE, "A", "en-GB")
