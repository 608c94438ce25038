"""`flask site`: further sites of this deployment, their API keys and their secrets."""

import json
import re
import secrets as random
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import Session

from config.redaction import redacted
from config.settings import ROOT, Settings, SettingsError, load_settings
from config.values import exact_origins, is_weak
from models import api_key as api_keys
from models import site as sites
from models import site_secret as secrets
from models.api_key import ApiKey
from models.database import Database
from models.site import Site
from models.vault import Vault, VaultError
from qualification.assembly import DEFAULT_SITE, FRESH_S, files_of, load_agreed
from qualification.criteria.problems import did_you_mean
from webhook.tokens import key_digest

KEY = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
API_KEY = "sk_foyer_"
SHOWN = len(API_KEY) + 6
SECRETS = (
    "IDENTITY_SECRET",
    "HUBSPOT_TOKEN",
    "HUBSPOT_CLIENT_SECRET",
    "ZENDESK_EMAIL",
    "ZENDESK_API_TOKEN",
    "ZENDESK_API_URL",
    "ZENDESK_WEBHOOK_SECRET",
    "MARKETO_CLIENT_ID",
    "MARKETO_CLIENT_SECRET",
    "MARKETO_API_URL",
    "SALESFORCE_CLIENT_ID",
    "SALESFORCE_CLIENT_SECRET",
    "SALESFORCE_API_URL",
    "WEBHOOK_URLS",
    "WEBHOOK_SECRET",
    "CRM_INBOUND_SECRET",
    "BOOKING_SECRET",
)
YAML_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
as_json_option = click.option("--json", "as_json", is_flag=True, help="One JSON value, for programs.")


@dataclass(frozen=True, slots=True)
class Desk:
    """What every command works with: settings and one open transaction."""

    settings: Settings
    session: Session
    now: datetime

    def site(self, key: str) -> Site:
        found = sites.find(self.session, key)
        if found is None:
            known = [site.key for site in sites.all_sites(self.session)]
            hint = did_you_mean(key, known)
            raise click.ClickException(
                f"there is no site `{key}`{f'; {hint}' if hint else ''}. `flask site list` shows all"
            )
        return found


@contextmanager
def desk() -> Iterator[Desk]:
    """One transaction; what cannot be done is said in one line, with exit code 1."""
    try:
        settings = load_settings()
        database = Database(settings.database_url.get_secret_value())
        with database.begin() as session:
            now = datetime.now(UTC)
            sites.find_or_add(session, DEFAULT_SITE, now)
            yield Desk(settings, session, now)
    except (SettingsError, VaultError) as error:
        raise click.ClickException(str(error)) from None
    except DBAPIError as error:
        reason = redacted((str(error.orig).splitlines() or [""])[0])
        todo = "Check DATABASE_URL; a new database needs `python -m commands.migrate`"
        raise click.ClickException(f"the database does not serve: {reason}. {todo}") from None


@click.group("site")
def site_group() -> None:
    """Further sites beside `default`: each has visitors, leads, files, keys and secrets of its own."""


@site_group.command("add")
@click.argument("key")
@click.option("--origins", default="", help="Where the site's pages are, comma-separated: https://www.example.com")
@click.option("--criteria", type=YAML_FILE, help="What counts there. Default: the file of `default`.")
@click.option("--playbook", type=YAML_FILE, help="How we talk there. Default: the file of `default`.")
@click.option("--team", type=YAML_FILE, help="Who works for it. Default: the file of `default`.")
@click.option("--replace", is_flag=True, help="The site exists: change what is given.")
@as_json_option
def add_command(
    key: str,
    origins: str,
    criteria: Path | None,
    playbook: Path | None,
    team: Path | None,
    replace: bool,
    as_json: bool,
) -> None:
    """Adds the site KEY, which its pages name as `data-site`. Its files are checked first."""
    given = {"criteria_file": criteria, "playbook_file": playbook, "team_file": team}
    values: dict[str, Any] = {name: _place(path) for name, path in given.items() if path}
    if origins or not replace:
        values["origins"] = _origins(origins)
    with desk() as at:
        site = _replaced(at, key, values) if replace else _added(at, key, values)
        load_agreed(at.settings, files_of(at.settings, site))
        if at.settings.is_production and not site.origins:
            raise click.ClickException("name the site's --origins: in production a site without any is refused")
        shown, script = _site_json(at, site), _script(at.settings, key)
    click.echo(json.dumps(shown) if as_json else f"Site `{key}` is served in about {FRESH_S:.0f} s.\n{script}")


