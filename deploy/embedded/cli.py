"""The command `sidus`: the whole system on this machine.

What starts servers is imported where it is used, so that the other commands answer at once.
"""

import asyncio
import errno
import sys
from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Column, Table

from deploy.embedded import doctor as examination
from deploy.embedded import token as issuing
from deploy.embedded.child import end_with_parent
from deploy.embedded.errors import LauncherError
from deploy.embedded.ports import FIRST_PORT, chosen_ports
from deploy.embedded.state import DataFolder, Running

console = Console(highlight=False)
complaints = Console(stderr=True, highlight=False, soft_wrap=True)
app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="The whole system on this machine.",
)

Data = Annotated[Path, typer.Option("--data", help="The folder in which Sidus keeps everything.")]
PortBase = Annotated[int, typer.Option(help="The gateway's port; the others follow, or SIDUS_<PART>_PORT.")]
DATA = Path(".sidus")
UNWRITABLE = (errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOTDIR, errno.EEXIST)


@app.command()
def up(
    data: Data = DATA,
    port_base: PortBase = FIRST_PORT,
    demo: Annotated[bool, typer.Option(help="Play the main scenario on the first start.")] = True,
    attached: Annotated[bool, typer.Option("--attached", help="Stop when the process that started this ends.")] = False,
) -> None:
    """Start everything and stay up until Ctrl-C."""
    from deploy.embedded.staying import stay_up

    if attached:
        end_with_parent()
    asyncio.run(stay_up(DataFolder(data), chosen_ports(port_base), console, demo=demo))


@app.command()
def demo(data: Data = DATA) -> None:
    """Play the main scenario on the system that is up."""
    from deploy.embedded.staying import play

    folder = DataFolder(data)
    if not asyncio.run(play(_running(folder).gateway_url, folder)):
        raise typer.Exit(1)


@app.command()
def token(
    agency: Annotated[str, typer.Option(help="Code of an agency of the sandbox.")],
    role: Annotated[str, typer.Option(help="Role to act in, such as case_manager.")],
    officer: Annotated[str | None, typer.Option(help="The officer who acts.")] = None,
    person: Annotated[str | None, typer.Option(help="The person whose own access this is (id).")] = None,
    data: Data = DATA,
) -> None:
    """Print a bearer token for one agency and role."""
    folder = DataFolder(data)
    wanted = {"role": role, "officer": officer, "person": person}
    scope = " ".join(f"{name}:{value}" for name, value in wanted.items() if value)
    print(issuing.token(_running(folder).gateway_url, folder.sandbox, agency, scope))


@app.command()
def doctor(data: Data = DATA, port_base: PortBase = FIRST_PORT) -> None:
    """Look at everything Sidus needs and say what is wrong."""
    table = Table("", "What", Column("Found", overflow="fold"), box=None)
    found = list(examination.checks(DataFolder(data), chosen_ports(port_base)))
    for check in found:
        table.add_row("[green]✓[/]" if check.is_well else "[red]✗[/]", check.what, check.found)
    console.print(table)
    if not all(check.is_well for check in found):
        raise typer.Exit(1)


@app.command("verify-log")
def verify_log(data: Data = DATA) -> None:
    """Verify the access logs of all services; names each row that is not as it was left, and exits 1 on any.

    Where Sidus runs on servers of its own, SIDUS_DATABASE_URLS names the databases: {"case": "postgresql://…", …}.
    """
    from deploy.embedded.environment import database_urls
    from deploy.embedded.verification import named_databases, verified

    folder = DataFolder(data)
    databases = named_databases() or database_urls(folder, _running(folder).database_server)
    if asyncio.run(verified(databases, complaints)).faults:
        raise typer.Exit(1)


Agency = Annotated[str, typer.Option(help="Code of the agency whose register this is.")]
Officer = Annotated[str | None, typer.Option(help="The officer who acts; a registrar.")]


class Form(StrEnum):
    """In which form a register is written."""

    CSV = "csv"
    JSONL = "jsonl"


@app.command("import")
def import_register(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="The register: CSV or JSON Lines.")],
    agency: Agency,
    system: Annotated[str, typer.Option(help="The system that the register comes from.")] = "file",
    name: Annotated[str, typer.Option(help="What the import is to be called; nothing of a person.")] = "register",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Try every row and write nothing to the record.")] = False,
    update: Annotated[bool, typer.Option("--update", help="Update records that rows' external ids lead to.")] = False,
    form: Annotated[Form | None, typer.Option("--format", help="By the file's name, unless given.")] = None,
    officer: Officer = None,
    data: Data = DATA,
) -> None:
    """Take a register over, row by row; the same command goes on after a break. Fails if a row was refused."""
    from deploy.registers.file import Register
    from deploy.registers.screen import run_import
    from deploy.registers.sending import Wish

    folder = DataFolder(data)
    url, issue = _as_registrar(folder, agency, officer)
    register = Register.at(file, form)
    wish = Wish(name, system, dry_run, "update" if update else "report")
    if not run_import(url, issue, register, wish, console):
        raise typer.Exit(1)


@app.command("export")
def export_register(
    file: Annotated[Path, typer.Argument(dir_okay=False, help="Where to write the records.")],
    agency: Agency,
    form: Annotated[Form | None, typer.Option("--format", help="By the file's name, unless given.")] = None,
    officer: Officer = None,
    data: Data = DATA,
) -> None:
    """Write every record that an agency may see into a file, in the form that an import takes."""
    from deploy.registers.screen import run_export

    folder = DataFolder(data)
    url, issue = _as_registrar(folder, agency, officer)
    run_export(url, issue, file, form or ("csv" if file.suffix.lower() == ".csv" else "jsonl"), console)


@app.command()
def reset(data: Data = DATA) -> None:
    """Remove everything Sidus keeps in its data folder."""
    folder = DataFolder(data)
    folder.clear()
    console.print(f"{folder.root} is cleared.", soft_wrap=True)


@app.command()
def revise(
    service: Annotated[str, typer.Option(help="The service whose models changed.")],
    message: Annotated[str, typer.Option(help="What the revision does, in a few words.")],
) -> None:
    """Write a database migration from what the models have and the migrations lack."""
    from deploy.embedded.revision import write_revision

    asyncio.run(write_revision(service, message))


def main() -> None:
    """Run the command; what the operator can mend is told in one sentence."""
    try:
        app()
    except LauncherError as error:
        _complain(str(error))
    except OSError as error:
        if error.errno == errno.ENOSPC:
            _complain(f"The disk is full: {error.filename or 'a file'} could not be written.")
        if error.errno in UNWRITABLE:
            _complain(f"{error.filename} cannot be written to: choose another folder with --data.")
        raise


def _complain(sentence: str) -> None:
    complaints.print(sentence, style="red", markup=False)
    sys.exit(1)


def _as_registrar(folder: DataFolder, agency: str, officer: str | None) -> tuple[str, Callable[[], str]]:
    """The address of the system that is up, and how to get a token of a registrar of the agency."""
    url = _running(folder).gateway_url
    scope = "role:registrar" + (f" officer:{officer}" if officer else "")
    return url, lambda: issuing.token(url, folder.sandbox, agency, scope)


def _running(folder: DataFolder) -> Running:
    running = folder.running() if folder.is_held() else None
    if running is None:
        raise LauncherError(f"Sidus is not up on {folder.root}: start it with make run or sidus up.")
    return running
