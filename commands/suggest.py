"""`flask criteria suggest`: points learned from what became of leads, as a proposal to people."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any, get_args

import click

from commands.criteria_files import A_FILE, BadRow, load_file, moment, of_site, rows
from qualification.amending import amended, difference
from qualification.criteria import Criteria, load_criteria
from qualification.criteria.examples import run_examples
from qualification.faults import Fault, faults
from qualification.learning import Held, Outcome, Suggestion, Verdict, suggest

VERDICTS = get_args(Verdict)
HEADS = {
    "propose": "Other points are proposed",
    "go_back": "Going back to earlier points is proposed",
    "keep": "The points may stay",
    "too_few": "Nothing can be said yet",
}


@click.command("suggest")
@click.argument("outcomes", type=A_FILE)
@click.option("--criteria", "criteria_file", type=A_FILE, help="Default: the site's criteria.")
@click.option("--earlier", type=A_FILE, help="The version before: proposed again when its points do better by now.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object, for programs.")
def suggest_command(outcomes: Path, criteria_file: Path | None, earlier: Path | None, as_json: bool) -> None:
    """Learns from OUTCOMES which rules deserve other points and proposes them as a change of the criteria file.

    OUTCOMES is a file you export: this command does not read the database yet. One row per lead, as JSON lines or CSV:
    `lead`, `at` (the time of the verdict), `verdict` (accepted, returned, won or lost), `reason` (the return code, may
    be empty) and `rules`, those that held at the hand-off: {"demo": "can I see it?"}, the list of `reasons` of an
    assessment, or a plain list; in CSV with semicolons between.

    Only leads that sales was shown have an outcome: of all others nothing can be learned here. Nothing is ever applied:
    the change is printed for people to agree on. Exit code 0, whatever is proposed; 1 when something cannot be read.
    """
    criteria = load_file(criteria_file or of_site("criteria_file"))
    read = [_outcome(outcomes, line, row) for line, row in rows(outcomes)]
    _warn_of_strangers(read, criteria)
    suggestion = suggest(read, criteria, load_file(earlier) if earlier else None)
    new_text = amended(criteria, suggestion.points) if suggestion.points else criteria.source_text
    (_show_json if as_json else _show)(suggestion, faults(read, criteria), criteria, new_text)


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


def _warn_of_strangers(read: list[Outcome], criteria: Criteria) -> None:
    known = {rule.id for group in criteria.file.groups.values() for rule in group.rules}
    strangers = sorted({name for outcome in read for name in outcome.rules} - known)
    if strangers:
        click.echo(f"Not in {criteria.name}, so left aside: {', '.join(strangers)}", err=True)


def _show_json(suggestion: Suggestion, at_fault: list[Fault], criteria: Criteria, new_text: str) -> None:
    data = asdict(suggestion)
    for name, parts in (("changes", suggestion.changes), ("questions", suggestion.questions), ("faults", at_fault)):
        data[name] = [{**asdict(part), "sentence": part.sentence} for part in parts]
    click.echo(json.dumps({**data, "diff": difference(criteria, new_text)}, ensure_ascii=False))


def _show(suggestion: Suggestion, at_fault: list[Fault], criteria: Criteria, new_text: str) -> None:
    click.echo(f"{HEADS[suggestion.kind]}: {suggestion.why}.")
    if suggestion.held_out:
        click.echo(
            f"{suggestion.outcomes} outcomes, {suggestion.good} good; on the newest {suggestion.held_out}, held out: "
            f"AUC {suggestion.auc_now:.3f} now, {suggestion.auc_new:.3f} with the changes."
        )
    _list("", [change.sentence for change in suggestion.changes])
    _list("Questions to marketing and sales", [question.sentence for question in suggestion.questions])
    _list("What was returned, and the rules behind it", [fault.sentence for fault in at_fault])
    if suggestion.changes:
        click.echo(f"\n{difference(criteria, new_text)}\n{_examples(new_text)}")
        click.echo("Nothing is applied: it becomes the rule when marketing and sales agree on the new version.")


def _list(title: str, sentences: list[str]) -> None:
    if sentences:
        click.echo("\n".join([f"\n{title}:" if title else "", *(f"  - {sentence}" for sentence in sentences)]))


def _examples(new_text: str) -> str:
    failed = run_examples(load_criteria(new_text))
    return "".join(f"\nThen an example of the file no longer comes out: {one.message}" for one in failed)