def _place(path: Path) -> str:
    """As processes find it: from Foyer's own folder where it lies in there, else by its full path."""
    full = path.resolve()
    return str(full.relative_to(ROOT)) if full.is_relative_to(ROOT) else str(full)


def _origins(text: str) -> list[str]:
    try:
        return list(exact_origins(tuple(part.strip() for part in text.split(",") if part.strip())))
    except ValueError as error:
        raise click.ClickException(f"--origins: {error}") from None


def _added(at: Desk, key: str, values: dict[str, Any]) -> Site:
    if not KEY.fullmatch(key):
        raise click.ClickException(f"`{key}` is no site key: lower-case letters, digits, - and _, at most 64")
    if key == DEFAULT_SITE:
        raise click.ClickException("the site `default` is set up by SITE_ORIGINS, CRITERIA_FILE, PLAYBOOK_FILE ...")
    if sites.find(at.session, key):
        raise click.ClickException(f"the site `{key}` exists; add --replace to change it")
    try:
        sites.add(at.session, key, values, at.now)
    except IntegrityError:
        raise click.ClickException(f"the site `{key}` was just added by somebody else") from None
    return at.site(key)


def _replaced(at: Desk, key: str, values: dict[str, Any]) -> Site:
    site = at.site(key)
    if key == DEFAULT_SITE:
        raise click.ClickException("the site `default` is set up by SITE_ORIGINS, CRITERIA_FILE, PLAYBOOK_FILE ...")
    if not values:
        raise click.ClickException("nothing to change: give --origins, --criteria, --playbook or --team")
    sites.change(at.session, site.id, **values)
    at.session.refresh(site)
    return site


def _script(settings: Settings, key: str) -> str:
    return f'Its pages carry: <script async src="{settings.public_url}/w.js" data-site="{key}"></script>'


@site_group.command("key")
@click.argument("key")
@click.option("--list", "listing", is_flag=True, help="Show the beginnings of the site's keys.")
@click.option("--revoke", metavar="PREFIX", help="The key that begins like this opens nothing any more.")
@as_json_option
def key_command(key: str, listing: bool, revoke: str | None, as_json: bool) -> None:
    """Makes a new API key for the site KEY and prints it once; only a digest of it is kept."""
    with desk() as at:
        site = at.site(key)
        shown: Any
        if revoke is not None:
            shown = _key_json(_revoked(at, site, revoke))
            words = f"{shown['prefix']}... opens nothing any more, in about {FRESH_S:.0f} s."
        elif listing:
            shown = [_key_json(one) for one in api_keys.of_site(at.session, site.id)]
            words = "\n".join(map(_key_line, shown)) or "No keys."
        else:
            made = API_KEY + random.token_urlsafe(32)
            api_keys.add(at.session, site.id, made[:SHOWN], key_digest(made), at.now)
            shown, words = {"site": key, "key": made, "prefix": made[:SHOWN]}, made
    click.echo(json.dumps(shown) if as_json else words)
    if not listing and revoke is None:
        click.echo("It is shown only now. Programs send it as `Authorization: Bearer KEY`.", err=True)


def _revoked(at: Desk, site: Site, prefix: str) -> ApiKey:
    found = [one for one in _valid(api_keys.of_site(at.session, site.id)) if prefix and _begins(one, prefix)]
    if len(found) != 1:
        what = "no valid key" if not found else f"{len(found)} keys"
        raise click.ClickException(f"{what} of `{site.key}` begins with that; `flask site key {site.key} --list`")
    api_keys.revoke(at.session, site.id, found[0].id, at.now)
    at.session.refresh(found[0])
    return found[0]


def _begins(key: ApiKey, given: str) -> bool:
    """By its beginning, or by the whole key when somebody still has it."""
    return key.prefix.startswith(given) or key.digest == key_digest(given)


