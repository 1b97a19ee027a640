"""Read what the synthetic registry is drawn to: margins, profiles, arrows and tables of values."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

import yaml

from islet.errors import InputError, nearest

_HERE = Path(__file__).parent


class Margin(NamedTuple):
    """Hold one published margin: what is measured, the value of each part, its interval and where it stands."""

    id: str
    measure: str
    shares: Mapping[str, float]
    interval: Mapping[str, tuple[float, float]]
    n: int | None
    rounding: float
    interval_from: str
    title: str
    url: str
    locator: str
    verification: str
    note: str


class Arrow(NamedTuple):
    """Hold one step of the joint structure: by how much each pair of words is more frequent than independence."""

    origin: str
    target: str
    because: str
    times: Mapping[str, Mapping[str, float]]


class Profile(NamedTuple):
    """Hold which margins are used together."""

    name: str
    says: str
    margins: Mapping[str, Margin]  # by measure

    @property
    def sources(self) -> list[str]:
        """Return one line a margin: what is measured, from where, with which mark."""
        return [
            f"{margin.measure}: {margin.title}, {margin.locator} ({margin.verification})" for margin in self.margins.values()
        ]


@cache
def load_margins() -> Mapping[str, Margin]:
    """Return every margin by its id.

    >>> load_margins()["size-seer"].shares["yes"]
    0.226
    """
    document = load_yaml("margins")
    return MappingProxyType({name: _margin(name, entry, document["sources"]) for name, entry in document["margins"].items()})


def _margin(name: str, entry: Mapping[str, Any], sources: Mapping[str, Any]) -> Margin:
    source = sources[entry["source"]]
    shares = entry["shares"] if "shares" in entry else {"value": entry["value"]}
    interval = entry["interval"] if "shares" in entry else {"value": entry["interval"]}
    return Margin(
        name, entry["measure"], MappingProxyType(shares), MappingProxyType({part: (low, high) for part, (low, high) in interval.items()}),
        entry.get("n"), entry.get("rounding", 0.0), entry.get("interval_from", ""), source["title"], source["url"], entry["locator"],
        entry["verification"], entry.get("note", ""),
    )


def profile_names() -> list[str]:
    """Return the names of the profiles, the default first."""
    return list(load_yaml("profiles")["profiles"])


def load_profile(name: str) -> Profile:
    """Return a profile with its margins; raise InputError with the nearest name when there is none.

    >>> load_profile("seer").margins["size_to_20"].n
    5424
    """
    profiles = load_yaml("profiles")["profiles"]
    if name not in profiles:
        raise InputError(f'unknown profile "{name}"', "", 0, "--profile", nearest(name, profiles))
    chosen = [load_margins()[margin] for margin in profiles[name]["margins"]]
    return Profile(name, profiles[name]["says"], MappingProxyType({margin.measure: margin for margin in chosen}))


@cache
def load_arrows() -> tuple[Arrow, ...]:
    """Return the arrows of the joint structure in the order of the file."""
    return tuple(Arrow(entry["from"], entry["to"], entry["because"], entry["times"]) for entry in load_yaml("arrows")["arrows"])


@cache
def load_yaml(name: str) -> Any:
    """Return one of the data files beside this module."""
    return yaml.safe_load((_HERE / f"{name}.yaml").read_text(encoding="utf-8"))
