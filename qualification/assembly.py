"""Composition: settings become a database, every site with its agreed files, and the doors that work with them."""

import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

import structlog
from pydantic import SecretStr
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from config.redaction import in_a_line
from config.settings import ROOT, Settings, SettingsError
from config.values import listed
from models import api_key as api_keys
from models import destination_off as switches
from models import hook as hooks
from models import site as sites
from models import site_secret as secrets
from models.database import Database
from models.site import Site
from models.vault import Vault, VaultError
from qualification.agreement import Agreement
from qualification.criteria import Criteria, CriteriaError, load_criteria
from qualification.enquiry import Enquiry
from qualification.handoff import Handoff
from qualification.intake import Intake
from qualification.keeping.agreed import InForce, Loaded, all_in_force
from qualification.keeping.governing import Judging
from qualification.playbook import Playbook, PlaybookError, load_playbook
from qualification.policy import HOOKS, Listener, Policy, webhook_channel
from qualification.privacy import Privacy
from qualification.team import Team, TeamError, load_team

DEFAULT_SITE = "default"
FRESH_S = 2.0  # after which a new site, key or secret is noticed without a restart
AT_ONCE = "this is not production: there the version would wait for marketing and sales to approve it"
SAMPLE_HOST = "northlight.example"  # where the shipped playbook sends visitors: nowhere
Clock = Callable[[], datetime]
Content = TypeVar("Content")
log = structlog.get_logger()


@dataclass(frozen=True)
class House:
    """One deployment, put together: what web, worker, Slack and commands are given.

    `site_id` and `team` are of the site `default`, to which the settings belong.
    """

    settings: Settings
    database: Database
    clock: Clock
    site_id: int
    sites: "Sites"
    policies: Mapping[int, Policy]
    team: Team
    intake: Intake
    handoff: Handoff
    enquiry: Enquiry
    agreement: Agreement
    privacy: Privacy
    dailies: Mapping[str, Callable[[int, datetime], object]] = field(default_factory=dict)
    """What is done for a site when its working day begins, by the kind of the tick."""


@dataclass(frozen=True, slots=True)
class Files:
    """Where a site's three files are; a relative path counts from Foyer's own folder."""

    criteria: Path
    playbook: Path
    team: Path


@dataclass(frozen=True, slots=True)
class Served:
    """A site as this process serves it: who may call, what it has agreed on, and who works for it.

    `note` is what is wrong with its criteria file, if anything: what was good before goes on judging.
    """

    id: int
    key: str
    origins: tuple[str, ...]
    policy: Policy
    team: Team
    criteria_file: Path
    note: str = ""


@dataclass(frozen=True, slots=True)
class _Known:
    """What was found in the database, and when."""

    at: float
    sites: Mapping[int, Served]
    keys: tuple[tuple[str, int], ...]
    secrets: Mapping[tuple[int, str], str] = field(repr=False)


def utc_now() -> datetime:
    return datetime.now(UTC)


def assemble(settings: Settings, told: Callable[[], None], clock: Clock = utc_now) -> House:
    """The doors of a deployment; `told` is called after commits. SettingsError says what is wrong."""
    policy, team = load_agreed(settings, files_of(settings))
    database = Database(settings.database_url.get_secret_value())
    site_id = _default_site(database, clock())
    origins, file = settings.site_origins, settings.criteria_file
    served = Sites(settings, database, Served(site_id, DEFAULT_SITE, origins, policy, team, file))
    policies = Policies(served)
    agreement = Agreement(database, policies, clock, told, judges_at_once=not settings.is_production)
    served.follow(agreement.load)
    privacy, handoff = Privacy(database, policies, clock, told), Handoff(database, policies, clock, told)
    return House(
        settings=settings,
        database=database,
        clock=clock,
        site_id=site_id,
        sites=served,
        policies=policies,
        team=team,
        intake=Intake(database, policies, clock, told),
        handoff=handoff,
        enquiry=Enquiry(database, policies, clock),
        agreement=agreement,
        privacy=privacy,
        dailies={
            "bar": agreement.propose_threshold,
            "digest": handoff.promise_digests,
            "retention": lambda site_id, _: privacy.retain(site_id, settings.retention_days),
        },
    )


def _default_site(database: Database, now: datetime) -> int:
    try:
        with database.begin() as session:
            return sites.find_or_add(session, DEFAULT_SITE, now)
    except DBAPIError as error:
        todo = "Check DATABASE_URL; a new database needs `python -m commands.migrate`"
        raise SettingsError(f"the database does not serve: {in_a_line(error.orig)}. {todo}") from None


def files_of(settings: Settings, site: Site | None = None) -> Files:
    """The files of a site; where it names none, those of the settings."""
    return Files(
        Path(site.criteria_file) if site and site.criteria_file else settings.criteria_file,
        Path(site.playbook_file) if site and site.playbook_file else settings.playbook_file,
        Path(site.team_file) if site and site.team_file else settings.team_file,
    )


