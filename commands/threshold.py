"""`flask criteria threshold`: where the bar should stand for so many leads, and how it does in simulation."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import click

from commands.criteria_files import A_FILE, BadRow, load_file, moment, of_site, rows
from qualification.criteria.schema import Threshold
from qualification.simulation import CAPACITY, DAYS, POLICIES, WORLDS, Figures, simulate
from qualification.team import Team, TeamError, load_team
from qualification.threshold import (
    WINDOW,
    Day,
    Proposal,
    Standing,
    business_days,
    calendar,
    effective,
    foresee,
    propose,
)

HEADINGS = ("leads", "bar", "overload", "load p95", "precision", "push", "push + pull", "changes", "turns")
LEGEND = f"""\
Made-up leads, {DAYS} days, {{seeds}} seeds, capacity {CAPACITY} alerts a day.
overload: business days with more than 1.2 times the capacity; precision: of the alerts;
push, push + pull: good leads that sales worked for each one it would have with hindsight, by alerts alone and with
the ranked queue; changes of the bar and turns of its direction: per week."""


@click.command("threshold")
@click.option("--simulate", "simulated", is_flag=True, help="Half years of made-up leads, against two simpler bars.")
@click.option("--seeds", default=8, show_default=True, type=click.IntRange(1, 50), help="Made-up half years per row.")
@click.option("--leads", type=A_FILE, help="CSV or JSON lines with `at` and `score` of every lead assessed.")
@click.option("--bar", type=click.IntRange(1, 10_000), help="The bar in force (default: the agreed floor).")
@click.option("--before", type=click.IntRange(1, 10_000), help="Where it stood before its last change.")
@click.option("--changed-on", type=click.DateTime(["%Y-%m-%d"]), help="The day of its last change.")
@click.option("--today", type=click.DateTime(["%Y-%m-%d"]), help="Default: today, in the team's time zone.")
@click.option("--reps", type=click.IntRange(1, 10_000), help="Reps at work (default: those listed in the team file).")
@click.option("--criteria", "criteria_file", type=A_FILE, help="Default: the site's criteria.")
@click.option("--json", "as_json", is_flag=True, help="JSON, for programs.")
def threshold_command(simulated: bool, seeds: int, leads: Path | None, as_json: bool, **given: Any) -> None:
    """Says whether the bar should follow the number of leads, or (--simulate) how well following does.

    The figures come from the file you give with --leads: this command does not read the database yet, and it changes
    nothing; a bar in mode `propose` waits for people. Exit code 0, whatever is proposed; 1 when a file cannot be read.
    """
    if simulated == bool(leads):
        raise click.UsageError("give either --simulate, or --leads FILE with the leads of the last weeks")
    if leads:
        case = _asked(leads, **given)
        click.echo(json.dumps(_to_json(case)) if as_json else _told(case))
    else:
        figures = [simulate(world, policy, seeds) for world in WORLDS for policy in POLICIES]
        click.echo(json.dumps([asdict(one) for one in figures]) if as_json else _table(figures, seeds))


def _table(figures: Sequence[Figures], seeds: int) -> str:
    cells = [HEADINGS, *(_row(one) for one in figures)]
    widths = [max(len(row[column]) for row in cells) for column in range(len(HEADINGS))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in cells]
    return "\n".join([*lines, "", LEGEND.format(seeds=seeds)])


def _row(one: Figures) -> tuple[str, ...]:
    shares = (f"{one.precision:.3f}", f"{one.pushed:.2f}", f"{one.handled:.2f}")
    unrest = (f"{one.changes_per_week:.2f}", f"{one.reversals_per_week:.2f}")
    return one.world, one.policy, f"{one.overload:.0%}", f"{one.load_p95:.2f}x", *shares, *unrest


@dataclass(frozen=True, slots=True)
class Case:
    """Everything the bar is judged by this morning."""

    days: Sequence[Day]
    standing: Standing
    capacity: float
    settings: Threshold
    proposal: Proposal | None

    @property
    def bar(self) -> int:
        return effective(self.standing.bar, self.settings)


def _asked(
    leads: Path,
    bar: int | None,
    before: int | None,
    changed_on: datetime | None,
    today: datetime | None,
    reps: int | None,
    criteria_file: Path | None,
) -> Case:
    settings, team = load_file(criteria_file or of_site("criteria_file")).file.threshold, _team()
    zone, works = ZoneInfo(team.hours.zone), calendar(team.hours)
    this_day = today.date() if today else datetime.now(UTC).astimezone(zone).date()
    scored = [one for one in _scored(leads, zone) if one[0] < this_day]
    first = min((on for on, _ in scored), default=this_day)
    days = business_days(scored, first, this_day, works)
    standing = Standing(bar or settings.floor, changed_on.date() if changed_on else None, before)
    capacity = _capacity(settings, team, reps)
    return Case(days, standing, capacity, settings, propose(days, standing, capacity, settings, this_day, works))


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


def _to_json(case: Case) -> dict[str, Any]:
    proposal = case.proposal and {**asdict(case.proposal), "sentence": case.proposal.sentence}
    return {"bar": case.bar, "business_days": len(case.days), "capacity": case.capacity, "proposal": proposal}


def _told(case: Case) -> str:
    outlook = foresee(case.days)
    if outlook is None:
        return f"The bar stays at {case.bar}: {len(case.days)} business days are known, {WINDOW} are needed."
    expected = f"{outlook.alerts(case.bar):.0f} of {outlook.arrivals:.0f} leads a day are expected to reach {case.bar}"
    if case.proposal is None:
        return f"The bar stays at {case.bar}: {expected}, and sales can work {case.capacity:g}."
    waits = "" if case.proposal.applies else "\nNothing is changed: people decide."
    return (
        f"{case.proposal.sentence}\n{expected}, {case.proposal.expected_after:.0f} to reach {case.proposal.new}.{waits}"
    )
