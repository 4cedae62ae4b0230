"""NATS with JetStream from its wheel: on loopback, flushed at every write, one user per service."""

import json
import socket
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from types import TracebackType
from typing import Any, Self

from deploy.embedded import binaries
from deploy.embedded.child import Child, Program
from deploy.embedded.landscape import SERVICES
from deploy.embedded.ports import HOST, free_port
from deploy.embedded.waiting import until
from shared.events.names import LANES, durable_of, stream_of

ADMINISTRATOR = "sidus"
START_SECONDS = 30.0


def permissions(service: str) -> dict[str, Any]:
    """What a service may do: publish its own events, own its stream, read through its own consumers.

    No service may read another's raw messages, delete a stream, or use a consumer that is not its own.
    """
    own = stream_of(service)
    publish = [f"evt.{service}.>", "$JS.API.INFO", f"$JS.API.STREAM.MSG.GET.{own}", f"$JS.API.DIRECT.GET.{own}.>"]
    publish += [f"$JS.API.STREAM.{verb}.{own}" for verb in ("CREATE", "UPDATE", "INFO")]
    durables = [(owner, durable_of(service, owner, lane)) for owner in SERVICES for lane in LANES]
    for owner, durable in durables:
        consumer = f"{stream_of(owner)}.{durable}"
        publish += [f"$JS.API.CONSUMER.{verb}.{consumer}" for verb in ("CREATE", "INFO", "DELETE", "MSG.NEXT")]
        publish += [f"$JS.API.CONSUMER.CREATE.{consumer}.>", f"$JS.API.CONSUMER.DURABLE.CREATE.{consumer}"]
        publish += [f"$JS.API.STREAM.INFO.{stream_of(owner)}", f"$JS.ACK.{consumer}.>"]
    if service == "case":
        publish.append("sys.watermark.>")
    advisories = [f"$JS.EVENT.ADVISORY.CONSUMER.*.*.{durable}" for _, durable in durables]
    return {
        "publish": {"allow": sorted(set(publish))},
        "subscribe": {"allow": [f"_INBOX_{service}.>", "sys.watermark.>", *advisories]},
    }


class EmbeddedNats:
    """A NATS server with JetStream in `<folder>/nats`.

    `passwords` names a password per service and one for the administrator `sidus`; without them
    anyone on this machine may connect, which is for tests. `durable=False` flushes lazily.
    """

    def __init__(
        self, folder: Path, *, port: int = 0, passwords: Mapping[str, str] | None = None, durable: bool = True
    ) -> None:
        self.folder = folder.resolve()
        self.port = port or free_port()
        self.passwords = passwords or {}
        self.durable = durable
        self.store = self.folder / "nats"

    @classmethod
    @contextmanager
    def temporary(cls) -> Iterator[Self]:
        """A running server on a free port that is gone, with its streams, when the block ends."""
        with (
            TemporaryDirectory(prefix="sidus-", ignore_cleanup_errors=True) as folder,
            cls(Path(folder), durable=False) as server,
        ):
            yield server

    def url_for(self, user: str) -> str:
        """The address with the user's own name and password."""
        password = self.passwords.get(user)
        return f"nats://{user}:{password}@{HOST}:{self.port}" if password else f"nats://{HOST}:{self.port}"

    @property
    def url(self) -> str:
        """The administrator's address."""
        return self.url_for(ADMINISTRATOR)

    def prepare(self) -> Program:
        """Write the configuration and say how to run the server."""
        self.store.mkdir(mode=0o700, parents=True, exist_ok=True)
        configuration = self.folder / "nats.conf"
        configuration.touch(mode=0o600)
        configuration.write_text(json.dumps(self._configuration(), indent=2))
        return Program(
            name="nats",
            command=(str(binaries.nats_server()), "--config", str(configuration)),
            is_ready=self._answers,
        )

    def is_ready(self) -> bool:
        """Whether the server greets a client, which it does once its streams are recovered."""
        try:
            with socket.create_connection((HOST, self.port), timeout=1) as connection:
                return connection.recv(5) == b"INFO "
        except OSError:
            return False

    def __enter__(self) -> Self:
        program = self.prepare()
        self._child = Child.start(program, self.folder)
        until(self.is_ready, self._child, START_SECONDS)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._child.stop()

    async def _answers(self) -> bool:
        return self.is_ready()

    def _configuration(self) -> dict[str, Any]:
        jetstream = {"store_dir": str(self.store)} | ({"sync_interval": "always"} if self.durable else {})
        configuration: dict[str, Any] = {"listen": f"{HOST}:{self.port}", "jetstream": jetstream}
        if self.passwords:
            configuration["authorization"] = {"users": [self._user(name) for name in self.passwords]}
        return configuration

    def _user(self, name: str) -> dict[str, Any]:
        user: dict[str, Any] = {"user": name, "password": self.passwords[name]}
        return user | ({"permissions": permissions(name)} if name in SERVICES else {})
