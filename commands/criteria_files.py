"""The files the criteria commands read: the site's own, others that are named, and exports of leads."""

import csv
import io
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from config.settings import ROOT, SettingsError, load_settings
from qualification.criteria import Criteria, CriteriaError, load_criteria

A_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
YAML_FILE = A_FILE


def of_site(setting: str) -> Path:
    try:
        path: Path = getattr(load_settings(), setting)
    except SettingsError as error:
        raise click.ClickException(str(error)) from None
    return path if path.is_absolute() else ROOT / path


def load_file(file: Path) -> Criteria:
    try:
        return load_criteria(text_of(file), str(file))
    except CriteriaError as broken:
        raise click.ClickException(str(broken)) from None


def text_of(file: Path) -> str:
    try:
        return file.read_text("utf-8-sig")
    except UnicodeDecodeError:
        raise click.ClickException(f"{file}: the file is not written in UTF-8") from None


class BadRow(ValueError):
    """What is wrong with one row of an export."""


def rows(file: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    """Line number and values of every row of a CSV file with a heading, or of a file of JSON objects, one per line."""
    text = text_of(file)
    if text.lstrip().startswith("{"):
        yield from _json_rows(file, text)
    else:
        table = csv.DictReader(io.StringIO(text), restkey="")
        yield from ((table.line_num, {key: value or "" for key, value in row.items() if key}) for row in table)


def _json_rows(file: Path, text: str) -> Iterator[tuple[int, dict[str, Any]]]:
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except (json.JSONDecodeError, RecursionError):
            raise click.ClickException(f"{file}, line {number}: not JSON; write one object per line") from None
        if not isinstance(row, dict):
            raise click.ClickException(f"{file}, line {number}: not an object such as {{...}}")
        yield number, row


def moment(row: dict[str, Any], key: str = "at") -> datetime:
    """The time in a row; without a zone it is UTC."""
    try:
        at = datetime.fromisoformat(row[key])
    except (KeyError, TypeError, ValueError):
        raise BadRow(f"`{key}` must be a time such as 2026-11-23T09:00:00Z") from None
    return at if at.tzinfo else at.replace(tzinfo=UTC)
