"""`flask criteria threshold` on the database: where the bar stands, what is proposed, and who decides."""

from dataclasses import asdict
from datetime import datetime
from typing import Any

import click

from commands.house import open_house, site_of, tell
from qualification.assembly import House, Served
from qualification.morning import BarChange, BarView, Decided
from qualification.versions import SIDES, approvers

HOW = "flask criteria threshold --approve --as EMAIL lets it apply, --keep leaves the bar where it is."


def show_bar(site_key: str, as_json: bool) -> None:
    house = open_house()
    found = house.agreement.threshold(site_of(house, site_key).id, house.clock())
    tell(as_json, _to_json(found), "\n".join(_lines(found)))


def _lines(found: BarView) -> list[str]:
    morning = found.morning
    lines = [morning.proposal.sentence] if morning.proposal else []
    lines.append(morning.sentence)
    if found.waits:
        lines.append(f"Waits for an approver: {found.waits.sentence}.\n{HOW}")
    elif morning.proposal and not morning.proposal.applies:
        lines.append(f"Nothing is changed: people decide.\n{HOW}")
    return [*lines, *(["Changes so far:"] if found.history else []), *map(_change_line, found.history[-10:])]


def _change_line(change: BarChange) -> str:
    who = "by itself (mode auto)" if change.mode == "auto" else f"approved by {change.by}"
    return f"  {change.at:%Y-%m-%d %H:%M} UTC  {change.sentence}; {who}"


def _to_json(found: BarView) -> dict[str, Any]:
    morning = found.morning
    return {
        "bar": morning.bar,
        "floor": morning.settings.floor,
        "business_days": len(morning.days),
        "capacity": morning.capacity,
        "proposal": _with_sentence(morning.proposal),
        "waits": _with_sentence(found.waits),
        "history": [asdict(change) for change in found.history],
    }


def _with_sentence(proposal: Any) -> dict[str, Any] | None:
    return {**asdict(proposal), "sentence": proposal.sentence} if proposal else None


def decide(site_key: str, who: str | None, approves: bool, as_json: bool) -> None:
    """Exit code 1 when nothing was decided."""
    if not who:
        raise click.UsageError("say who decides: --as EMAIL, an approver of the team file")
    house = open_house()
    site, now = site_of(house, site_key), house.clock()
    decided = house.agreement.decide_threshold(site.id, who, approves, now)
    if not decided.done:
        raise click.ClickException(_refused(house, site, decided, who, now))
    data = {"done": True, "code": decided.code, "proposal": _with_sentence(decided.proposal)}
    tell(as_json, data, _decided(decided))


def _decided(decided: Decided) -> str:
    proposal = decided.proposal
    if proposal is None or decided.code == "kept":
        return f"The bar stays at {proposal.old if proposal else 'its place'}; it is looked at again after a few days."
    return f"The bar is {proposal.new} from now on, in every process within a few seconds: {proposal.sentence}."


def _refused(house: House, site: Served, decided: Decided, who: str, now: datetime) -> str:
    if decided.code == "not_an_approver":
        known = sorted({person for side in SIDES for person in approvers(site.team, side)})
        may = f"{', '.join(known)} may decide" if known else "give somebody the role sales_approver in the team file"
        return f"{who} is no approver of `{site.key}`; {may}"
    return f"no change of the bar is proposed. {house.agreement.threshold(site.id, now).morning.sentence}"
