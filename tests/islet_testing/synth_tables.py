"""Write margins, profiles and arrows into docs/registry/synth.md: `python tests/islet_testing/synth_tables.py` renews them."""

from __future__ import annotations

from pathlib import Path

from islet.registry.synth.data import Margin, load_arrows, load_margins, load_profile, profile_names

PAGE = Path(__file__).resolve().parents[2] / "docs" / "registry" / "synth.md"
BEGIN = "<!-- made from src/islet/registry/synth/*.yaml by tests/islet_testing/synth_tables.py -->\n"


def tables() -> str:
    """Return the tables as Markdown."""
    lines = ["\n## Profiles\n", "| profile | what it follows | margins |", "|---|---|---|"]
    for name in profile_names():
        profile = load_profile(name)
        lines.append(f"| `{name}` | {profile.says} | {', '.join(f'`{margin.id}`' for margin in profile.margins.values())} |")
    lines += ["\n## Margins\n", "| margin | of | value, 95 % interval | patients | source, where in it, mark | to know |"]
    lines += ["|---|---|---|---|---|---|"]
    lines += [_row(margin) for margin in load_margins().values()]
    lines += ["\n## Arrows\n", "| arrow | rests on |", "|---|---|"]
    lines += [f"| {arrow.origin} → {arrow.target} | {arrow.because} |" for arrow in load_arrows()]
    return "\n".join(lines) + "\n"


def _row(margin: Margin) -> str:
    values = "; ".join(
        f"{part} {_number(value)} ({_number(margin.interval[part][0])} to {_number(margin.interval[part][1])})"
        for part, value in margin.shares.items()
    )
    source = f"[{margin.title}]({margin.url})" if margin.url else margin.title
    said = "; ".join(text for text in (margin.note, margin.interval_from and f"interval: {margin.interval_from}") if text)
    patients = f"{margin.n:,}" if margin.n else ""
    return f"| `{margin.id}` | {margin.measure} | {values} | {patients} | {source}, {margin.locator} ({margin.verification}) | {said} |"


def _number(value: float) -> str:
    return f"{value:g}" if value > 1 else f"{100 * value:.4g} %"


if __name__ == "__main__":
    text = PAGE.read_text(encoding="utf-8")
    PAGE.write_text(text.split(BEGIN)[0] + BEGIN + tables(), encoding="utf-8")
