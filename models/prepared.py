"""Statements compiled once: a database answers in microseconds, building a statement takes far longer.

For what every turn does. Everything else reads better as an ordinary statement.
"""

from collections import namedtuple
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from typing import Any, cast

from sqlalchemy import Connection, Dialect, Table, bindparam, insert, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

Convert = Callable[[Any], Any] | None


CONNECTION = "foyer.connection"
"""Where a session keeps the connection of its one transaction; asking it each time costs as much as a small look-up."""


class Prepared:
    """A Core statement whose parameters are `bindparam`s. It runs in the session's transaction and on its connection.

    Entities the session has loaded do not learn of what it writes.
    """

    def __init__(self, statement: Any) -> None:
        self._statement = statement
        self._compiled: dict[str, _Compiled] = {}

    def rows(self, session: Session, **given: Any) -> list[Any]:
        """Named tuples of what it selects or returns."""
        connection = session.info.get(CONNECTION) or session.connection()
        ready = self._compiled.get(connection.dialect.name)
        if ready is None:
            ready = self._compiled[connection.dialect.name] = _Compiled(self._statement, connection.dialect)
        return ready.run(connection, given)

    def row(self, session: Session, **given: Any) -> Any:
        """The first row, or None."""
        found = self.rows(session, **given)
        return found[0] if found else None

    def run(self, session: Session, **given: Any) -> None:
        self.rows(session, **given)


class _Compiled:
    """For one database: its words, and how values go in and come out, by the columns' types."""

    def __init__(self, statement: Any, dialect: Dialect) -> None:
        compiled = statement.compile(dialect=dialect)
        self._dialect = dialect
        self._sql = str(compiled)
        self._named = not compiled.positional
        self._into: list[tuple[str, Any, Convert]] = [
            (name, compiled.binds[name].value, _bind(compiled.binds[name].type, dialect))
            for name in (compiled.bind_names.values() if self._named else compiled.positiontup)
        ]
        self._columns = list(getattr(statement, "exported_columns", ()))
        self._row = _row_of([column.key for column in self._columns])
        self._out: list[tuple[int, Callable[[Any], Any]]] | None = None  # known with the first answer

    def run(self, connection: Connection, given: Mapping[str, Any]) -> list[Any]:
        values = [
            value if convert is None else convert(value)
            for name, fixed, convert in self._into
            for value in (given.get(name, fixed),)
        ]
        cursor = connection.connection.cursor()
        try:
            cursor.execute(self._sql, dict(zip(self._names(), values, strict=True)) if self._named else values)
            return self._read(cursor) if self._columns else []
        except self._dialect.loaded_dbapi.Error as error:
            raise _told(error, self._sql, self._dialect) from error
        finally:
            cursor.close()

    def _names(self) -> Iterable[str]:
        return (name for name, _, _ in self._into)

    def _read(self, cursor: Any) -> list[Any]:
        if self._out is None:
            codes = [column[1] for column in cursor.description]
            kinds = [column.type for column in self._columns]
            found = [_result(kind, self._dialect, code) for kind, code in zip(kinds, codes, strict=True)]
            self._out = [(place, convert) for place, convert in enumerate(found) if convert]
        make, out = self._row._make, self._out
        return [make(_converted(row, out)) for row in cursor.fetchall()] if out else [*map(make, cursor.fetchall())]


def _row_of(names: list[str]) -> Any:
    return namedtuple("Row", names, rename=True)


def _converted(row: Iterable[Any], out: list[tuple[int, Callable[[Any], Any]]]) -> list[Any]:
    values = list(row)
    for place, convert in out:
        values[place] = convert(values[place])
    return values


def _bind(kind: Any, dialect: Dialect) -> Convert:
    found: Convert = kind.dialect_impl(dialect).bind_processor(dialect)
    return found


def _result(kind: Any, dialect: Dialect, code: Any) -> Convert:
    found: Convert = kind.dialect_impl(dialect).result_processor(dialect, code)
    return found


def _told(error: Any, sql: str, dialect: Dialect) -> BaseException:
    """As SQLAlchemy says it, without the values: they are a visitor's words."""
    made: BaseException = DBAPIError.instance(
        sql, None, error, dialect.loaded_dbapi.Error, hide_parameters=True, dialect=dialect
    )
    return made


@cache
def adding(table: Table, columns: frozenset[str], returning: str | None = None) -> Prepared:
    """An INSERT of these columns, and of plain defaults for the others, that returns one column."""
    statement = insert(table).values(placed(table, columns))
    return Prepared(statement.returning(table.columns[returning]) if returning else statement)


def placed(table: Table, columns: Iterable[str]) -> dict[str, Any]:
    """The values of an INSERT: parameters for these columns, and the plain defaults of the others."""
    given = {name: bindparam(name, type_=table.columns[name].type) for name in columns}
    defaults = {
        column.key: bindparam(column.key, cast(Any, column.default).arg, type_=column.type)
        for column in table.columns
        if column.key not in given and column.default is not None and column.default.is_scalar
    }
    return defaults | given


@cache
def changing(table: Table, columns: frozenset[str]) -> Prepared:
    """An UPDATE of one row of a site: parameters are the columns, `the_site` and `the_id`."""
    given = {name: bindparam(name, type_=table.columns[name].type) for name in columns}
    ours = (table.columns["site_id"] == bindparam("the_site"), table.columns["id"] == bindparam("the_id"))
    return Prepared(update(table).where(*ours).values(given))
