"""What of a lead decides where it goes: to which channel, and to whom first. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from qualification.criteria.countries import country_of
from qualification.facts import Facts, value_to_json
from qualification.stages import Kind


@dataclass(frozen=True, slots=True)
class Routed:
    """`segment` is its label in the criteria; `language` two letters, `country` its ISO code, None while not known."""

    segment: str | None
    score: int
    source: str | None
    kind: Kind
    language: str | None
    country: str | None


def routed(
    segment: str | None,
    score: int | None,
    source: Mapping[str, Any] | None,
    kind: Kind,
    locale: str | None,
    known: Facts,
) -> Routed:
    place = known.get("location")
    return Routed(
        segment=segment,
        score=score or 0,
        source=(source or {}).get("channel"),
        kind=kind,
        language=(locale or "").replace("_", "-").split("-")[0].lower() or None,
        country=country_of(str(value_to_json(place.value))) if place else None,
    )
