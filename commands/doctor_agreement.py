"""What the doctor looks at in the agreement: which criteria judge, what waits for people, and who may agree."""

from collections.abc import Iterator
from datetime import UTC, datetime

from sqlalchemy.exc import SQLAlchemyError

from commands.finding import Finding
from config.settings import ROOT, Settings
from models import site as sites
from models.database import Database
from models.site import Site
from qualification.agreement import Agreement
from qualification.assembly import files_of
from qualification.criteria import CriteriaError, load_criteria
from qualification.team import Team, TeamError, load_team
from qualification.versions import APPROVER, SIDES, approvers

ASKED = "`flask criteria approve --show` and `flask criteria threshold` say what it is about, and how to answer."


def look_at_agreement(settings: Settings) -> Iterator[Finding]:
    """Of every site; a database that does not answer, or not with the newest schema, is another finding."""
    database = Database(settings.database_url.get_secret_value())
    try:
        with database.read() as session:
            found = sites.all_sites(session)
        for site in found:
            yield from _of_site(settings, database, site)
    except SQLAlchemyError:
        return
    finally:
        database.engine.dispose()


def _of_site(settings: Settings, database: Database, site: Site) -> Iterator[Finding]:
    door = Agreement(database, {}, lambda: datetime.now(UTC), lambda: None, not settings.is_production)
    what, files = f"criteria of {site.key}", files_of(settings, site)
    said = door.sentence(site.id)
    asks = "waits for" in said
    yield Finding("warning" if asks else "ok", what, said or "not read by any process yet", ASKED if asks else "")
    try:
        path = ROOT / files.criteria
        wrong = door.warning(site.id, load_criteria(path.read_text("utf-8"), path.name))
        team = load_team((ROOT / files.team).read_text("utf-8"), files.team.name)
    except (CriteriaError, TeamError, OSError, UnicodeDecodeError):
        return  # told where the files are looked at
    if wrong:
        yield Finding("error" if settings.is_production else "warning", what, wrong, "Raise the number in the file.")
    if settings.is_production:
        yield from _approvers(what, team)


def _approvers(what: str, team: Team) -> Iterator[Finding]:
    nobody = [side for side in SIDES if not approvers(team, side)]
    if nobody:
        roles = " and somebody else ".join(APPROVER[side] for side in nobody)
        fix = f"Give somebody the role {roles} in the team file; docs/team.md says how."
        yield Finding("warning", what, f"nobody may agree to a new version for {' and '.join(nobody)}", fix)
