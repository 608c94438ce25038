"""Composition: settings become a database, every site with its agreed files, and the doors that work with them."""

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

import structlog
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from config.redaction import redacted
from config.settings import ROOT, Settings, SettingsError
from models import api_key as api_keys
from models import site as sites
from models import site_secret as secrets
from models.database import Database
from models.site import Site
from models.vault import Vault, VaultError
from qualification.criteria import CriteriaError, load_criteria
from qualification.enquiry import Enquiry
from qualification.handoff import Handoff
from qualification.intake import Intake
from qualification.playbook import Playbook, PlaybookError, load_playbook
from qualification.policy import Policy
from qualification.team import Team, TeamError, load_team

DEFAULT_SITE = "default"
FRESH_S = 2.0  # after which a new site, key or secret is noticed without a restart
SAMPLE_HOST = "northlight.example"  # where the shipped playbook sends visitors: nowhere
Clock = Callable[[], datetime]
Loaded = TypeVar("Loaded")
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


@dataclass(frozen=True, slots=True)
class Files:
    """Where a site's three files are; a relative path counts from Foyer's own folder."""

    criteria: Path
    playbook: Path
    team: Path


@dataclass(frozen=True, slots=True)
class Served:
    """A site as this process serves it: who may call, what it has agreed on, and who works for it."""

    id: int
    key: str
    origins: tuple[str, ...]
    policy: Policy
    team: Team


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
    served = Sites(settings, database, Served(site_id, DEFAULT_SITE, settings.site_origins, policy, team))
    policies = Policies(served)
    return House(
        settings=settings,
        database=database,
        clock=clock,
        site_id=site_id,
        sites=served,
        policies=policies,
        team=team,
        intake=Intake(database, policies, clock, told),
        handoff=Handoff(database, policies, clock, told),
        enquiry=Enquiry(database, policies),
    )


def _default_site(database: Database, now: datetime) -> int:
    try:
        with database.begin() as session:
            return sites.find_or_add(session, DEFAULT_SITE, now)
    except DBAPIError as error:
        reason = redacted((str(error.orig).splitlines() or [""])[0])
        todo = "Check DATABASE_URL; a new database needs `python -m commands.migrate`"
        raise SettingsError(f"the database does not serve: {reason}. {todo}") from None


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
    return Policy(criteria, playbook, team.company_domains, settings.phone_region, settings.currency), team


def _read(path: Path, load: Callable[[str, str], Loaded], wrong: type[Exception]) -> Loaded:
    try:
        return load((ROOT / path).read_text(encoding="utf-8"), path.name)
    except OSError as error:
        raise SettingsError(f"{path} cannot be read: {error.strerror}") from None
    except (wrong, UnicodeDecodeError) as error:
        raise SettingsError(f"{path}: {error}") from None


def _note_sample(settings: Settings, path: Path, playbook: Playbook) -> None:
    """A first deployment may start with the shipped playbook; nobody should overlook whom it speaks for."""
    if settings.is_production and SAMPLE_HOST in playbook.model_dump_json():
        log.warning("sample_playbook", file=str(path), meaning="visitors are greeted by the made-up company Northlight")


class Sites:
    """Every site of the deployment, kept in memory and looked up anew every two seconds.

    While the database does not answer, what was found last holds. A site whose files are broken is not served, and the
    log says why; the files are read when a process first meets the site.
    """

    def __init__(
        self, settings: Settings, database: Database, default: Served, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._settings, self._database, self._default, self._clock = settings, database, default, clock
        self._vault = Vault(settings.encryption_keys)
        self._looking = threading.Lock()
        self._met: dict[int, tuple[Files, tuple[Policy, Team] | None]] = {}
        self._told: set[str] = set()
        self._known = _Known(clock() - FRESH_S, {default.id: default}, (), {})

    def all(self) -> tuple[Served, ...]:
        return tuple(self._fresh().sites.values())

    def one(self, site_id: int) -> Served:
        """KeyError for a site there is none of; ids in our own rows may be newer than our last look."""
        if site_id not in self._fresh().sites:
            self._look()
        return self._known.sites[site_id]

    def digests(self) -> tuple[tuple[str, int], ...]:
        """Digest and site of every API key that opens."""
        return self._fresh().keys

    def secret(self, site_id: int, name: str) -> str | None:
        """A secret a further site was given; those of `default` are settings."""
        return self._fresh().secrets.get((site_id, name))

    def _fresh(self) -> _Known:
        """One caller looks; the others meanwhile take what is known."""
        if self._clock() - self._known.at >= FRESH_S and self._looking.acquire(blocking=False):
            try:
                self._look()
            finally:
                self._looking.release()
        return self._known

    def _look(self) -> None:
        try:
            with self._database.glance() as session:  # who asks may be in the middle of a transaction
                rows = [row for row in sites.all_sites(session) if row.id != self._default.id]
                keys, sealed = tuple(api_keys.valid(session)), secrets.all_secrets(session)
        except SQLAlchemyError as error:
            self._say("sites_not_looked_up", error=type(error).__name__)
            self._known = _Known(self._clock(), self._known.sites, self._known.keys, self._known.secrets)
            return
        found = [self._default, *(served for row in rows if (served := self._served(row)))]
        opened = {(row.site_id, row.name): value for row in sealed if (value := self._opened(row)) is not None}
        self._known = _Known(self._clock(), {served.id: served for served in found}, keys, opened)

    def _served(self, row: Site) -> Served | None:
        files = files_of(self._settings, row)
        if row.id not in self._met or self._met[row.id][0] != files:
            self._met[row.id] = (files, self._agreed(row, files))
        agreed = self._met[row.id][1]
        return Served(row.id, row.key, tuple(row.origins), *agreed) if agreed else None

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
