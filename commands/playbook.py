"""`flask playbook`: what in the playbook cannot work as it is meant, and what visitors ask that it does not answer."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import timedelta
from pathlib import Path

import click

from commands.criteria_files import YAML_FILE, of_site
from commands.house import as_json_option, open_house, site_of, site_option, tell
from commands.tables import aligned
from qualification.playbook import Playbook, PlaybookError, load_playbook
from qualification.playbook.gaps import Gap
from qualification.playbook.lint import lint


@click.group("playbook")
def playbook_group() -> None:
    """How we talk: check the playbook, and find the questions it has no answer to."""


@playbook_group.command("lint")
@click.argument("file", required=False, type=YAML_FILE)
@as_json_option
def lint_command(file: Path | None, as_json: bool) -> None:
    """Loads FILE (default: the site's playbook) and looks for what cannot work as it is meant.

    Exit code 0 when it can be used (oddities may remain), 1 otherwise.
    """
    odd = lint(_loaded(file or of_site("playbook_file")))
    for one in () if as_json else odd:
        click.echo(str(one))
    click.echo(json.dumps([asdict(one) for one in odd]) if as_json else _sum(len(odd)))


def _loaded(file: Path) -> Playbook:
    try:
        return load_playbook(file.read_text("utf-8"), file.name)
    except UnicodeDecodeError:
        raise click.ClickException(f"{file}: the file is not written in UTF-8") from None
    except (PlaybookError, OSError) as error:
        raise click.ClickException(str(error)) from None


def _sum(oddities: int) -> str:
    return f"{oddities} {'oddity' if oddities == 1 else 'oddities'}" if oddities else "Nothing to mend."


@playbook_group.command("gaps")
@click.option("--days", default=30, show_default=True, type=click.IntRange(1, 3650), help="How far back to look.")
@click.option("--most", default=20, show_default=True, type=click.IntRange(1, 1000), help="At most so many questions.")
@site_option
@as_json_option
def gaps_command(days: int, most: int, site_key: str, as_json: bool) -> None:
    """Lists what visitors asked that the playbook, as it is now, does not answer: the most asked first.

    Each with its newest wording and the answer that came nearest. Write an answer under `knowledge`, or add the wording
    to the one that is nearest; what is answered by then is no gap any more.
    """
    house = open_house()
    site = site_of(house, site_key)
    found = house.enquiry.gaps(site.id, house.clock() - timedelta(days=days))[:most]
    tell(as_json, [asdict(gap) for gap in found], _table(found, days))


def _table(found: Sequence[Gap], days: int) -> str:
    if not found:
        return f"No question of the last {days} days was left without an answer."
    rows = [(str(gap.people), gap.last.date().isoformat(), _nearest(gap), _shown(gap.question)) for gap in found]
    return aligned([("people", "last asked", "nearest answer", "question"), *rows])


def _nearest(gap: Gap) -> str:
    return f"{gap.nearest} ({gap.confidence:.2f})" if gap.nearest else "none"


def _shown(text: str) -> str:
    """One line, no control characters: a visitor wrote it."""
    line = " ".join("".join(char if char.isprintable() else " " for char in text).split())
    return line if len(line) <= 100 else line[:99] + "…"