def load_agreed(settings: Settings, files: Files) -> tuple[Policy, Team]:
    """What the files say; SettingsError tells which cannot be used, and why."""
    criteria = _read(files.criteria, load_criteria, CriteriaError)
    playbook = _read(files.playbook, load_playbook, PlaybookError)
    team = _read(files.team, load_team, TeamError)
    _note_sample(settings, files.playbook, playbook)
    return Policy(criteria, playbook, team.company_domains, settings.phone_region, settings.currency, team), team


def _read(path: Path, load: Callable[[str, str], Content], wrong: type[Exception]) -> Content:
    try:
        return load((ROOT / path).read_text(encoding="utf-8"), path.name)
    except OSError as error:
        raise SettingsError(f"{path} cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise SettingsError(f"{path} is not written in UTF-8; save it as UTF-8") from None
    except wrong as error:
        raise SettingsError(f"{path}: {error}") from None


def _note_sample(settings: Settings, path: Path, playbook: Playbook) -> None:
    """A first deployment may start with the shipped playbook; nobody should overlook whom it speaks for."""
    if settings.is_production and SAMPLE_HOST in playbook.model_dump_json():
        log.warning("sample_playbook", file=str(path), meaning="visitors are greeted by the made-up company Northlight")


class Sites:
    """Every site of the deployment, kept in memory and looked up anew every two seconds.

    While the database does not answer, what was found last holds. A site whose files are broken is not served, and the
    log says why; playbook and team are read when a process first meets the site, the criteria whenever they change.
    """

    def __init__(
        self, settings: Settings, database: Database, default: Served, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._settings, self._database, self._default, self._clock = settings, database, default, clock
        self._vault = Vault(settings.encryption_keys)
        self._looking = threading.Lock()
        self._met: dict[int, tuple[Files, tuple[Policy, Team] | None]] = {default.id: _met(settings, default)}
        self._judging: Judging | None = None
        self._told: set[str] = set()
        self._known = _Known(clock() - FRESH_S, {default.id: default}, (), {})

    def follow(self, load: Callable[[int, Criteria], Loaded]) -> None:
        """From now on every site is judged by what its people agreed on; `load` is told of contents of files."""
        self._judging = Judging(self._database, _with_banner(load))
        self.look()
        self._known = replace(self._known, at=self._clock() - FRESH_S)  # long before anybody asks, perhaps

    def all(self) -> tuple[Served, ...]:
        return tuple(self._fresh().sites.values())

    def one(self, site_id: int) -> Served:
        """KeyError for a site there is none of; ids in our own rows may be newer than our last look."""
        if site_id not in self._fresh().sites:
            self.look()
        return self._known.sites[site_id]

    def digests(self) -> tuple[tuple[str, int], ...]:
        """Digest and site of every API key that opens."""
        return self._fresh().keys

    def secret(self, site_id: int, name: str) -> str | None:
        """A secret a further site was given; those of `default` are settings."""
        return self._fresh().secrets.get((site_id, name))

    def given(self, site_id: int, name: str) -> str | None:
        """What a site's connections are set up with: of `default` a setting, of any other the secret it was given."""
        return self._given(site_id, name, self._fresh().secrets)

    def webhook_urls(self, site_id: int) -> tuple[str, ...]:
        return self._urls(site_id, self._fresh().secrets)

    def all_webhook_urls(self) -> frozenset[str]:
        """Of every site, as they were at our last look: asking is no reason to look again."""
        known = self._known
        return frozenset(url for site_id in known.sites for url in self._urls(site_id, known.secrets))

    def is_given(self, name: str) -> bool:
        """Whether any site has it, as it was at our last look."""
        known = self._known
        return any(self._given(site_id, name, known.secrets) for site_id in known.sites)

    def _urls(self, site_id: int, opened: Mapping[tuple[int, str], str]) -> tuple[str, ...]:
        return listed(SecretStr(self._given(site_id, "WEBHOOK_URLS", opened) or ""))

    def _given(self, site_id: int, name: str, opened: Mapping[tuple[int, str], str]) -> str | None:
        if site_id != self._default.id:
            return opened.get((site_id, name))
        value = getattr(self._settings, name.lower(), None)
        return value.get_secret_value() if isinstance(value, SecretStr) else value

    def _fresh(self) -> _Known:
        """One caller looks; the others meanwhile take what is known."""
        if self._clock() - self._known.at >= FRESH_S and self._looking.acquire(blocking=False):
            try:
                self.look()
            finally:
                self._looking.release()
        return self._known

    def look(self) -> None:
        """At once, as somebody who has just changed something may want it."""
        try:
            with self._database.glance() as session:  # who asks may be in the middle of a transaction
                rows, in_force = sites.all_sites(session), all_in_force(session)
                keys, sealed = tuple(api_keys.valid(session)), secrets.all_secrets(session)
                off = {(one.site_id, one.channel) for one in switches.all_off(session)}
                subscribed = hooks.all_hooks(session)
            found = {row.id: served for row in rows if (served := self._served(row, in_force.get(row.id)))}
        except SQLAlchemyError as error:
            self._say("sites_not_looked_up", error=type(error).__name__)
            self._known = _Known(self._clock(), self._known.sites, self._known.keys, self._known.secrets)
            return
        opened = {(row.site_id, row.name): value for row in sealed if (value := self._opened(row)) is not None}
        tools = _by_site(subscribed)
        heard = {
            id: replace(site, policy=self._heard(site, opened, off, tools.get(id, ()))) for id, site in found.items()
        }
        self._known = _Known(self._clock(), heard, keys, opened)

    def _served(self, row: Site, in_force: InForce | None) -> Served | None:
        files = files_of(self._settings, None if row.id == self._default.id else row)
        if row.id not in self._met or self._met[row.id][0] != files:
            self._met[row.id] = (files, self._agreed(row, files))
        agreed = self._met[row.id][1]
        if agreed is None:
            return None
        policy, note = agreed[0], ""
        if self._judging is not None:
            policy, note = self._judging.by(row.id, policy, ROOT / files.criteria, in_force)
        if note:
            self._say("criteria_not_as_the_file", site=row.key, error=note)
        origins = self._default.origins if row.id == self._default.id else tuple(row.origins)
        return Served(row.id, row.key, origins, policy, agreed[1], files.criteria, note)

    def _heard(
        self,
        site: Served,
        opened: Mapping[tuple[int, str], str],
        off: set[tuple[int, str]],
        subscribed: Sequence[Listener],
    ) -> Policy:
        """Who beside Slack is told of this site's leads."""
        listeners = [Listener(webhook_channel(url), hears_events=True) for url in self._urls(site.id, opened)]
        if self._given(site.id, "HUBSPOT_TOKEN", opened):
            listeners.append(Listener("hubspot", site.team.crm.hubspot.since))
        if self._given(site.id, "ZENDESK_API_TOKEN", opened):
            listeners.append(Listener("zendesk", site.team.crm.zendesk.since))
        if self._given(site.id, "MARKETO_CLIENT_SECRET", opened):
            listeners.append(Listener("marketo", site.team.crm.marketo.since))
        if self._given(site.id, "SALESFORCE_CLIENT_SECRET", opened):
            listeners.append(Listener("salesforce", site.team.crm.salesforce.since))
        wanted = tuple(one for one in dict.fromkeys([*listeners, *subscribed]) if (site.id, one.channel) not in off)
        return replace(site.policy, listeners=wanted, mails=self._given(site.id, "SMTP_URL", opened) is not None)

    def _agreed(self, row: Site, files: Files) -> tuple[Policy, Team] | None:
        try:
            return load_agreed(self._settings, files)
        except SettingsError as error:
            self._say("site_not_served", site=row.key, error=str(error))
            return None

    def _opened(self, row: secrets.SiteSecret) -> str | None:
        try:
            return self._vault.open(row.sealed)
        except VaultError as error:
            self._say("secret_not_opened", site_id=row.site_id, name=row.name, error=str(error))
            return None

    def _say(self, event: str, **about: object) -> None:
        """Once, not every two seconds."""
        about_what = f"{event} {sorted(about.items())}"
        if about_what not in self._told:
            self._told.add(about_what)
            log.error(event, **about)


def _by_site(subscribed: Sequence[hooks.Hook]) -> dict[int, list[Listener]]:
    found: dict[int, list[Listener]] = {}
    for one in subscribed:
        heard = Listener(HOOKS, hears_events=True, only=one.event, hook=one.id)
        found.setdefault(one.site_id, []).append(heard)
    return found


def _with_banner(load: Callable[[int, Criteria], Loaded]) -> Callable[[int, Criteria], Loaded]:
    def loaded(site_id: int, criteria: Criteria) -> Loaded:
        found = load(site_id, criteria)
        if found.judges_at_once:
            log.warning("criteria_judge_at_once", version=found.number, file=criteria.name, meaning=AT_ONCE)
        return found

    return loaded


def _met(settings: Settings, default: Served) -> tuple[Files, tuple[Policy, Team]]:
    return files_of(settings), (default.policy, default.team)


class Policies(Mapping[int, Policy]):
    """What each site has agreed on, by its id."""

    def __init__(self, sites: Sites) -> None:
        self._sites = sites

    def __getitem__(self, site_id: int) -> Policy:
        return self._sites.one(site_id).policy

    def __iter__(self) -> Iterator[int]:
        return iter([served.id for served in self._sites.all()])

    def __len__(self) -> int:
        return len(self._sites.all())
