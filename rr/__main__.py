"""The command line: `python -m rr …`. Everything an administrator does works from here too."""

import os
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from rr import db, export, gesture, jobs, migrations
from rr.access import SYSTEM
from rr.accounts import commands as accounts
from rr.accounts import queries as account_queries
from rr.accounts.rules import Role
from rr.config import settings
from rr.copies import backup, restore
from rr.errors import Refused
from rr.intake.imports import commands as importer
from rr.intake.imports import queries as batches
from rr.intake.imports.mappings import queries as mapping_queries
from rr.intake.imports.mappings.rules import Choices, read_upload
from rr.intake.imports.reading import open_upload
from rr.intake.rules import RowResult
from rr.labels import count
from rr.reference import load_reference
from rr.synthetic import generate as synthetic
from rr.synthetic.generate import Size


class Commands(TyperGroup):
    """The commands, of which a refusal is a sentence on standard error and the exit code 1."""

    def invoke(self, ctx: Any) -> Any:
        """Run the command that was named."""
        try:
            return super().invoke(ctx)
        except Refused as refusal:
            typer.echo(f"{refusal.headline}. {refusal.way_forward}", err=True)
            raise typer.Exit(1) from None


app = typer.Typer(cls=Commands, no_args_is_help=True, add_completion=False, help="Reflect | Recharge from the command line.")
account = typer.Typer(no_args_is_help=True, help="Who can sign in.")
app.add_typer(account, name="account")


class DateFirst(StrEnum):
    """Which comes first in a date of numbers."""

    DAY = "day"
    MONTH = "month"


EVERYBODY = 1_000_000  # accounts on one page


@app.command()
def migrate() -> None:
    """Create or upgrade the database, and load the reference lists."""
    migrations.upgrade()
    added = gesture.perform(load_reference, actor=SYSTEM)
    typer.echo(f"The database is up to date. {count(added, 'row')} of the reference lists {'was' if added == 1 else 'were'} added.")


@app.command()
def demo() -> None:
    """Fill an empty database with demonstration data: all people and requests are invented."""
    from rr import demo as demonstration  # noqa: PLC0415 (only this command needs it)

    migrations.upgrade()
    gesture.perform(load_reference, actor=SYSTEM)
    typer.echo(demonstration.fill())


@app.command()
def generate(
    size: Annotated[Size, typer.Option(help="S: the real programme; M: ten times, L: a hundred times as much")],
    seed: Annotated[int, typer.Option(help="the same number gives the same data")] = 1,
) -> None:
    """Fill an empty database with synthetic data for benchmarks: all people and requests are invented."""
    migrations.upgrade()
    gesture.perform(load_reference, actor=SYSTEM)
    typer.echo(synthetic.generate(size, seed))


@account.command("add")
def account_add(
    email: Annotated[str, typer.Option(help="the address that they sign in with")],
    name: Annotated[str, typer.Option(help="as colleagues call them")],
    role: Annotated[Role, typer.Option(help="what they may do")],
) -> None:
    """Make an account, and print a one-time link to set its password."""
    number = gesture.perform(accounts.add_account, email=email, name=name, role=role, actor=SYSTEM)
    _print_link(number)


@account.command("link")
def account_link(email: str) -> None:
    """Print a new one-time link for an account: for a forgotten password. Earlier links stop working."""
    _print_link(_number(email))


@account.command("disable")
def account_disable(email: str) -> None:
    """Disable an account. It counts from the person's next click; what they did stays theirs."""
    gesture.perform(accounts.disable, _number(email), actor=SYSTEM)
    typer.echo(f"{email} is disabled.")


@account.command("enable")
def account_enable(email: str) -> None:
    """Let a disabled account sign in again, with the password it had."""
    gesture.perform(accounts.enable, _number(email), actor=SYSTEM)
    typer.echo(f"{email} can sign in again.")


@account.command("list")
def account_list() -> None:
    """List all accounts."""
    with db.reading() as session:
        for row in account_queries.accounts(session, actor=SYSTEM, per_page=EVERYBODY).rows:
            typer.echo(f"{row.email}\t{row.name}\t{row.role.label}\t{row.state.label}")


@app.command()
def clean() -> None:
    """Remove what has expired: form keys, counts of tries, sign-ins, one-time links, unsaved words. A server does it every hour."""
    typer.echo(f"{count(jobs.clean(), 'row')} removed.")


