"""`flask criteria replay`: what a past period would have been with other criteria."""

import json
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import click

from commands.criteria_files import A_FILE, load_file
from commands.house import open_house, site_of, site_option
from commands.periods import Day, period, progress
from commands.replay_told import CSV_HEADINGS, Asked, csv_row, to_json, told
from commands.tables import write_csv
from qualification.criteria import Criteria
from qualification.criteria.explain import diff
from qualification.hindsight import Hindsight, Period, hindsight
from qualification.team import Team
from qualification.threshold import calendar


@click.command("replay")
@click.option("--criteria", "criteria_file", type=A_FILE, required=True, help="The criteria to try.")
@click.option("--since", type=Day(), default="90d", show_default=True, help="The first day, or how far back.")
@click.option("--until", type=Day(), help="The last day. Default: until now.")
@click.option("--threshold", type=click.IntRange(1, 10_000), help="One bar throughout, instead of the bar of each day.")
@click.option("--reps", type=click.IntRange(1, 10_000), help="Reps at work (default: those listed in the team file).")
@click.option("--names", is_flag=True, help="Names and companies too, not only references.")
@click.option("--csv", "csv_file", type=click.Path(dir_okay=False, path_type=Path), help="Who comes and goes, to FILE.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object, for programs.")
@site_option
def replay_command(
    criteria_file: Path,
    since: timedelta | date,
    until: timedelta | date | None,
    threshold: int | None,
    reps: int | None,
    names: bool,
    csv_file: Path | None,
    as_json: bool,
    site_key: str,
) -> None:
    """Judges a past period again by other criteria and says who would have come to sales, and who would not.

    Every lead is judged at the moments at which something became known about it, by what was known then, against the
    bar of that day: later edits, returns and what reps entered after the hand-off play no part. Nothing is changed.
    Exit code 0, whatever comes out; 1 when something cannot be read.
    """
    criteria = load_file(criteria_file)
    house = open_house()
    site = site_of(house, site_key)
    begins, ends = period(since, until, site.team, house.clock())
    with progress("Judging again") as tell:
        again = house.agreement.replay(site.id, criteria, begins, ends, threshold, tell)
    present, days = site.policy.criteria, _days(begins, ends, site.team)
    found = hindsight(again.cases, again.judged, days, _capacity(criteria, site.team, reps))
    asked = Asked(
        criteria_file.name, present.version, criteria.version, days, threshold, names, _reasons(present, criteria)
    )
    if csv_file:
        _export(csv_file, found, names)
    changes = diff(present, criteria)
    click.echo(json.dumps(to_json(found, asked, changes)) if as_json else told(found, asked, changes))


def _days(begins: datetime, ends: datetime, team: Team) -> Period:
    return Period(begins, ends, ZoneInfo(team.hours.zone), calendar(team.hours))


def _capacity(criteria: Criteria, team: Team, reps: int | None) -> float | None:
    """Alerts sales can work a day; None when the criteria or the team file do not say."""
    at_work = reps or sum("rep" in person.roles for person in team.people)
    capacity = criteria.file.threshold.capacity
    return capacity.alerts_per_rep_day * at_work if capacity and at_work else None


def _reasons(*versions: Criteria) -> dict[str, str]:
    """What every rule and gate is for, as the newer version says it."""
    plans = [one.plan for one in versions]
    return {rule.id: rule.why for plan in plans for group in plan.groups for rule in group.rules}


def _export(file: Path, found: Hindsight, names: bool) -> None:
    try:
        write_csv(file, CSV_HEADINGS, [csv_row(case, names) for case in (*found.entered, *found.left)])
    except OSError as error:
        raise click.ClickException(f"{file} cannot be written: {error.strerror}") from None
    click.echo(f"{len(found.entered) + len(found.left)} rows in {file}", err=True)
