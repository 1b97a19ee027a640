"""The documents as HTML: headings, paragraphs, lists, tables, bold, emphasis, code and links of Markdown; all text is escaped."""

from __future__ import annotations

import html
import re
from collections.abc import Callable

_INLINE = re.compile(r"`(?P<code>[^`]+)`|\*\*(?P<strong>.+?)\*\*|\*(?P<em>[^*]+)\*|\[(?P<text>[^]]*)\]\((?P<to>[^)\s]+)\)")
_HEADING = re.compile(r"(#{1,4}) (.+)")
_ITEM = re.compile(r"(?:-|\d+\.) +(.*)")
_RULE = re.compile(r"\|(?:-+\|)+")


def as_html(markdown: str, link: Callable[[str], str] = str) -> str:
    """Return a document as an HTML fragment; `link` turns the target of each link into an address.

    >>> as_html("# A < B\\n\\nSee **this** [page](x.md).", lambda target: "/about/" + target)
    '<h1 id="a-b">A &lt; B</h1>\\n<p>See <strong>this</strong> <a href="/about/x.md">page</a>.</p>\\n'
    """
    blocks = re.split(r"\n\s*\n", markdown.strip("\n"))
    return "".join(part for block in blocks for part in _block(block.split("\n"), link))


def _block(lines: list[str], link: Callable[[str], str]) -> list[str]:
    if heading := _HEADING.fullmatch(lines[0]):
        size = len(heading[1])
        start = f'<h{size} id="{anchor(heading[2])}">{_inline(heading[2], link)}</h{size}>\n'
        return [start, *(_block(lines[1:], link) if lines[1:] else [])]
    if len(lines) > 1 and _RULE.fullmatch(lines[1]):
        return [_table(lines, link)]
    if _ITEM.fullmatch(lines[0]):
        return [_list(lines, link)]
    return [f"<p>{_inline(chr(10).join(line.strip() for line in lines), link)}</p>\n"]


def _list(lines: list[str], link: Callable[[str], str]) -> str:
    items: list[str] = []
    for line in lines:
        if item := _ITEM.fullmatch(line):
            items.append(item[1])
        else:
            items[-1] += "\n" + line.strip()
    kind = "ul" if lines[0].startswith("-") else "ol"
    return f"<{kind}>\n" + "".join(f"<li>{_inline(item, link)}</li>\n" for item in items) + f"</{kind}>\n"


def _table(lines: list[str], link: Callable[[str], str]) -> str:
    rows = [[_inline(cell.strip(), link) for cell in line.strip().strip("|").split("|")] for line in (lines[0], *lines[2:])]
    head = "".join(f'<th scope="col">{cell}</th>\n' for cell in rows[0])
    body = "".join("<tr>\n" + "".join(f"<td>{cell}</td>\n" for cell in row) + "</tr>\n" for row in rows[1:])
    return f"<table>\n<thead>\n<tr>\n{head}</tr>\n</thead>\n<tbody>\n{body}</tbody>\n</table>\n"


def anchor(heading: str) -> str:
    """Return the id of a heading.

    >>> anchor("What remains?")
    'what-remains'
    """
    return re.sub(r"[^a-z0-9]+", "-", heading.lower()).strip("-")


def _inline(text: str, link: Callable[[str], str]) -> str:
    parts, end = [], 0
    for found in _INLINE.finditer(text):
        parts.append(html.escape(text[end : found.start()]))
        end = found.end()
        if found["code"]:
            parts.append(f"<code>{html.escape(found['code'])}</code>")
        elif found["to"]:
            parts.append(f'<a href="{html.escape(link(found["to"]))}">{_inline(found["text"], link)}</a>')
        else:
            kind = "strong" if found["strong"] else "em"
            parts.append(f"<{kind}>{_inline(found[kind], link)}</{kind}>")
    return "".join([*parts, html.escape(text[end:])])
