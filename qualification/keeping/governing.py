"""By which criteria a site is judged: those its people agreed on, which need not be what its file says now."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from models import criteria_version as versions
from models.database import Database
from qualification.criteria import Criteria, CriteriaError, load_criteria
from qualification.keeping.agreed import InForce, Loaded, all_in_force, text_of
from qualification.policy import Policy, Trial
from qualification.versions import Version

Load = Callable[[int, Criteria], Loaded]
UNREADABLE = "version {} cannot be read by this Foyer any more, so the file judges: mend it and raise `version:`"


@dataclass(frozen=True, slots=True)
class _File:
    """A criteria file as it was when it could last be used; `broken` says why it cannot be used now."""

    stamp: tuple[int, int]
    criteria: Criteria
    broken: str = ""


class Judging:
    """Files are read when they change, versions parsed once. `load` is told of contents that are news to us."""

    def __init__(self, database: Database, load: Load) -> None:
        self._database, self._load = database, load
        self._files: dict[int, _File] = {}
        self._loaded: dict[int, tuple[str, int, str | None]] = {}
        self._texts: dict[int, Criteria | None] = {}
        self._earlier: dict[int, Earlier] = {}

    def by(self, site_id: int, policy: Policy, path: Path, in_force: InForce | None) -> tuple[Policy, str]:
        """`policy` with what judges now, and what is wrong with the file; what was good before goes on judging."""
        file = self._files[site_id] = _read(path, self._files.get(site_id), policy.criteria)
        warning, now = self._noted(site_id, file.criteria, in_force)
        if now is None:
            return replace(policy, criteria=file.criteria), file.broken
        active = self._content(site_id, now.active, file.criteria)
        note = file.broken or warning or ("" if active else UNREADABLE.format(now.active.number))
        waiting = self._content(site_id, now.waiting, file.criteria) if now.waiting else None
        trial = Trial(now.waiting.id, waiting) if now.waiting and waiting else None
        earlier = self._earlier.setdefault(site_id, Earlier(self._database, site_id))
        criteria = active or file.criteria
        return replace(policy, criteria=criteria, bar=now.bar, trial=trial, earlier=earlier), note

    def _noted(self, site_id: int, criteria: Criteria, now: InForce | None) -> tuple[str | None, InForce | None]:
        """Tells of a content once, and again when another version judges: what was right about it may not be then.

        Who looks in the middle of a transaction can keep nothing beside it: what judges goes on judging meanwhile.
        """
        known = self._loaded.get(site_id)
        if known and now and known[:2] == (criteria.content_hash, now.active.id):
            return known[2], now
        if self._database.is_in_hand:
            return None, now
        loaded = self._load(site_id, criteria)
        with self._database.glance() as session:
            now = all_in_force(session)[site_id]
        self._loaded[site_id] = (criteria.content_hash, now.active.id, loaded.warning)
        return loaded.warning, now

    def _content(self, site_id: int, version: Version, of_file: Criteria) -> Criteria | None:
        """From the file where it says the same: people see its lines. None when it cannot be read any more."""
        if version.content_hash == of_file.content_hash:
            return of_file
        if version.id not in self._texts:
            with self._database.glance() as session:
                self._texts[version.id] = _parsed(lambda: text_of(session, site_id, version.id))
        return self._texts[version.id]


def _read(path: Path, known: _File | None, at_first: Criteria) -> _File:
    good = known.criteria if known else at_first
    try:
        stat = path.stat()
        stamp = (stat.st_mtime_ns, stat.st_size)
        if known and stamp == known.stamp:
            return known
        return _File(stamp, load_criteria(path.read_text("utf-8"), path.name))
    except OSError as error:
        return _File((0, 0), good, f"{path.name} cannot be read: {error.strerror}")
    except UnicodeDecodeError:
        return _File(stamp, good, f"{path.name} is not written in UTF-8; save it as UTF-8")
    except CriteriaError as error:
        return _File(stamp, good, str(error))


def _parsed(read: Callable[[], Criteria]) -> Criteria | None:
    try:
        return read()
    except CriteriaError:
        return None


class Earlier(Mapping[int, Criteria]):
    """Versions that judged before, by number, for whoever was brought to sales by them; read when they are needed."""

    def __init__(self, database: Database, site_id: int) -> None:
        self._database, self._site_id = database, site_id
        self._found: dict[int, Criteria | None] = {}

    def __getitem__(self, number: int) -> Criteria:
        if number not in self._found:
            self._found[number] = self._look(number)
        found = self._found[number]
        if found is None:
            raise KeyError(number)
        return found

    def _look(self, number: int) -> Criteria | None:
        with self._database.glance() as session:
            row = versions.of_number(session, self._site_id, number)
        return _parsed(lambda: load_criteria(row.text, row.name)) if row else None

    def __iter__(self) -> Iterator[int]:
        return iter(self._found)

    def __len__(self) -> int:
        return len(self._found)
