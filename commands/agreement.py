"""`flask criteria approve` and `flask criteria versions`: who agrees to what counts, and since when it does."""

from dataclasses import asdict
from typing import Any

import click

from commands.house import as_json_option, open_house, site_of, site_option, tell
from qualification.assembly import House, Served
from qualification.criteria.explain import diff
from qualification.shadow import Waiting
from qualification.versions import APPROVER, SIDES, Approved, Side, VersionView, approvers

CAUSES = {"first_start": "on first start", "development": "at once, in development", "agreed": "agreed to"}


@click.command("approve")
@click.option("--as", "who", metavar="EMAIL", help="Who agrees: an approver of the team file, by address or Slack id.")
@click.option("--role", "side", type=click.Choice(SIDES), help="For which side.")
@click.option("--version", "number", type=click.IntRange(1), help="Default: the version that waits.")
@click.option("--show", is_flag=True, help="Only show what waits and what it changes.")
@site_option
@as_json_option
def approve_command(
    who: str | None, side: Side | None, number: int | None, show: bool, site_key: str, as_json: bool
) -> None:
    """Agrees to a new version of the criteria, for marketing or for sales.

    In production a new version judges once an approver of each side, two different people, has agreed. Until then the
    version before judges, and what the new one would say of the same leads is kept: --show tells the difference.
    Exit code 1 when nothing was agreed to.
    """
    house = open_house()
    site = site_of(house, site_key)
    if show:
        _show(house, site, as_json)
    elif who is None or side is None:
        raise click.UsageError("say who agrees and for which side: --as EMAIL --role marketing (or --show)")
    else:
        _approve(house, site, who, side, number, as_json)


def _show(house: House, site: Served, as_json: bool) -> None:
    waits = house.agreement.waiting(site.id)
    if waits is None:
        tell(as_json, None, _nothing_waits(house, site))
        return
    changes = diff(waits.active, waits.criteria)
    data = {**_version_json(waits.version), "changes": changes, "shadow": asdict(waits.difference)}
    tell(as_json, data, "\n".join(_waiting_lines(waits, changes)))


def _waiting_lines(waits: Waiting, changes: list[str]) -> list[str]:
    version = waits.version
    return [
        _story(version),
        f"What it changes against version {waits.active.version}:",
        *(f"  - {change}" for change in changes),
        f"For leads judged meanwhile: {waits.difference.sentence(version.number)}.",
        *(f"To agree: flask criteria approve --as EMAIL --role {side}" for side in version.missing),
    ]


def _approve(house: House, site: Served, who: str, side: Side, number: int | None, as_json: bool) -> None:
    approved = house.agreement.approve(site.id, who, side, number)
    if not approved.done:
        raise click.ClickException(_refused(house, site, approved, who, side))
    tell(as_json, asdict(approved), _agreed(approved, side))


def _agreed(approved: Approved, side: Side) -> str:
    number = approved.number
    if approved.judges:
        return (
            f"Version {number} judges from now on, in every process within a few seconds. Leads that sales does not "
            "have yet are judged anew; whoever is with sales keeps the version that brought them."
        )
    if not approved.missing:
        return f"Version {number} judges already; that {side} agrees is kept."
    other = approved.missing[0]
    return (
        f"Agreed to version {number} for {side}. It waits for {other}: somebody else runs "
        f"`flask criteria approve --as EMAIL --role {other}`."
    )


def _refused(house: House, site: Served, approved: Approved, who: str, side: Side) -> str:
    """Why nothing was agreed to, and what to do."""
    number = approved.number
    match approved.code:
        case "not_an_approver":
            return _no_approver(house, site, who, side)
        case "nothing_waits":
            return _nothing_waits(house, site)
        case "no_such_version":
            known = ", ".join(str(view.number) for view in house.agreement.versions(site.id))
            return f"there is no version {number}; known are {known}. A changed file is noticed when Foyer reads it"
        case "superseded":
            return f"version {number} is older than the one that judges; to go back, give its text a higher number"
        case "already_approved":
            rest = f"It waits for {approved.missing[0]}" if approved.missing else "Both sides have agreed"
            return f"{side} has agreed to version {number} already. {rest}; `flask criteria versions` shows who"
    other = next(one for one in SIDES if one != side)
    return f"{who} has agreed to version {number} for {other}: somebody else must agree for {side}"


def _no_approver(house: House, site: Served, who: str, side: Side) -> str:
    known, role = approvers(site.team, side), APPROVER[side]
    if known:
        return f"{who} is no approver of {side} for `{site.key}`; {', '.join(known)} may agree"
    return f"nobody is an approver of {side} for `{site.key}`: give somebody the role {role} in the team file, restart"


def _nothing_waits(house: House, site: Served) -> str:
    judging = next((view.number for view in house.agreement.versions(site.id) if view.judges), None)
    why = site.note or f"{site.policy.criteria.name} says the same"
    if house.agreement.judges_at_once:
        why = "outside production a new version judges at once"
    return f"nothing waits: version {judging} judges, and {why}"


@click.command("versions")
@site_option
@as_json_option
def versions_command(site_key: str, as_json: bool) -> None:
    """Lists every version of the criteria: since when it judges or judged, and who agreed to it when."""
    house = open_house()
    found = house.agreement.versions(site_of(house, site_key).id)
    tell(as_json, [_version_json(view) for view in found], "\n".join(map(_story, found)))


def _story(view: VersionView) -> str:
    since = f"{view.judged_from:%Y-%m-%d %H:%M} UTC, {CAUSES[str(view.cause)]}" if view.judged_from else ""
    if view.judges:
        state = f"judges since {since}"
    elif view.waits:
        state = f"waits for {' and '.join(view.missing)}"
    else:
        state = f"judged before, from {since}" if since else "never judged"
    agreed = [f"{one.side}: {one.by}, {one.at:%Y-%m-%d %H:%M} UTC" for one in view.agreed]
    return "\n  ".join([f"version {view.number} {state}", *agreed])


def _version_json(view: VersionView) -> dict[str, Any]:
    state = "judges" if view.judges else "waits" if view.waits else "past" if view.judged_from else "superseded"
    return {**asdict(view), "state": state, "missing": list(view.missing) if view.waits else []}