@app.command("import-signups")
def import_signups(
    file: Annotated[Path, typer.Argument(help="an export of the sign-up form, CSV or Excel")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="say what would happen, and write nothing")] = False,
    mapping: Annotated[str, typer.Option(help="read it by the columns that are remembered under this name")] = "",
    first: Annotated[DateFirst | None, typer.Option(help="which comes first in dates such as 03/04/2024")] = None,
) -> None:
    """Import sign-ups. Exit 0: every row is new or a duplicate; 1: some were refused or changed, or the file has a problem; 2: it can't be

    read.
    """
    try:
        upload = open_upload(file.name, file.read_bytes())
        with db.reading() as session:
            known = mapping_queries.known(session, actor=SYSTEM)
        if mapping and mapping not in (saved := [one.name for one in known.mappings]):
            raise Refused(f"No columns are remembered as “{mapping}”", f"Known are: {', '.join(saved) or 'none'}.")
        choices = Choices(day_first=None if first is None else first is DateFirst.DAY)
        found = read_upload(upload, known, choices, name=mapping)
        if dry_run:
            with db.reading() as session:
                outcome = importer.preview(session, found, actor=SYSTEM)
        else:
            number = gesture.perform(importer.import_signups, found, actor=SYSTEM)
            with db.reading() as session:
                outcome = batches.batch(session, number, actor=SYSTEM)
    except OSError as fault:
        typer.echo(f"{file} can't be read: {fault.strerror}.", err=True)
        raise typer.Exit(2) from None
    except Refused as refusal:
        typer.echo(f"{refusal.headline}. {refusal.way_forward}", err=True)
        raise typer.Exit(2) from None
    typer.echo(" ".join(f"{result.many}: {getattr(outcome, result)}." for result in RowResult))
    for sentence in (*found.notes, *found.problems):
        typer.echo(sentence)
    if found.unclear_dates:
        typer.echo("Say --first day or --first month.")
    for row in outcome.rows:
        if row.why:
            typer.echo(f"line {row.line}, entry {row.entry_id or 'without a number'}: {row.result.label.lower()}: {row.why}")
    if outcome.refused or outcome.changed or found.problems:
        raise typer.Exit(1)


@app.command("backup")
def make_backup(
    file: Annotated[Path, typer.Argument(help="where the backup goes")],
    replace: Annotated[bool, typer.Option("--replace", help="write over a file that is there")] = False,
) -> None:
    """Make a verified copy of the database while the app runs. It holds personal data: keep it as safe as the database."""
    made = backup.backup(file, replace=replace)
    typer.echo(f"{file}: {made.rows} rows at revision {made.revision}, {made.size} bytes, verified.")


@app.command("restore")
def restore_backup(
    file: Annotated[Path, typer.Argument(help="a backup")],
    replace: Annotated[bool, typer.Option("--replace", help="PostgreSQL: also when the database isn't empty")] = False,
) -> None:
    """Put a backup in the place of the database. Stop the app first. What was there is kept, under the name that is printed."""
    done = restore.restore(file, replace=replace)
    typer.echo(
        f"{count(done.rows, 'row')} {'is' if done.rows == 1 else 'are'} restored, at revision {done.revision}. Everybody signs in anew."
    )
    if not done.sealed:
        typer.echo(f"{file} has no seal, so only its structure could be checked: it wasn't made by python -m rr backup.")
    if done.kept:
        typer.echo(f"What was there before is {done.kept}. It holds personal data: delete it once it isn't needed.")


@app.command("export")
def export_tables(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="a new or empty folder")],
    kind: Annotated[export.Kind, typer.Option(help="xlsx: workbooks, in which each text stays a text")] = export.Kind.CSV,
) -> None:
    """Write the whole database as CSV, or as workbooks, with a data dictionary. It holds personal data."""
    written = export.export(folder, kind)
    typer.echo(f"{folder}: {written.tables} tables with {written.rows} rows, and data_dictionary.{kind}.")


def _number(email: str) -> int:
    with db.reading() as session:
        if (found := account_queries.account_id(session, email, actor=SYSTEM)) is not None:
            return found
    typer.echo(f"There is no account with the address {email}. See python -m rr account list.", err=True)
    raise typer.Exit(1)


def _print_link(number: int) -> None:
    secret = gesture.perform(accounts.make_link, number, actor=SYSTEM)
    typer.echo(f"Within three days, and once: {settings().base_url}/password/{secret}")


if __name__ == "__main__":
    os.umask(0o077)  # what is made here holds people's words: for the operator alone
    app()
