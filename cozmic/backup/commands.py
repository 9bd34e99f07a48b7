"""flask backup and flask restore."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from time import perf_counter

import click
from flask import current_app
from flask.cli import with_appcontext
from sqlalchemy.exc import SQLAlchemyError

from cozmic.access.clock import get_now
from cozmic.backup.archive import Archive, open_archive
from cozmic.backup.errors import BackupError
from cozmic.backup.files import remove_older
from cozmic.backup.making import Made, back_up
from cozmic.backup.restoring import State, Target, get_state, get_tables, restore
from cozmic.backup.targets import own_target, scratch_target
from cozmic.copying.errors import CopyError
from cozmic.copying.marker import NAME
from cozmic.copying.opening import first_line
from cozmic.copying.postgres_end import PostgresEnd
from cozmic.copying.school_copy import TableReport, Told
from cozmic.copying.sqlite_end import SqliteEnd
from cozmic.copying.tables import CopiedTable
from cozmic.extensions import db
from cozmic.reads.backups import BACKED_UP
from cozmic.transaction import transaction
from cozmic.writes.audit import record

FAULTS = (*SqliteEnd.faults, *PostgresEnd.faults)
WORD = "replace"


@click.command("backup")
@click.argument("target", required=False, type=click.Path(path_type=Path))
@click.option(
    "--keep",
    type=click.IntRange(min=1),
    metavar="N",
    help="Remove older backups of this database in the same folder, but for the newest N.",
)
@with_appcontext
def backup(target: Path | None, *, keep: int | None) -> None:
    """Write the whole school, as it is at this moment, to one file; people go on working meanwhile. TARGET is a folder
    (without it: BACKUP_DIR), or a new file with an ending. The file has its name when it is whole and was read again;
    nothing is written over. It holds what the school must not lose and nobody else may read: keep it so.
    """
    began = perf_counter()
    with _faults_in_words("Nothing was written."):
        made = _back_up((target or current_app.config["BACKUP_DIR"]).absolute())
    rows, seconds = made.manifest.rows, perf_counter() - began
    click.echo(
        f"{made.path}\n{len(made.manifest.tables)} tables, {rows:,} rows, {made.bytes / 1e6:,.1f} MB, "
        f"{seconds:.1f} s, written and read again.\nsha256 {made.sha256}"
    )
    if keep is not None:
        for path in remove_older(made.path, made.manifest.source, keep=keep):
            click.echo(f"Removed {path.name}.")


def _back_up(target: Path) -> Made:
    with _progress("Writing and reading again") as counted:
        made = back_up(target, counted=counted)
    detail = f"{made.path.name}, {made.bytes:,} bytes, sha256 {made.sha256[:16]}"
    try:
        with transaction():
            record(BACKED_UP, now=made.manifest.made_at, actor_id=None, detail=detail)
    except SQLAlchemyError:  # an older migration's table, or a database that takes no writes
        click.echo(
            "The database could not take a note of it, so flask doctor will not know.", err=True
        )
    return made


@click.command("restore")
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--drill",
    is_flag=True,
    help="Rehearse: restore into a place beside the school, compare, remove it again. Changes nothing.",
)
@click.option("--replace", is_flag=True, help="Put it in the place of the school that is there.")
@click.option("--yes", is_flag=True, help="Do not ask before replacing.")
@click.option(
    "--no-backup",
    is_flag=True,
    help="With --replace: do not back up first what is replaced, since it cannot be read any more.",
)
@with_appcontext
def restore_command(file: Path, *, drill: bool, replace: bool, yes: bool, no_backup: bool) -> None:
    """Restore the school from FILE, a backup of this release or an older one, of either kind of database. The file is
    checked first, every row is compared afterwards. A database with people in it is refused without --replace, which
    asks, and backs up what is there. Stop the platform before. Stopped at any moment, the same command goes on.
    """
    with (
        _faults_in_words("Run the same command again: it goes on where it stopped."),
        open_archive(file) as archive,
    ):
        tables = get_tables(archive)
        _introduce(archive)
        with _progress("Checking the file") as counted:
            archive.check(counted(archive.manifest.rows))
        if drill:
            _rehearse(archive, tables)
        else:
            _restore(archive, tables, may_replace=replace, is_sure=yes, is_kept=not no_backup)


def _rehearse(archive: Archive, tables: list[CopiedTable]) -> None:
    began = perf_counter()
    with scratch_target() as target:
        click.echo(f"Rehearsing in {target.end.label}, apart from the school.")
        reports = _fill(archive, tables, target, State.FREE)
    _report(reports, perf_counter() - began)
    click.echo(
        "The drill went well: the backup restores, and every row is equal. Nothing was changed."
    )


def _restore(
    archive: Archive, tables: list[CopiedTable], *, may_replace: bool, is_sure: bool, is_kept: bool
) -> None:
    began = perf_counter()
    with own_target() as target:
        state = get_state(target.end, archive, tables)
        if state is State.TAKEN:
            _clear_the_way(target, may_replace=may_replace, is_sure=is_sure, is_kept=is_kept)
        if state is State.BEGUN and may_replace:
            state = State.TAKEN  # begin anew
        reports = _fill(archive, tables, target, state)
    _report(reports, perf_counter() - began)
    db.engine.dispose()
    with transaction():
        record("restore_school", now=get_now(), actor_id=None, detail=f"{archive.manifest.made_at}")
    click.echo(
        f"{target.end.label} holds the school as it was at {archive.manifest.made_at:%Y-%m-%d %H:%M} UTC. "
        "Whoever was signed in then is signed in again."
    )


def _clear_the_way(target: Target, *, may_replace: bool, is_sure: bool, is_kept: bool) -> None:
    """Have the school that is there backed up and given up, or raise BackupError."""
    label, is_school = target.end.label, "users" in target.end.list_names()
    if not may_replace:
        raise BackupError(
            f"{label} is in use; nothing was changed. --replace puts the backup in its place."
        )
    if not is_sure:
        click.echo(f"Everything in {label} will be replaced.")
        if click.prompt(f"Type {WORD} to go on", default="", show_default=False) != WORD:
            raise BackupError("nothing was changed.")
    if is_kept and is_school and NAME not in target.end.list_names():
        made = _back_up(current_app.config["BACKUP_DIR"])
        click.echo(f"What was there is kept in {made.path}.")


def _fill(
    archive: Archive, tables: list[CopiedTable], target: Target, state: State
) -> list[TableReport]:
    with _progress("Restoring and comparing") as counted:
        told = counted(2 * archive.manifest.rows)
        return restore(archive, tables, target, state=state, told=told)


def _introduce(archive: Archive) -> None:
    about = archive.manifest
    click.echo(
        f"A backup of {about.made_at:%Y-%m-%d %H:%M} UTC, from {about.source}: migration {about.migration}, "
        f"{len(about.tables)} tables, {about.rows:,} rows."
    )


def _report(reports: list[TableReport], seconds: float) -> None:
    for one in reports:
        click.echo(f"{one.name:<24}{one.rows_there:>12,}  {one.checksum_there[:16]}")
    click.echo(f"{'in all':<24}{sum(one.rows_there for one in reports):>12,}  {seconds:.1f} s")


@contextmanager
def _progress(label: str) -> Iterator[Callable[[int], Told]]:
    with ExitStack() as stack:

        def counted(rows: int) -> Told:
            bar = stack.enter_context(click.progressbar(length=rows, label=label))

            def told(_table: str, number: int) -> None:
                bar.update(number)

            return told

        yield counted


@contextmanager
def _faults_in_words(what_then: str) -> Iterator[None]:
    try:
        yield
    except (BackupError, CopyError) as error:
        message = str(error)
        raise click.ClickException(message[:1].upper() + message[1:]) from error
    except FAULTS as error:
        raise click.ClickException(
            f"A database failed: {first_line(error)}\n{what_then}"
        ) from error
