"""`flask leads import|export|revisit`: leads from a file, leads into a file, and old ones worth another look."""

import csv
import io
import json
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import redirect_stdout, suppress
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from bot.commands.revisit import why_of
from commands.house import as_json_option, open_house, site_of, site_option, tell
from commands.periods import Day, period, progress
from commands.tables import aligned, csv_lines, unquoted
from qualification.assembly import House
from qualification.facts import SLOTS
from qualification.views import LeadView, Revisit
from webhook.answers import lead_json
from webhook.errors import Refusal
from webhook.leads import new_lead
from webhook.payloads import PostLead, parse

PAGE = 500
_FIXED = ("email", "phone", "name", "company")
_ALSO = {
    "e-mail": "email", "mail": "email", "email address": "email", "e-mail address": "email",
    "telephone": "phone", "phone number": "phone", "mobile": "phone",
    "full name": "name", "contact": "name", "person_name": "name",
    "company name": "company", "organisation": "company", "organization": "company", "account": "company",
    "source": "source_name", "campaign": "source_name", "channel": "source_channel",
}  # fmt: skip
_HEADINGS = (
    "lead", "name", "company", "email", "phone", "stage", "status", "handoff", "owner", "kind", "score", "threshold",
    "verdict", "wishes_to_buy", "channel", "source", "came", "changed",
)  # fmt: skip
_FURTHER = tuple(slot for slot in SLOTS if slot not in ("email", "phone", "person_name", "company"))


# --- import


@click.command("import")
@click.argument("file", type=click.File("r", encoding="utf-8-sig"))
@click.option("--channel", default="import", show_default=True, help="The channel they came by, if the file has none.")
@click.option("--source", default=None, metavar="NAME", help="The campaign, event or list, if the file has none.")
@click.option("--check", is_flag=True, help="Only says what would be taken in and what is wrong.")
@site_option
@as_json_option
def import_command(file: Any, channel: str, source: str | None, check: bool, site_key: str, as_json: bool) -> None:
    """Takes in leads from FILE: CSV with a first line of headings, or JSON lines as POST /api/v1/leads takes them.

    Columns `email`, `phone`, `name` and `company` are known by their usual names; `channel` and `source` say where they
    came from; every other column is a field, as a form's would be. Commas, semicolons and tabs are told apart. Each is
    judged by the site's criteria like anybody else, and whoever meets them is announced to sales. The same person
    again is the same lead. Rows that cannot be read are left out and named, exit code 1.
    """
    house = open_house()
    site = site_of(house, site_key)
    taken: list[str] = []
    wrong: list[dict[str, Any]] = []
    rows = list(_rows(file.read(), {"channel": channel, "name": source}))
    with progress("Leads") as told, redirect_stdout(sys.stderr):
        for done, (line, content) in enumerate(rows, 1):
            try:
                new = new_lead(parse(PostLead, content), house.clock())
                taken.append("" if check else house.intake.add_lead(site.id, new))
            except Refusal as refusal:
                wrong.append({"line": line, "error": refusal.message})
            told(done, len(rows))
    people = len(taken) if check else len(set(taken))
    sums = {"taken": len(taken), "leads": people, "left_out": wrong}
    tell(as_json, sums, _imported(sums, check))
    if wrong:
        raise SystemExit(1)


def _rows(text: str, source: Mapping[str, str | None]) -> Iterator[tuple[int, Any]]:
    """Line and content of every row, as the API takes it."""
    if text.lstrip().startswith("{"):
        yield from _json_lines(text, source)
        return
    first = text.partition("\n")[0]
    separator = max(",;\t", key=first.count)
    reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=separator, restkey="")
    names = [_named(heading) for heading in reader.fieldnames or ()]
    if not {"email", "phone"} & set(names):
        said = ", ".join(reader.fieldnames or ()) or "nothing"
        raise click.ClickException(
            f"the first line must name the columns, `email` or `phone` among them; it has {said}"
        )
    for row in reader:
        cells = {name: unquoted((value or "").strip()) for name, value in zip(names, row.values(), strict=False)}
        if any(cells.values()):
            yield reader.line_num, _content(cells, source)


def _json_lines(text: str, source: Mapping[str, str | None]) -> Iterator[tuple[int, Any]]:
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        content: Any = line
        with suppress(json.JSONDecodeError):
            content = json.loads(line)
        if isinstance(content, dict):
            content.setdefault("source", {name: value for name, value in source.items() if value})
        yield number, content


def _named(heading: str) -> str:
    plain = heading.strip().lower()
    return _ALSO.get(plain, plain.replace(" ", "_"))


