"""flask db-copy."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from time import perf_counter

import click
from flask.cli import with_appcontext

from cozmic.copying.checks import (
    OTHER_DATABASE,
    TargetState,
    check_source,
    get_target_state,
    list_left_behind,
)
from cozmic.copying.end import End
from cozmic.copying.errors import CopyError
from cozmic.copying.opening import (
    bring_to_head,
    count_what_migrations_write,
    first_line,
    get_head,
    open_end,
)
from cozmic.copying.postgres_end import PostgresEnd
from cozmic.copying.progress import AGAIN, showing_progress, stopping_in_words
from cozmic.copying.school_copy import SchoolCopy, TableReport, Told, list_changed, sum_up
from cozmic.copying.sqlite_end import SqliteEnd
from cozmic.copying.tables import CopiedTable, list_tables
from cozmic.extensions import db

REVISION = "school_revision"
"""The table that a finished copy has anew."""
SHORT_PATH = "(a short path begins at the instance folder, COZMIC_INSTANCE)"


@click.command("db-copy")
@click.argument("source")
@click.argument("target")
@click.option(
    "--as-it-was",
    is_flag=True,
    help="Finish with SOURCE as it was at the start, although people went on writing to it.",
)
@click.option(
    "--keep-open",
    is_flag=True,
    help="Do not finish: while people work, for a second run that brings over what they wrote meanwhile.",
)
@with_appcontext
def db_copy(source: str, target: str, *, as_it_was: bool, keep_open: bool) -> None:
    """Copy the school in SOURCE into TARGET, an empty database, and compare every row. Both are addresses as
    DATABASE_URL takes them, SQLite or PostgreSQL; a short path, sqlite:///name, begins at the instance folder. SOURCE
    is only read. Stopped at any moment, the same command goes on where it was; it refuses a TARGET that is neither
    empty nor its own unfinished copy.
    """
    if as_it_was and keep_open:
        raise click.UsageError("--as-it-was finishes the copy, --keep-open does not.")
    ending = Ending(is_open=keep_open, is_as_it_was=as_it_was)
    try:
        with (
            stopping_in_words(),
            open_end("SOURCE", source, is_source=True) as one,
            open_end("TARGET", target, is_source=False) as other,
        ):
            for end, name, address in ((one, "From", source), (other, "to  ", target)):
                is_short = address.startswith("sqlite:///") and address[10:11] != "/"
                click.echo(f"{name} {end.title}{f' {SHORT_PATH}' if is_short else ''}")
            _copy(one, other, lambda: bring_to_head(target), ending)
    except CopyError as error:
        raise click.ClickException(str(error)) from error
    except (*SqliteEnd.faults, *PostgresEnd.faults) as error:
        raise click.ClickException(f"A database failed: {first_line(error)}\n{AGAIN}") from error


@dataclass(frozen=True, slots=True)
class Ending:
    """What becomes of a copy that is equal to its source."""

    is_open: bool
    "It stays unfinished."
    is_as_it_was: bool
    "It is finished although the source has moved on."


def _copy(source: End, target: End, migrate: Callable[[], None], ending: Ending) -> None:
    began = perf_counter()
    if type(source) is type(target) and source.identity() == target.identity():
        raise CopyError("SOURCE and TARGET are the same database.")
    tables, head = list_tables(db.metadata), get_head()
    with source.snapshot():
        check_source(source, tables, head)
        state = get_target_state(
            target, tables, source=source, head=head, unused=count_what_migrations_write
        )
        before, total = source.state(), _announce(source, tables)
        if state is TargetState.FINISHED:
            _compare_finished(source, target, tables, rows=2 * total)
            return
        with showing_progress(2 * total, "Copying and comparing") as told:
            copy = SchoolCopy(source, target, tables, head=head, told=told)
            copy.prepare(state, migrate)
            reports = copy.copy()
    _report(reports, seconds=perf_counter() - began)
    if not all(report.is_equal for report in reports):
        raise CopyError(f"the copy is not equal to SOURCE, and not finished. {AGAIN}")
    if ending.is_open:
        click.echo(
            "Every row is equal. The copy is left open: stop the platform, then run the same command without "
            "--keep-open. It brings over what changed, and finishes."
        )
        return
    _check_nobody_wrote(source, tables, reports, before=before, as_it_was=ending.is_as_it_was)
    copy.finish()
    click.echo(f"{target.title} now holds the school; point DATABASE_URL at it.")


def _compare_finished(source: End, target: End, tables: list[CopiedTable], *, rows: int) -> None:
    """Say that the school is there already; raise CopyError where the two have gone different ways."""
    with showing_progress(rows, "Comparing") as told:
        differing = [
            table.name
            for table in tables
            if table.name != REVISION and sum_up(source, table, told) != sum_up(target, table, told)
        ]
    if differing:
        raise CopyError(
            f"TARGET is a finished copy of this school, and not what SOURCE is now ({', '.join(differing)}): what was "
            f"written in SOURCE since is not in it. Copy anew. {OTHER_DATABASE} A copy made with --keep-open would "
            "have gone on."
        )
    click.echo(
        f"{target.title} holds the school already, equal row by row; point DATABASE_URL at it."
    )


def _announce(source: End, tables: list[CopiedTable]) -> int:
    """Say what is going to be copied, and return how many rows that is."""
    counts = {table.name: source.count(table.name) for table in tables}
    click.echo()
    for name, number in counts.items():
        click.echo(f"{name:<24}{number:>12,}")
    total = sum(counts.values())
    click.echo(f"{'in all':<24}{total:>12,}\n")
    if left := list_left_behind(source, tables):
        click.echo(f"Not the platform's, and not copied: {', '.join(left)}.\n")
    return total


def _report(reports: list[TableReport], *, seconds: float) -> None:
    click.echo(f"\n{'table':<24}{'rows':>12}  {'checksum':<18}{'seconds':>8}")
    for one in reports:
        line = f"{one.name:<24}{one.rows:>12,}  {one.checksum[:16]:<18}{one.seconds:>8.1f}"
        if not one.is_equal:
            line += f"  DIFFERENT: TARGET has {one.rows_there:,} rows, {one.checksum_there[:16]}"
        click.echo(line)
    rows = sum(one.rows for one in reports)
    click.echo(f"{'in all':<24}{rows:>12,}  {'':<18}{seconds:>8.1f}\n")


def _check_nobody_wrote(
    source: End,
    tables: list[CopiedTable],
    reports: list[TableReport],
    *,
    before: str,
    as_it_was: bool,
) -> None:
    """Raise CopyError where the source has moved on: what was written since stands there alone."""
    with source.snapshot():
        if source.state() == before:
            return
        ignore: Told = lambda _table, _rows: None  # noqa: E731
        changed = list_changed(source, tables, reports, ignore)
    if not changed:
        return
    names = ", ".join(changed)
    if as_it_was:
        click.echo(f"Left out, since it was written after the copy began: changes of {names}.")
        return
    raise CopyError(
        f"people wrote to SOURCE while it was copied ({names}), so the copy is not finished. "
        "Stop the platform and run the same command again: it brings over what changed."
    )
