"""Composition: settings become a database, the agreed files, and the doors that work with them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

from config.settings import ROOT, Settings, SettingsError
from models import site as sites
from models.database import Database
from qualification.criteria import CriteriaError, load_criteria
from qualification.enquiry import Enquiry
from qualification.handoff import Handoff
from qualification.intake import Intake
from qualification.playbook import PlaybookError, load_playbook
from qualification.policy import Policy
from qualification.team import Team, TeamError, load_team

DEFAULT_SITE = "default"
Clock = Callable[[], datetime]
Loaded = TypeVar("Loaded")


@dataclass(frozen=True)
class House:
    """One deployment, put together: what web, worker, Slack and commands are given."""

    settings: Settings
    database: Database
    clock: Clock
    site_id: int
    policies: Mapping[int, Policy]
    team: Team
    intake: Intake
    handoff: Handoff
    enquiry: Enquiry


def utc_now() -> datetime:
    return datetime.now(UTC)


def assemble(settings: Settings, told: Callable[[], None], clock: Clock = utc_now) -> House:
    """The doors of a deployment; `told` is called after commits. SettingsError says what is wrong."""
    policy = load_policy(settings)
    team = _read(settings.team_file, load_team, TeamError)
    database = Database(settings.database_url.get_secret_value())
    with database.begin() as session:
        site_id = sites.find_or_add(session, DEFAULT_SITE, clock())
    policies = {site_id: policy}
    return House(
        settings=settings,
        database=database,
        clock=clock,
        site_id=site_id,
        policies=policies,
        team=team,
        intake=Intake(database, policies, clock, told),
        handoff=Handoff(database, policies, clock, told),
        enquiry=Enquiry(database, policies),
    )


def load_policy(settings: Settings) -> Policy:
    return Policy(
        criteria=_read(settings.criteria_file, load_criteria, CriteriaError),
        playbook=_read(settings.playbook_file, load_playbook, PlaybookError),
        region=settings.phone_region,
        currency=settings.currency,
    )


def _read(path: Path, load: Callable[[str, str], Loaded], wrong: type[Exception]) -> Loaded:
    try:
        return load((ROOT / path).read_text(encoding="utf-8"), path.name)
    except OSError as error:
        raise SettingsError(f"{path} cannot be read: {error.strerror}") from None
    except (wrong, UnicodeDecodeError) as error:
        raise SettingsError(f"{path}: {error}") from None
