"""`flask criteria threshold`: where the bar should stand for so many leads, and how it does in simulation."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import click

from commands.bar import decide, show_bar
from commands.criteria_files import A_FILE, BadRow, load_file, moment, of_site, rows
from commands.house import as_json_option, site_option
from qualification.criteria.schema import Threshold
from qualification.morning import Morning, look
from qualification.simulation import CAPACITY, DAYS, POLICIES, WORLDS, Figures, simulate
from qualification.team import Team, TeamError, load_team
from qualification.threshold import Standing, calendar

HEADINGS = ("leads", "bar", "overload", "load p95", "precision", "push", "push + pull", "changes", "turns")
LEGEND = f"""\
Made-up leads, {DAYS} days, {{seeds}} seeds, capacity {CAPACITY} alerts a day.
overload: business days with more than 1.2 times the capacity; precision: of the alerts;
push, push + pull: good leads that sales worked for each one it would have with hindsight, by alerts alone and with
the ranked queue; changes of the bar and turns of its direction: per week."""


FROM_FILE = ("bar", "before", "changed_on", "today", "reps", "criteria_file")


@click.command("threshold")
@click.option("--approve", is_flag=True, help="The proposed change applies from now on.")
@click.option("--keep", is_flag=True, help="The bar stays where it is.")
@click.option("--as", "who", metavar="EMAIL", help="Who decides: an approver of the team file.")
@site_option
@click.option("--simulate", "simulated", is_flag=True, help="Half years of made-up leads, against two simpler bars.")
@click.option("--seeds", default=8, show_default=True, type=click.IntRange(1, 50), help="Made-up half years per row.")
@click.option("--leads", type=A_FILE, help="CSV or JSON lines with `at` and `score` of leads, instead of the database.")
@click.option("--bar", type=click.IntRange(1, 10_000), help="With --leads: the bar in force (default: the floor).")
@click.option("--before", type=click.IntRange(1, 10_000), help="With --leads: where it stood before its last change.")
@click.option("--changed-on", type=click.DateTime(["%Y-%m-%d"]), help="With --leads: the day of its last change.")
@click.option("--today", type=click.DateTime(["%Y-%m-%d"]), help="With --leads. Default: today, where the team is.")
@click.option("--reps", type=click.IntRange(1, 10_000), help="With --leads: reps at work (default: the team file's).")
@click.option("--criteria", "criteria_file", type=A_FILE, help="With --leads. Default: the site's criteria.")
@as_json_option
def threshold_command(
    approve: bool,
    keep: bool,
    who: str | None,
    site_key: str,
    simulated: bool,
    seeds: int,
    leads: Path | None,
    as_json: bool,
    **given: Any,
) -> None:
    """Says whether the bar should follow the number of leads, and lets an approver decide.

    Alone it reads the leads of the last business days from the database and shows what that asks for, with the figures
    and every change so far. --approve and --keep answer a proposal in mode `propose`. --leads reads a file instead and
    changes nothing; --simulate shows how well following does. Exit code 1 when a file cannot be read or nothing was
    decided.
    """
    if sum([approve, keep, simulated, leads is not None]) > 1:
        raise click.UsageError("give one of --approve, --keep, --simulate and --leads FILE")
    if leads is None and any(given[name] is not None for name in FROM_FILE):
        raise click.UsageError("--bar, --before, --changed-on, --today, --reps and --criteria go with --leads FILE")
    if approve or keep:
        decide(site_key, who, approve, as_json)
    elif leads:
        case = _asked(leads, **given)
        click.echo(json.dumps(_to_json(case)) if as_json else _told(case))
    elif simulated:
        figures = [simulate(world, policy, seeds) for world in WORLDS for policy in POLICIES]
        click.echo(json.dumps([asdict(one) for one in figures]) if as_json else _table(figures, seeds))
    else:
        show_bar(site_key, as_json)


def _table(figures: Sequence[Figures], seeds: int) -> str:
    cells = [HEADINGS, *(_row(one) for one in figures)]
    widths = [max(len(row[column]) for row in cells) for column in range(len(HEADINGS))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in cells]
    return "\n".join([*lines, "", LEGEND.format(seeds=seeds)])


def _row(one: Figures) -> tuple[str, ...]:
    shares = (f"{one.precision:.3f}", f"{one.pushed:.2f}", f"{one.handled:.2f}")
    unrest = (f"{one.changes_per_week:.2f}", f"{one.reversals_per_week:.2f}")
    return one.world, one.policy, f"{one.overload:.0%}", f"{one.load_p95:.2f}x", *shares, *unrest


def _asked(
    leads: Path,
    bar: int | None,
    before: int | None,
    changed_on: datetime | None,
    today: datetime | None,
    reps: int | None,
    criteria_file: Path | None,
) -> Morning:
    settings, team = load_file(criteria_file or of_site("criteria_file")).file.threshold, _team()
    zone, works = ZoneInfo(team.hours.zone), calendar(team.hours)
    this_day = today.date() if today else datetime.now(UTC).astimezone(zone).date()
    standing = Standing(bar or settings.floor, changed_on.date() if changed_on else None, before)
    return look(_scored(leads, zone), standing, _capacity(settings, team, reps), settings, this_day, works)


def _team() -> Team:
    file = of_site("team_file")
    try:
        return load_team(file.read_text("utf-8"), file.name)
    except (TeamError, OSError, UnicodeDecodeError) as error:
        raise click.ClickException(f"the team file cannot be read: {error}") from None


def _scored(file: Path, zone: ZoneInfo) -> list[tuple[date, int]]:
    found = []
    for line, row in rows(file):
        try:
            found.append((moment(row).astimezone(zone).date(), int(row["score"])))
        except BadRow as bad:
            raise click.ClickException(f"{file}, line {line}: {bad}") from None
        except (KeyError, TypeError, ValueError):
            raise click.ClickException(f"{file}, line {line}: `score` must be a whole number") from None
    return found


def _capacity(settings: Threshold, team: Team, reps: int | None) -> float:
    if settings.capacity is None:
        raise click.ClickException("the criteria name no capacity; add capacity: {alerts_per_rep_day: 5} to threshold")
    listed = sum("rep" in person.roles for person in team.people)
    if not reps and not listed:
        raise click.ClickException("nobody in the team file has the role rep; list them, or say how many: --reps 4")
    return settings.capacity.alerts_per_rep_day * (reps or listed)


def _to_json(case: Morning) -> dict[str, Any]:
    proposal = case.proposal and {**asdict(case.proposal), "sentence": case.proposal.sentence}
    return {"bar": case.bar, "business_days": len(case.days), "capacity": case.capacity, "proposal": proposal}


def _told(case: Morning) -> str:
    if case.proposal is None:
        return case.sentence
    waits = "" if case.proposal.applies else "\nNothing is changed: people decide."
    return f"{case.proposal.sentence}\n{case.sentence}{waits}"
