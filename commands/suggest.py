"""`flask criteria suggest`: points learned from what became of leads, as a proposal to people."""

import json
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Any, get_args

import click

from commands.criteria_files import A_FILE, BadRow, load_file, moment, of_site, rows
from commands.house import open_house, site_of, site_option
from qualification.amending import amended, difference
from qualification.criteria import Criteria, load_criteria
from qualification.criteria.examples import run_examples
from qualification.learning import Held, Outcome, Suggestion, Verdict
from qualification.lessons import Lesson, learn

VERDICTS = get_args(Verdict)
HEADS = {
    "propose": "Other points are proposed",
    "go_back": "Going back to earlier points is proposed",
    "keep": "The points may stay",
    "too_few": "Nothing can be said yet",
}


@click.command("suggest")
@click.argument("outcomes", required=False, type=A_FILE)
@click.option("--criteria", "criteria_file", type=A_FILE, help="Default: those in force on the site.")
@click.option("--earlier", type=A_FILE, help="The version before: proposed again when its points do better by now.")
@click.option(
    "--write", "new_file", type=click.Path(dir_okay=False, path_type=Path), help="The proposed file, to FILE."
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object, for programs.")
@site_option
def suggest_command(
    outcomes: Path | None,
    criteria_file: Path | None,
    earlier: Path | None,
    new_file: Path | None,
    as_json: bool,
    site_key: str,
) -> None:
    """Learns from what sales accepted and returned which rules deserve other points, and proposes them.

    Every verdict of sales counts, with the rules that made that lead an MQL in that cycle. Instead of the database a
    file OUTCOMES can be read: one row per lead, as JSON lines or CSV, with `lead`, `at` (the time of the verdict),
    `verdict` (accepted, returned, won or lost), `reason` (the return code, may be empty) and `rules`, those that held
    at the hand-off: {"demo": "can I see it?"}, the list of `reasons` of an assessment, or a plain list; in CSV with
    semicolons between.

    Only leads that sales was shown have a verdict: of all others nothing can be learned here. Nothing is ever applied:
    the change is printed for people to agree on, and --write puts it into a new file that `flask criteria replay` can
    try. Exit code 0, whatever is proposed; 1 when something cannot be read.
    """
    before = load_file(earlier) if earlier else None
    given = load_file(criteria_file) if criteria_file else None
    if outcomes:
        criteria = given or load_file(of_site("criteria_file"))
        lesson = learn([_outcome(outcomes, line, row) for line, row in rows(outcomes)], criteria, before)
    else:
        house = open_house()
        site = site_of(house, site_key)
        criteria = given or site.policy.criteria
        lesson = house.agreement.suggest(site.id, criteria, before)
    _warn_of_strangers(lesson.outcomes, criteria)
    new_text = amended(criteria, lesson.suggestion.points) if lesson.suggestion.points else criteria.source_text
    if new_file:
        _write(new_file, new_text, lesson.suggestion)
    (_show_json if as_json else _show)(lesson, criteria, new_text)


def _write(file: Path, text: str, suggestion: Suggestion) -> None:
    """Never over a file that is there: what is in force is changed by people."""
    if not suggestion.points:
        click.echo(f"{file} is not written: nothing is proposed", err=True)
        return
    try:
        with file.open("x", encoding="utf-8") as new:
            new.write(text)
    except OSError as error:
        raise click.ClickException(
            f"{file} cannot be written: {error.strerror}; name a file that is not there"
        ) from None
    click.echo(f"Try it: flask criteria replay --criteria {file}", err=True)


def _outcome(file: Path, line: int, row: dict[str, Any]) -> Outcome:
    try:
        if row.get("verdict") not in VERDICTS:
            raise BadRow(f"`verdict` must be one of {', '.join(VERDICTS)}, not {row.get('verdict')!r}")
        lead = row.get("lead")
        if not isinstance(lead, str) or not lead:
            raise BadRow("`lead` must name the lead, such as L-1042")
        return Outcome(lead, moment(row), row["verdict"], _held(row.get("rules")), _text(row.get("reason")))
    except BadRow as bad:
        raise click.ClickException(f"{file}, line {line}: {bad}") from None


def _text(value: Any) -> str | None:
    if value is not None and not isinstance(value, str):
        raise BadRow("`reason` must be a return code such as no_budget, or empty")
    return value or None


def _held(value: Any) -> dict[str, Held]:
    if isinstance(value, str):
        return {name.strip(): Held() for name in value.split(";") if name.strip()}
    if isinstance(value, dict) and all(isinstance(words, str) for words in value.values()):
        return {name: Held(words) for name, words in value.items()}
    if isinstance(value, list):
        return dict(_reason(one) for one in value)
    raise BadRow('`rules` must name the rules that held, such as {"demo": "can I see it?"}')


def _reason(one: Any) -> tuple[str, Held]:
    """A rule's name, or a reason as an assessment lists it."""
    if isinstance(one, str):
        return one, Held()
    if isinstance(one, dict) and isinstance(one.get("rule"), str) and isinstance(one.get("points"), int | None):
        return one["rule"], Held(str(one.get("evidence") or ""), one.get("points"))
    raise BadRow('`rules` must list names, or reasons such as {"rule": "demo", "points": 25, "evidence": "..."}')


def _warn_of_strangers(read: Iterable[Outcome], criteria: Criteria) -> None:
    known = {rule.id for group in criteria.file.groups.values() for rule in group.rules}
    strangers = sorted({name for outcome in read for name in outcome.rules} - known)
    if strangers:
        click.echo(f"Not in {criteria.name}, so left aside: {', '.join(strangers)}", err=True)


def _show_json(lesson: Lesson, criteria: Criteria, new_text: str) -> None:
    suggestion = lesson.suggestion
    data = asdict(suggestion)
    for name, parts in (
        ("changes", suggestion.changes),
        ("questions", suggestion.questions),
        ("faults", lesson.faults),
    ):
        data[name] = [{**asdict(part), "sentence": part.sentence} for part in parts]
    click.echo(json.dumps({**data, "diff": difference(criteria, new_text)}, ensure_ascii=False))


def _show(lesson: Lesson, criteria: Criteria, new_text: str) -> None:
    suggestion = lesson.suggestion
    click.echo(f"{HEADS[suggestion.kind]}: {suggestion.why}.")
    if suggestion.held_out:
        click.echo(
            f"{suggestion.outcomes} outcomes, {suggestion.good} good. Of the newest {suggestion.held_out}, from which "
            f"nothing was learned, a good one scores above another in {suggestion.auc_now:.0%} of pairs now, in "
            f"{suggestion.auc_new:.0%} with the changes."
        )
    _list("", [change.sentence for change in suggestion.changes])
    _list("Questions to marketing and sales", [question.sentence for question in suggestion.questions])
    _list("What was returned, and the rules behind it", [fault.sentence for fault in lesson.faults])
    if suggestion.changes:
        click.echo(f"\n{difference(criteria, new_text)}\n{_examples(new_text)}")
        click.echo("Nothing is applied: it becomes the rule when marketing and sales agree on the new version.")


def _list(title: str, sentences: list[str]) -> None:
    if sentences:
        click.echo("\n".join([f"\n{title}:" if title else "", *(f"  - {sentence}" for sentence in sentences)]))


def _examples(new_text: str) -> str:
    failed = run_examples(load_criteria(new_text))
    return "".join(f"\nThen an example of the file no longer comes out: {one.message}" for one in failed)
