"""What commands that need the doors are given: a whole house, and one of its sites."""

import json
import sys
from contextlib import redirect_stdout
from datetime import datetime
from typing import Any

import click

from config.settings import SettingsError, load_settings
from qualification.assembly import DEFAULT_SITE, House, Served, assemble
from qualification.criteria.problems import did_you_mean

site_option = click.option("--site", "site_key", default=DEFAULT_SITE, show_default=True, help="The site's key.")
as_json_option = click.option("--json", "as_json", is_flag=True, help="JSON, for programs.")


def open_house() -> House:
    """What cannot be opened is said in one line, with exit code 1. What is logged is no answer: it goes elsewhere."""
    try:
        with redirect_stdout(sys.stderr):
            return assemble(load_settings(), lambda: None)
    except SettingsError as error:
        raise click.ClickException(str(error)) from None


def site_of(house: House, key: str) -> Served:
    served = house.sites.all()
    found = next((site for site in served if site.key == key), None)
    if found is None:
        hint = did_you_mean(key, [site.key for site in served])
        todo = "`flask site list` shows all, and what is wrong with one that is not served"
        raise click.ClickException(f"no site `{key}` is served; {f'{hint} ' if hint else ''}{todo}")
    return found


def tell(as_json: bool, data: Any, words: str) -> None:
    click.echo(json.dumps(data, ensure_ascii=False, default=_time) if as_json else words)


def _time(value: datetime) -> str:
    return value.isoformat()
