"""PostgreSQL 18 from its wheel: one cluster, on loopback, under an account without rights."""

import secrets
import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory
from types import TracebackType
from typing import Self

from deploy.embedded import binaries
from deploy.embedded.account import home_for, readable_copy, unprivileged
from deploy.embedded.child import Child, Program
from deploy.embedded.cluster import SUPERUSER, end_leftovers, make_cluster
from deploy.embedded.ports import HOST, free_port
from deploy.embedded.waiting import until

START_SECONDS = 60.0
SETTINGS = {
    "listen_addresses": HOST,
    "unix_socket_directories": "",
    "max_connections": "200",
    "timezone": "UTC",
    "log_timezone": "UTC",
    # Nothing a client sent may reach the log: no statement, no parameter, no detail, no row in an error.
    "log_statement": "none",
    "log_min_duration_statement": "-1",
    "log_parameter_max_length": "0",
    "log_parameter_max_length_on_error": "0",
    "log_error_verbosity": "terse",
    "log_min_error_statement": "panic",
    "log_min_messages": "log",
}
FORGETFUL = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


class EmbeddedPostgres:
    """A PostgreSQL cluster in `<folder>/postgres`, made on first use.

    As a context manager it starts the server, waits until it answers, and stops it at the end.
    `durable=False` gives up safety against power loss, for tests.
    """

    def __init__(self, folder: Path, *, port: int = 0, password: str = "", durable: bool = True) -> None:
        self.folder = folder.resolve()
        self.port = port or free_port()
        self.password = password or secrets.token_hex(16)
        self.durable = durable
        self.account = unprivileged()

    @classmethod
    @contextmanager
    def temporary(cls) -> Iterator[Self]:
        """A running server on a free port that is gone, with its data, when the block ends."""
        with TemporaryDirectory(prefix="sidus-", ignore_cleanup_errors=True) as folder:
            Path(folder).chmod(0o711)
            with cls(Path(folder), durable=False) as server:
                yield server

    @cached_property
    def home(self) -> Path:
        """Where the account that runs the server can reach the cluster."""
        return home_for(self.account, self.folder)

    @property
    def cluster(self) -> Path:
        """PostgreSQL's data directory."""
        return self.home / "postgres"

    @property
    def url(self) -> str:
        """The superuser's address of the maintenance database."""
        return f"postgresql://{SUPERUSER}:{self.password}@{HOST}:{self.port}/postgres"

    def prepare(self) -> Program:
        """Make the cluster if it is missing, clear away what a crash left, and say how to run it."""
        self.home.mkdir(mode=0o711, parents=True, exist_ok=True)
        installation = binaries.postgres_home()
        if self.account:
            installation = readable_copy(installation, self.home, self.account)
        if not self.cluster.exists():
            initdb = installation / "bin" / "initdb"
            make_cluster(self.cluster, initdb, self.account, self.password, durable=self.durable)
        end_leftovers(self.cluster)
        settings = {**SETTINGS, **({} if self.durable else FORGETFUL), "port": str(self.port)}
        options = (option for name, value in settings.items() for option in ("-c", f"{name}={value}"))
        return Program(
            name="postgres",
            command=(str(installation / "bin" / "postgres"), "-D", str(self.cluster), *options),
            is_ready=self._answers,
            folder=self.cluster,
            account=self.account,
            stop_signal=signal.SIGINT,
            grace=20.0,
        )

    def is_ready(self) -> bool:
        """Whether the server accepts connections: it writes so into its own pid file."""
        with suppress(FileNotFoundError):
            lines = (self.cluster / "postmaster.pid").read_text().splitlines()
            return len(lines) > 7 and lines[7].strip() == "ready"
        return False

    def __enter__(self) -> Self:
        self._child = Child.start(self.prepare(), self.folder)
        until(self.is_ready, self._child, START_SECONDS)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._child.stop()

    async def _answers(self) -> bool:
        return self.is_ready()
