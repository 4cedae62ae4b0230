"""The data folder: everything Sidus keeps on this machine, and who holds it now."""

import json
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from filelock import FileLock, Timeout

from deploy.embedded.account import shelter_of, unprivileged
from deploy.embedded.errors import LauncherError
from deploy.embedded.files import write_private
from deploy.embedded.ledger import Ledger

NEEDED_BYTES = 256 * 1024 * 1024
CONTENTS = (
    "postgres",
    "nats",
    "logs",
    "sandbox",
    "secrets.json",
    "nats.conf",
    "processes.json",
    "migrated.json",
    "clock",
    "played",
    "running.json",
    "lock",
)


@dataclass(frozen=True, slots=True)
class Running:
    """What a launcher writes down for the other commands while it is up."""

    process: int
    ports: dict[str, int]
    stopping: bool = False

    @property
    def gateway_url(self) -> str:
        """Where callers reach the system."""
        return f"http://127.0.0.1:{self.ports['gateway']}"

    @property
    def database_server(self) -> str:
        """The database server's address, without a user: the operator's own, or the one that runs here."""
        return os.environ.get("SIDUS_DATABASE_URL", f"postgresql://127.0.0.1:{self.ports['postgres']}/postgres")


class DataFolder:
    """The folder `.sidus/` and the names of what it holds."""

    def __init__(self, root: Path) -> None:
        self.root = root.resolve()
        self.logs = self.root / "logs"
        self.sandbox = self.root / "sandbox"
        self.clock = self.root / "clock"
        self.processes = self.root / "processes.json"
        self.migrated = self.root / "migrated.json"
        self.played = self.root / "played"
        self._secrets = self.root / "secrets.json"
        self._running = self.root / "running.json"
        self._lock = self.root / "lock"

    @contextmanager
    def held(self) -> Iterator[None]:
        """Make the folder and keep every other launcher off it. Raises LauncherError where one is on it."""
        self._make()
        seconds = 30 if (before := self.running()) and before.stopping else 0.5
        lock = FileLock(self._lock)
        try:
            lock.acquire(timeout=seconds)
        except Timeout as error:
            raise LauncherError(f"Sidus already runs on {self.root}{self._by_whom()}.") from error
        try:
            yield
        finally:
            self._running.unlink(missing_ok=True)
            lock.release()

    def is_held(self) -> bool:
        """Whether a launcher is on the folder now."""
        if not self._lock.exists():
            return False
        try:
            with FileLock(self._lock).acquire(timeout=0):
                return False
        except Timeout:
            return True

    def announce(self, running: Running) -> None:
        """Write down that this launcher is up, or stopping."""
        write_private(self._running, json.dumps(asdict(running)))

    def running(self) -> Running | None:
        """What the launcher that is up has written down, if one is."""
        with suppress(FileNotFoundError):
            return Running(**json.loads(self._running.read_text()))
        return None

    def secret(self, name: str) -> str:
        """The 64 hex digits that this folder keeps under the name, made on first use."""
        known: dict[str, str] = json.loads(self._secrets.read_text()) if self._secrets.exists() else {}
        if name not in known:
            known[name] = secrets.token_hex(32)
            write_private(self._secrets, json.dumps(known, indent=2))
        return known[name]

    def clear(self) -> None:
        """Remove what Sidus has made here, and the folder itself if nothing else is in it."""
        if self.is_held():
            raise LauncherError(f"Sidus runs on {self.root}{self._by_whom()}: stop it before the reset.")
        Ledger(self.processes).end_leftovers()
        shutil.rmtree(shelter_of(self.root), ignore_errors=True)
        made = [self.root / name for name in CONTENTS] + list(self.root.glob("initdb-*"))
        for path in made:
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink(missing_ok=True)
        with suppress(OSError):
            self.root.rmdir()

    def _make(self) -> None:
        for folder in (self.root, self.logs, self.sandbox):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if unprivileged():
            self.root.chmod(0o711)
        free = shutil.disk_usage(self.root).free
        if free < NEEDED_BYTES:
            raise LauncherError(
                f"The disk that holds {self.root} is full: {free >> 20} MB are left, "
                f"and Sidus needs {NEEDED_BYTES >> 20} MB to start."
            )
        if not os.access(self.root, os.W_OK):
            raise LauncherError(f"{self.root} cannot be written to: choose another folder with --data.")

    def _by_whom(self) -> str:
        running = self.running()
        return f" (process {running.process}, {running.gateway_url})" if running else ""
