"""What can be measured of a page in a browser: the rules of axe, sizes of targets, scrolling in two dimensions, what is hidden."""

from __future__ import annotations

from itertools import pairwise

from islet_testing.browser import Tab

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
_AXE = """async tags => (await axe.run(document, {runOnly: {type: 'tag', values: tags}, resultTypes: ['violations']})).violations
    .flatMap(found => found.nodes.map(node => found.id + ': ' + node.target.join(' ') + ' ' + node.html.slice(0, 160)))"""
_SMALL = """() => [...document.querySelectorAll('a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex="0"]')]
    .filter(one => one.checkVisibility() && !one.closest('.nhsuk-skip-link'))
    .map(one => {
        const label = one.matches('input[type=checkbox], input[type=radio]') ? one.closest('label') : null;
        const box = (label || one).getBoundingClientRect(), inline = one.tagName === 'A' && getComputedStyle(one).display === 'inline';
        return {box, inline, what: one.outerHTML.slice(0, 120)};
    })
    .filter(({box, inline}) => !inline && box.width && (box.width < 23.5 || box.height < 23.5))
    .map(({box, what}) => Math.round(box.width) + 'x' + Math.round(box.height) + ' ' + what)"""
_WIDE = """() => {
    const width = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth <= width) return [];
    return [...document.querySelectorAll('body *')].filter(one => one.checkVisibility() && one.getBoundingClientRect().right > width + 1)
        .map(one => Math.round(one.getBoundingClientRect().right) + ' ' + one.outerHTML.slice(0, 120)).slice(-4);
}"""
_NAMED = """() => [...document.querySelectorAll('main :is(h1, h2, h3, a[href], button, input:not([type=hidden]), select)')]
    .filter(one => one.checkVisibility() && !one.closest('details:not([open])'))
    .map(one => one.tagName + ' ' + (one.id || one.name || one.textContent.trim().slice(0, 60)))"""
_ORDER = """() => [...document.querySelectorAll('h1, h2, h3, h4, h5, h6')].filter(one => one.checkVisibility())
    .map(one => [Number(one.tagName[1]), one.textContent.trim()])"""
_NAMELESS = """() => [...document.querySelectorAll('input:not([type=hidden]), select, textarea')].filter(one => one.checkVisibility())
    .filter(one => !one.labels.length && !one.getAttribute('aria-label') && !one.getAttribute('aria-labelledby'))
    .map(one => one.outerHTML.slice(0, 120))"""
_TWICE = """() => {
    const ids = [...document.querySelectorAll('[id]')].map(one => one.id);
    return ids.filter((id, at) => ids.indexOf(id) !== at);
}"""

_FOCUS = """() => {
    const one = document.activeElement;
    if (!one || one === document.body) return null;
    const box = one.getClientRects()[0], what = one.outerHTML.slice(0, 140);
    const beside = one.matches('.nhsuk-checkboxes__input, .nhsuk-radios__input');
    const drawn = beside ? getComputedStyle(one.nextElementSibling, '::before') : getComputedStyle(one);
    const shown = (drawn.outlineStyle !== 'none' && parseFloat(drawn.outlineWidth) >= 1) || drawn.boxShadow !== 'none';
    const x = Math.min(Math.max(box.left + Math.min(box.width / 2, 30), 1), innerWidth - 1), y = box.top + Math.min(box.height / 2, 12);
    const top = y < 0 || y > innerHeight ? null : document.elementFromPoint(x, y);
    const label = one.labels && one.labels[0];
    const free = top && (one.contains(top) || top.contains(one) || (label && label.contains(top)));
    if (!one.dataset.stop) one.dataset.stop = String(++window.stops || (window.stops = 1));
    return {stop: one.dataset.stop, fault: shown ? (free ? '' : 'hidden: ' + what) : 'focus not seen: ' + what};
}"""


def focus_faults(tab: Tab, most: int = 700) -> list[str]:
    """Walk through a page with the tabulator and return each stop whose focus is not seen or is hidden by something."""
    found, seen = [], set()
    for _ in range(most):
        tab.at.keyboard.press("Tab")
        stop = tab.at.evaluate(_FOCUS)
        if stop is None or stop["stop"] in seen:
            break
        seen.add(stop["stop"])
        if stop["fault"]:
            found.append(stop["fault"])
    assert seen, "nothing on the page takes the focus"
    return found


def press_to(tab: Tab, selector: str, most: int = 500) -> None:
    """Press the tabulator until the focus stands on something; fail where its focus is not seen."""
    for _ in range(most):
        tab.at.keyboard.press("Tab")
        if tab.at.evaluate("wanted => document.activeElement.matches(wanted)", selector):
            fault = tab.at.evaluate(_FOCUS)["fault"]
            assert not fault, fault
            return
    raise AssertionError(f"the tabulator does not reach {selector}")


def violations(tab: Tab) -> list[str]:
    """Return every violation of WCAG 2.2 A and AA that axe finds, nothing left out."""
    return tab.at.evaluate(_AXE, TAGS)


def small_targets(tab: Tab) -> list[str]:
    """Return every target under 24 by 24 pixels, links inside sentences apart."""
    return tab.at.evaluate(_SMALL)


def too_wide(tab: Tab) -> list[str]:
    """Return what makes a page scroll sideways."""
    return tab.at.evaluate(_WIDE)


def named_things(tab: Tab) -> set[str]:
    """Return the headings, links and controls that can be seen."""
    return set(tab.at.evaluate(_NAMED))


def headings_out_of_order(tab: Tab) -> list[str]:
    """Return each heading that skips a level, and whether there is not just one of the first."""
    found = tab.at.evaluate(_ORDER)
    skipped = [text for (before, _), (level, text) in pairwise(found) if level > before + 1]
    first = sum(level == 1 for level, _ in found)
    return skipped + ([f"{first} headings of the first level"] if first != 1 else [])


def without_name(tab: Tab) -> list[str]:
    """Return each control without a label."""
    return tab.at.evaluate(_NAMELESS)


def ids_twice(tab: Tab) -> list[str]:
    """Return each id that stands twice."""
    return tab.at.evaluate(_TWICE)
