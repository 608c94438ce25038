"""What the doctor looks at with CRMs and webhooks: access, permissions, addresses, and whether reps are known there."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from urllib.parse import urlsplit

from commands.finding import Finding
from config.settings import ROOT, Settings
from config.values import listed
from crm import hubspot, salesforce_calls, zendesk
from crm.calls import BUDGET, Failed
from crm.guard import Forbidden, Guard, Unresolved
from crm.logins import Login, Tokens
from crm.marketo_calls import Calls, Reply, login_of
from crm.marketo_words import mapped
from qualification.promises import Sent
from qualification.team import Team, TeamError, load_team

MARKETO_LOOKS = {"people": "rest/v1/leads/describe2.json", "activities": "rest/v1/activities/types.json"}
PAGE = "docs/crm.md says how to set it up."


def look_at_crm(settings: Settings) -> Iterator[Finding]:
    """Nothing where nobody beside Slack is told."""
    if settings.hubspot_token:
        yield from _hubspot(settings)
    if settings.zendesk_api_token:
        yield from _zendesk(settings)
    if settings.marketo_client_secret:
        yield from _marketo(settings)
    if settings.salesforce_client_secret:
        yield _salesforce(settings)
    crms = (settings.hubspot_token, settings.zendesk_api_token, settings.marketo_client_secret)
    if any(crms) or settings.salesforce_client_secret:
        yield from _reps(settings)
    for url in listed(settings.webhook_urls) if settings.webhook_urls else ():
        yield _webhook(settings, url)


def _now() -> datetime:
    return datetime.now(UTC)


def _hubspot(settings: Settings) -> Iterator[Finding]:
    token = settings.hubspot_token.get_secret_value() if settings.hubspot_token else ""
    url, version = settings.hubspot_api_url, settings.hubspot_api_version
    account = hubspot.Account(token, url, version, {})
    calls = account.calls(_now)
    looks: dict[str, Callable[[], int]] = {
        "contacts": lambda: calls.get(account.objects("contacts"), limit="1").status,
        "owners": lambda: calls.get(f"crm/owners/{version}", limit="1").status,
    }
    for what, look in looks.items():
        yield _asked(f"HubSpot {what}", look)
    if settings.hubspot_client_secret and not settings.public_url.startswith("https://"):
        fix = "HubSpot signs the address it calls: set PUBLIC_URL to the https address it reaches Foyer at."
        yield Finding("warning", "HubSpot events", f"cannot be genuine for {settings.public_url}", fix)


def _zendesk(settings: Settings) -> Iterator[Finding]:
    token = settings.zendesk_api_token.get_secret_value() if settings.zendesk_api_token else ""
    account = zendesk.Account(settings.zendesk_email or "", token, settings.zendesk_api_url or "")
    calls = account.calls(_now)

    def look() -> int:
        found = calls.get("api/v2/users/me")
        return found.status if found.record("user").get("role") in ("agent", "admin") else 401

    yield _asked("Zendesk", look)


def _marketo(settings: Settings) -> Iterator[Finding]:
    """Reading alone: what it may write is seen when it writes, or by `flask crm dry-run`."""
    secret = settings.marketo_client_secret.get_secret_value() if settings.marketo_client_secret else ""
    login = login_of(settings.marketo_client_id or "", secret, settings.marketo_api_url or "")
    calls = Calls(login, Tokens(), _now, _now() + BUDGET)
    for what, path in MARKETO_LOOKS.items():
        yield _asked(f"Marketo {what}", partial(_looked, calls, path))
    try:
        found = calls.get(MARKETO_LOOKS["people"])
    except Failed:
        return  # said above
    yield from _marketo_fields(settings, found)


def _marketo_fields(settings: Settings, found: Reply) -> Iterator[Finding]:
    """Fields of the mapping that are not there: they would be left out of every person."""
    told = found.results[0].get("fields") if found.results else None
    there = {str(one.get("name")) for one in told or () if isinstance(one, dict)} if isinstance(told, list) else set()
    team = _team(settings)
    if not there or team is None:
        return
    fields: dict[str, str | None] = {str(ours): theirs for ours, theirs in team.crm.marketo.fields_.items()}
    lacking = sorted(set(mapped(fields, {}).fields.values()) - there)
    if lacking:
        fix = "Make the field in Marketo, or change `crm: {marketo: {fields: ...}}` in the team file."
        yield Finding("warning", "Marketo fields", f"not there: {', '.join(lacking)}", fix)


def _looked(calls: Calls, path: str) -> int:
    return 200 if calls.get(path).is_taken else 400


def _salesforce(settings: Settings) -> Finding:
    """The object itself: whether the app's user may see leads, and whether the field of our reference is there."""
    secret = settings.salesforce_client_secret.get_secret_value() if settings.salesforce_client_secret else ""
    login = Login(settings.salesforce_client_id or "", secret, settings.salesforce_api_url or "")
    calls, team = salesforce_calls.Calls(login, Tokens(), _now, _now() + BUDGET), _team(settings)
    key = team.crm.salesforce.key if team else ""

    def look() -> int:
        told = calls.get("sobjects/Lead/describe").data.get("fields")
        fields = [one for one in told or () if isinstance(one, dict)] if isinstance(told, list) else []
        return 200 if any(one.get("name") == key and one.get("externalId") is True for one in fields) else 404

    found = _asked("Salesforce", look)
    lacking = found.level == "error" and "(404)" in found.detail
    return replace(found, detail=f"leads have no external id {key}") if lacking else found


def _asked(what: str, look: Callable[[], int]) -> Finding:
    try:
        status = look()
    except Failed as failed:
        told = "" if isinstance(failed.outcome, Sent) else failed.outcome.error
        return Finding("error", what, told, PAGE)
    if status != 200:
        return Finding("error", what, f"does not let us in as it should ({status})", PAGE)
    return Finding("ok", what, "answers")


def _reps(settings: Settings) -> Iterator[Finding]:
    """Whoever is not known there by address owns nothing there."""
    team = _team(settings)
    if team is None:
        return
    reps = [one for one in team.people if "rep" in one.roles]
    lacking = [one.name for one in reps if not (one.slack and one.email)]
    if lacking or not reps:
        who = ", ".join(lacking[:5]) if lacking else "nobody is listed"
        fix = "Give each rep `slack` and `email` in the team file, or their leads have no owner in the CRM."
        yield Finding("warning", "reps in the CRM", who, fix)


def _team(settings: Settings) -> Team | None:
    """None when it cannot be read, which is said elsewhere."""
    try:
        return load_team((ROOT / settings.team_file).read_text(encoding="utf-8"))
    except (OSError, TeamError):
        return None


def _webhook(settings: Settings, url: str) -> Finding:
    """By its host alone: the rest may be a secret."""
    what = f"webhook {urlsplit(url).netloc}"
    try:
        Guard(lets_home=not settings.is_production).check(url)
    except Forbidden:
        return Finding("error", what, "leads into a private or reserved network", "Give an address on the internet.")
    except Unresolved:
        return Finding("error", what, "has no address", "Check the host's name in WEBHOOK_URLS.")
    return Finding("ok", what, "may be called")
