"""What the doctor looks at with CRMs and webhooks: access, permissions, addresses, and whether reps are known there."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from urllib.parse import urlsplit

from commands.finding import Finding
from config.settings import ROOT, Settings
from config.values import listed
from crm import hubspot, zendesk
from crm.calls import BUDGET, Failed
from crm.guard import Forbidden, Guard, Unresolved
from crm.marketo_calls import Calls, Login, Reply, Tokens
from qualification.promises import Sent
from qualification.team import TeamError, load_team

PAGE = "docs/crm.md says how to set it up."


def look_at_crm(settings: Settings) -> Iterator[Finding]:
    """Nothing where nobody beside Slack is told."""
    if settings.hubspot_token:
        yield from _hubspot(settings)
    if settings.zendesk_api_token:
        yield from _zendesk(settings)
    if settings.marketo_client_secret:
        yield from _marketo(settings)
    if settings.hubspot_token or settings.zendesk_api_token or settings.marketo_client_secret:
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
    login = Login(settings.marketo_client_id or "", secret, settings.marketo_api_url or "")
    calls = Calls(login, Tokens(), _now, _now() + BUDGET)
    looks: dict[str, Callable[[], int]] = {
        "people": lambda: _status(calls.get("rest/v1/leads/describe2.json")),
        "activities": lambda: _status(calls.get("rest/v1/activities/types.json")),
    }
    for what, look in looks.items():
        yield _asked(f"Marketo {what}", look)


def _status(reply: Reply) -> int:
    return 200 if reply.is_taken else 400


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
    try:
        team = load_team((ROOT / settings.team_file).read_text(encoding="utf-8"))
    except (OSError, TeamError):
        return  # said elsewhere
    reps = [one for one in team.people if "rep" in one.roles]
    lacking = [one.name for one in reps if not (one.slack and one.email)]
    if lacking or not reps:
        who = ", ".join(lacking[:5]) if lacking else "nobody is listed"
        fix = "Give each rep `slack` and `email` in the team file, or their leads have no owner in the CRM."
        yield Finding("warning", "reps in the CRM", who, fix)


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
