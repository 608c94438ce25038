"""What the doctor looks at in our own house: files, database, deliveries, Redis, language pipeline, widget."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

from limits.storage import storage_from_string
from sqlalchemy import select

from commands.doctor_sites import look_at_sites
from commands.finding import Finding, Level, said
from config.settings import ROOT, Settings
from models import inbox, outbox
from models.database import Database
from models.lease import Lease
from models.migrate import is_current
from qualification.assembly import SAMPLE_HOST
from qualification.criteria import CriteriaError, load_criteria
from qualification.playbook import PlaybookError, load_playbook
from qualification.team import TeamError, load_team

WIDGET = ROOT / "widget" / "dist" / "w.js"
LATE = timedelta(minutes=2)
MIGRATE = "Run `python -m commands.migrate`."
DEAD_LETTERS = 'docs/operations.md, "Dead letters", says how to look at them and send them again.'

NOT_TAKEN = 'It is tried again. docs/operations.md, "What to do when", says what Slack wants.'


def look_at_files(settings: Settings) -> Iterator[Finding]:
    yield _file(settings.criteria_file, load_criteria, CriteriaError)
    yield _file(settings.playbook_file, load_playbook, PlaybookError)
    yield _file(settings.team_file, load_team, TeamError)
    if SAMPLE_HOST in (ROOT / settings.playbook_file).read_text(encoding="utf-8"):
        level: Level = "error" if settings.is_production else "warning"
        fix = "Write your own and name it in PLAYBOOK_FILE; docs/playbook.md explains it."
        yield Finding(level, str(settings.playbook_file), "speaks for the made-up company Northlight", fix)


def _file(path: Path, load: Callable[[str, str], object], wrong: type[Exception]) -> Finding:
    try:
        load((ROOT / path).read_text(encoding="utf-8"), path.name)
    except OSError as error:
        return Finding("error", str(path), f"cannot be read: {error.strerror}", "Give its place in the settings.")
    except UnicodeDecodeError:
        return Finding("error", str(path), "is not UTF-8", "Save it as UTF-8.")
    except wrong as error:
        return Finding("error", str(path), str(error), "Mend the lines named.")
    return Finding("ok", str(path), "loads")


def look_at_database(settings: Settings, now: datetime) -> Iterator[Finding]:
    database = Database(settings.database_url.get_secret_value())
    name = database.engine.dialect.name
    try:
        database.is_reachable()
        yield Finding("ok", "database", f"{name} answers")
        yield from _schema(settings, database, now)
    except Exception as error:
        fix = "Check DATABASE_URL, and that the database runs and lets this machine in."
        yield Finding("error", "database", f"{name} does not answer: {said(error)}", fix)
    finally:
        database.engine.dispose()


def _schema(settings: Settings, database: Database, now: datetime) -> Iterator[Finding]:
    if not is_current(database):
        yield Finding("error", "migrations", "the schema is not the newest", MIGRATE)
        return
    yield Finding("ok", "migrations", "the schema is the newest")
    yield _deliveries(settings, database, now)
    yield _dead_letters(database)
    yield _inbox(database, now)
    with database.read() as session:
        yield from look_at_sites(settings, session)


def _deliveries(settings: Settings, database: Database, now: datetime) -> Finding:
    """Whether somebody keeps our promises: nobody tells us, but what is long due tells."""
    with database.read() as session:
        oldest = outbox.oldest_open(session)
        holder = session.scalar(select(Lease.holder).where(Lease.name == "worker", Lease.until > now))
    who = f"{holder} delivers" if holder else "nothing says that nobody delivers"
    if oldest is None or now - oldest.run_at <= LATE:
        return Finding("ok", "deliveries", f"none is late; {who}")
    waits = f"the oldest has waited {(now - oldest.created_at).total_seconds() / 60:.0f} min"
    if not settings.has_slack and oldest.channel == "slack":
        return Finding("warning", "deliveries", f"{waits} for Slack, which is not connected", "See docs/slack.md.")
    why = f"; last error: {oldest.error}" if oldest.error else ""
    start = "Start the worker (`python -m delivery`), or set EMBEDDED_WORKER=1; see its log."
    return Finding("error", "deliveries", f"{waits}{why}", NOT_TAKEN if holder and oldest.error else start)


def _dead_letters(database: Database) -> Finding:
    with database.read() as session:
        dead = outbox.open_counts(session).get("dead", 0)
    if not dead:
        return Finding("ok", "dead letters", "none")
    return Finding("error", "dead letters", f"{dead} could not be delivered and wait for a person", DEAD_LETTERS)


def _inbox(database: Database, now: datetime) -> Finding:
    with database.read() as session:
        oldest = inbox.oldest_pending(session)
    if oldest is None or now - oldest <= LATE:
        return Finding("ok", "inbox", "everything that came in is worked")
    waits = f"something has waited {(now - oldest).total_seconds() / 60:.0f} min"
    return Finding("error", "inbox", waits, "See the worker's log for `inbox`; start the worker if it is not running.")


def look_at_redis(settings: Settings) -> Iterator[Finding]:
    if settings.redis_url is None:
        return
    storage = storage_from_string(settings.redis_url.get_secret_value(), socket_timeout=2, socket_connect_timeout=2)
    if storage.check():
        yield Finding("ok", "Redis", "answers")
        return
    fix = "Check REDIS_URL; until it answers every process counts for itself."
    yield Finding("warning", "Redis", "does not answer", fix)


def look_at_pipeline(now: datetime) -> Iterator[Finding]:
    from qualification.facts import Utterance
    from qualification.understanding import understand  # heavy: only when somebody asks

    heard = understand(Utterance("My address is ada@acme.io", now))
    if any(entity.label == "email" for entity in heard.entities):
        yield Finding("ok", "language pipeline", "understands")
    else:
        fix = "Check out the repository anew, or install requirements.txt again."
        yield Finding("error", "language pipeline", "finds no address in a sentence", fix)


def look_at_widget(path: Path = WIDGET) -> Iterator[Finding]:
    if path.exists():
        yield Finding("ok", "widget", "is built")
    else:
        yield Finding("error", "widget", f"{path} is missing", "Run `make widget`, or check out the repository anew.")
