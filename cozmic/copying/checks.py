"""What has to be so before the first row is copied."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum

from cozmic.copying import marker as markers
from cozmic.copying.end import End
from cozmic.copying.errors import CopyError
from cozmic.copying.marker import Marker
from cozmic.copying.tables import CopiedTable

VERSIONS, PEOPLE = "alembic_version", "users"
OTHER_DATABASE = (
    "Name an empty database (for PostgreSQL: dropdb and createdb; for SQLite: a new file)."
)


class TargetState(StrEnum):
    """What a target may be."""

    NO_TABLES = "no tables"
    NO_ROWS = "no rows"
    UNFINISHED = "unfinished"
    FINISHED = "finished"
    "It holds the school of the source, as it is or as it was."


def check_source(source: End, tables: list[CopiedTable], head: str) -> None:
    """Raise CopyError unless the source is a school with people, at this release's newest migration."""
    names = source.list_names()
    if markers.NAME in names:
        raise CopyError("SOURCE is itself an unfinished copy; finish that one first.")
    if VERSIONS not in names:
        raise CopyError("SOURCE has no school in it; look whether the address is the right one.")
    version = find_version(source)
    if version != head:
        raise CopyError(
            f"SOURCE is at migration {version}, this release at {head}; "
            "run flask db upgrade on it first (back up before)."
        )
    missing = sorted({table.name for table in tables} - names)
    if missing:
        raise CopyError(f"SOURCE lacks tables: {', '.join(missing)}.")
    if not source.count(PEOPLE):
        raise CopyError(
            f"SOURCE, {source.label}, has nobody in it: it is not the database that the school uses. Load the "
            "platform's settings first (COZMIC_INSTANCE, DATABASE_URL), or name the whole address."
        )


def list_left_behind(source: End, tables: list[CopiedTable]) -> list[str]:
    """Return the source's tables that are none of the platform's, and stay where they are."""
    return sorted(source.list_names() - {table.name for table in tables} - {VERSIONS})


def get_target_state(
    target: End,
    tables: list[CopiedTable],
    *,
    source: End,
    head: str,
    unused: Callable[[], dict[str, int]],
) -> TargetState:
    """Return what the target is; raise CopyError for what must not be written to.

    `unused` says how many rows the migrations themselves leave in each table.
    """
    names = target.list_names()
    if markers.NAME in names:
        _check_unfinished(Marker(target), source=source.label, head=head)
        return TargetState.UNFINISHED
    if not names:
        return TargetState.NO_TABLES
    others = sorted(names - {table.name for table in tables} - {VERSIONS})
    if others or VERSIONS not in names:
        raise CopyError(
            f"TARGET holds tables of something else ({', '.join(others or sorted(names))}). {OTHER_DATABASE}"
        )
    if find_version(target) != head:
        raise CopyError(
            f"TARGET is at migration {find_version(target)}, this release at {head}. {OTHER_DATABASE}"
        )
    expected = unused()
    full = [name for name in sorted(names - {VERSIONS}) if target.count(name) != expected.get(name)]
    if full and _is_same_school(source, target, tables):
        return TargetState.FINISHED
    if full:
        raise CopyError(f"TARGET is in use: there are rows in {', '.join(full)}. {OTHER_DATABASE}")
    return TargetState.NO_ROWS


def _is_same_school(source: End, target: End, tables: list[CopiedTable]) -> bool:
    """Whether both begin with the same person, made at the same microsecond."""
    people = next(table for table in tables if table.name == PEOPLE)
    places = [people.columns.index(name) for name in ("id", "username", "created_at")]
    one, other = (
        end.read(people, limit=1).decode().rstrip("\n").split("\t") for end in (source, target)
    )
    return len(one) == len(other) > 1 and all(one[place] == other[place] for place in places)


def _check_unfinished(marker: Marker, *, source: str, head: str) -> None:
    whose = marker.find("source")
    if whose != source:
        raise CopyError(
            f"TARGET is the unfinished copy of {whose}, not of {source}. {OTHER_DATABASE}"
        )
    if marker.find("head") != head:
        raise CopyError(f"TARGET is the unfinished copy of another release. {OTHER_DATABASE}")


def check_untouched(target: End, tables: list[CopiedTable]) -> None:
    """Raise CopyError where somebody else has written to an unfinished copy."""
    marker = Marker(target)
    for table in tables:
        there, put = target.count(table.name), marker.mark_of(table.name).rows
        if there != put:
            raise CopyError(
                f"TARGET was written to by somebody else: {table.name} has {there} rows, of which "
                f"the copy put {put}. {OTHER_DATABASE}"
            )


def find_version(end: End) -> str | None:
    """Return the migration that a database stands at; None: it has run none."""
    rows = end.query(f"SELECT version_num FROM {VERSIONS}")  # noqa: S608
    return str(rows[0][0]) if rows else None