def _valid(keys: Sequence[ApiKey]) -> list[ApiKey]:
    return [one for one in keys if one.revoked_at is None]


def _key_json(key: ApiKey) -> dict[str, Any]:
    revoked = key.revoked_at.isoformat() if key.revoked_at else None
    return {"prefix": key.prefix, "created_at": key.created_at.isoformat(), "revoked_at": revoked}


def _key_line(key: dict[str, Any]) -> str:
    state = f"revoked {key['revoked_at']}" if key["revoked_at"] else "valid"
    return f"{key['prefix']}...  made {key['created_at']}  {state}"


@site_group.command("secret")
@click.argument("key")
@click.argument("name", type=str.upper)
@click.option("--remove", is_flag=True, help="Forget it.")
def secret_command(key: str, name: str, remove: bool) -> None:
    """Keeps the secret NAME of the site KEY, sealed by ENCRYPTION_KEY. The value is asked for, or read from a pipe."""
    if name not in SECRETS:
        hint = did_you_mean(name, SECRETS) or f"it is one of {', '.join(SECRETS)}"
        raise click.ClickException(f"no site has a secret `{name}`; {hint}")
    with desk() as at:
        site = at.site(key)
        if key == DEFAULT_SITE:
            raise click.ClickException(f"secrets of `default` are settings: set {name} in the environment")
        if remove:
            _forget(at, site, name)
        else:
            vault = Vault(at.settings.encryption_keys)
            vault.seal("")  # says that there is no key before anybody types a secret
            secrets.keep(at.session, site.id, name, vault.seal(_given(name)), at.now)
    click.echo(f"{name} of `{key}` is {'forgotten' if remove else 'kept, sealed'}.")


def _forget(at: Desk, site: Site, name: str) -> None:
    if not secrets.forget(at.session, site.id, name):
        raise click.ClickException(f"`{site.key}` has no {name}")


def _given(name: str) -> str:
    value = str(click.prompt(name, hide_input=True)) if sys.stdin.isatty() else sys.stdin.read()
    value = value.strip()
    if not value or "\n" in value:
        raise click.ClickException("a secret is one line, and not empty")
    if name == "IDENTITY_SECRET" and is_weak(value):
        raise click.ClickException("IDENTITY_SECRET: too weak; at least 32 random characters (`openssl rand -hex 32`)")
    return value


@site_group.command("list")
@as_json_option
def list_command(as_json: bool) -> None:
    """Every site with its origins, files, keys and secrets. Exit code 1 when one cannot be served."""
    with desk() as at:
        shown = [_site_json(at, site) for site in sites.all_sites(at.session)]
    click.echo(json.dumps(shown) if as_json else "\n".join(map(_site_lines, shown)))
    raise SystemExit(1 if any(site["problem"] for site in shown) else 0)


def _site_json(at: Desk, site: Site) -> dict[str, Any]:
    files = files_of(at.settings, site)
    kept = [one.name for one in secrets.all_secrets(at.session) if one.site_id == site.id]
    return {
        "key": site.key,
        "origins": list(at.settings.site_origins) if site.key == DEFAULT_SITE else site.origins,
        "criteria": str(files.criteria),
        "playbook": str(files.playbook),
        "team": str(files.team),
        "api_keys": [one.prefix for one in _valid(api_keys.of_site(at.session, site.id))],
        "secrets": sorted(kept),
        "problem": _problem(at, site),
    }


def _problem(at: Desk, site: Site) -> str | None:
    try:
        load_agreed(at.settings, files_of(at.settings, site))
    except SettingsError as error:
        return str(error)
    return None


def _site_lines(site: dict[str, Any]) -> str:
    lines = [
        site["key"],
        f"  origins:  {', '.join(site['origins']) or 'none: our own and this machine'}",
        f"  files:    {site['criteria']}, {site['playbook']}, {site['team']}",
        f"  API keys: {', '.join(f'{prefix}...' for prefix in site['api_keys']) or 'none stored'}",
        f"  secrets:  {', '.join(site['secrets']) or 'none stored'}",
    ]
    return "\n".join([*lines, f"  PROBLEM:  {site['problem']}"] if site["problem"] else lines)