def _content(cells: Mapping[str, str], source: Mapping[str, str | None]) -> dict[str, Any]:
    told = {name: cells[name] for name in _FIXED if cells.get(name)}
    own = {"channel": cells.get("source_channel"), "name": cells.get("source_name")}
    came = {name: own[name] or source[name] for name in own}
    known = {*_FIXED, "source_channel", "source_name", ""}
    fields = {name: value for name, value in cells.items() if value and name not in known}
    return {**told, "source": {name: value for name, value in came.items() if value}, "fields": fields}


def _imported(sums: Mapping[str, Any], check: bool) -> str:
    wrong = [f"  line {one['line']}: {one['error']}" for one in sums["left_out"][:50]]
    more = len(sums["left_out"]) - len(wrong)
    done = f"{sums['taken']} rows {'can be' if check else 'were'} taken in"
    people = "" if check else f", {sums['leads']} people"
    left = f"; {len(sums['left_out'])} left out:" if wrong else "."
    return "\n".join([f"{done}{people}{left}", *wrong, *([f"  and {more} more"] if more else [])])


# --- export


@click.command("export")
@click.option(
    "--out", type=click.Path(dir_okay=False, path_type=Path), help="A file of mode 0600; else standard output."
)
@click.option("--jsonl", is_flag=True, help="JSON lines with everything GET /api/v1/leads/{ref} tells, instead of CSV.")
@click.option("--since", type=Day(), default=None, help="Only who changed since that day.")
@site_option
def export_command(out: Path | None, jsonl: bool, since: Any, site_key: str) -> None:
    """Writes every lead we can contact, oldest first: CSV that Excel opens as it is meant, or JSON lines."""
    house = open_house()
    site = site_of(house, site_key)
    begins = period(since, None, site.team, house.clock())[0] if since else None
    found = _all(house, site.id, begins)
    lines = _json_lines_of(found) if jsonl else csv_lines((*_HEADINGS, *_FURTHER), map(_row, found))
    if out is None:
        for line in lines:
            click.echo(line, nl=False)
        return
    out.touch(mode=0o600)
    out.chmod(0o600)
    with out.open("w", encoding="utf-8", newline="") as file:
        file.writelines(lines)
    click.echo(f"Written: {out}", err=True)


def _all(house: House, site_id: int, since: datetime | None) -> Iterator[LeadView]:
    after = ""
    while page := house.enquiry.contactable(site_id, after, PAGE, since):
        after = page[-1].ref
        yield from page


def _json_lines_of(found: Iterable[LeadView]) -> Iterator[str]:
    return (json.dumps(lead_json(lead), ensure_ascii=False) + "\n" for lead in found)


def _row(lead: LeadView) -> tuple[Any, ...]:
    judged, first = lead.assessment, lead.source.get("first") or {}
    by = lead.source.get("name") or first.get("utm_campaign") or first.get("utm_source")
    known = (
        lead.ref, lead.name, lead.company, lead.email, lead.phone, lead.stage, lead.status, lead.handoff,
        lead.owner.name if lead.owner else None, lead.kind, judged.score if judged else None,
        judged.threshold if judged else None, judged.verdict if judged else None,
        "yes" if lead.purchase_interest else "no", lead.source.get("channel"), by,
        lead.created_at.isoformat(timespec="seconds"), lead.updated_at.isoformat(timespec="seconds"),
    )  # fmt: skip
    return (*known, *(lead.facts[slot].text if slot in lead.facts else None for slot in _FURTHER))


# --- revisit


@click.command("revisit")
@click.option("--limit", default=50, show_default=True, help="At most so many.")
@site_option
@as_json_option
def revisit_command(limit: int, site_key: str, as_json: bool) -> None:
    """Lists old leads worth another look, and why: returned for bad timing, expired, or close to the bar."""
    house = open_house()
    site = site_of(house, site_key)
    found = house.enquiry.revisits(site.id, limit)
    tell(as_json, {"leads": [_as_json(one) for one in found]}, _listed(found))


def _as_json(one: Revisit) -> dict[str, Any]:
    row = one.row
    told = {"lead_ref": row.ref, "name": row.name, "company": row.company, "email": row.email}
    return told | {"score": row.score, "why": one.why, "changed": row.updated_at}


def _listed(found: Iterable[Revisit]) -> str:
    rows = [
        (one.row.ref, one.row.name or one.row.email or "", one.row.company or "", str(one.row.score or ""), why_of(one),
         f"{one.row.updated_at:%Y-%m-%d}")
        for one in found
    ]  # fmt: skip
    if not rows:
        return "Nobody: no lead has been quiet for a month and was close enough."
    return aligned([("lead", "who", "company", "score", "why", "last change"), *rows])
