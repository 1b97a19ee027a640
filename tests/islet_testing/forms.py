"""What a browser sends when nobody touches a form: the fields of the rendered HTML, by an HTML parser of its own."""

from __future__ import annotations

from collections.abc import Sequence

from islet.case.dictionary import Dictionary
from islet.web.board.fields import RESPONSES, form_sections, history_rows
from islet.web.templating import environment

Form = dict[str, list[str]]
_PAGE = """{% from "board/form.html.j2" import field, list_field, treatment %}<form id="entry">
<input name="as_of" value="{{ document.as_of }}">
{% for section in sections %}{% for f in section.fields %}{{ list_field(f) if f.kind == "list" else field(f) }}{% endfor %}{% endfor %}
{% if history_kept %}<input name="history~keep" value="keep">{% endif %}
<select name="history~state"><option value="unknown"></option>
<option value="complete"{% if state == "complete" %} selected{% endif %}></option></select>
{% for row in rows %}{{ treatment(loop.index0, row, treatments, responses) }}{% endfor %}
{{ treatment(rows | length, {}, treatments, responses) }}</form>"""


def rendered_form(document: dict[str, object], dictionary: Dictionary) -> str:
    """Return the form of a document as the page shows it."""
    state, rows, kept = history_rows(document)
    return environment().from_string(_PAGE).render(
        document=document, sections=form_sections(document, dictionary), state=state, rows=rows, history_kept=kept,
        treatments=dictionary.by_bare["tried"].values, responses=RESPONSES,
    )


def untouched(html: str, form: str = "entry") -> Form:
    """Return what a browser would send of a form as it stands."""
    import lxml.html

    found: Form = {}
    pairs: Sequence[tuple[str, str]] = lxml.html.fromstring(html).get_element_by_id(form).form_values()
    for name, value in pairs:
        found.setdefault(name, []).append(value)
    return found
