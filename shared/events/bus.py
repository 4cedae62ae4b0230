"""The connection to NATS: made in the background, kept for ever, so that writes go on while NATS is away."""

import asyncio
from urllib.parse import urlsplit

import nats
import structlog
from nats.aio.client import Client
from nats.errors import Error as NatsError
from nats.js import JetStreamContext

log = structlog.get_logger("bus")

RETRY_SECONDS = 0.5


class Bus:
    """One process's connection to NATS."""

    def __init__(self, url: str, service: str) -> None:
        self._url = url
        self._service = service
        self._client: Client | None = None
        self._connecting: asyncio.Task[None] | None = None
        self._ready = asyncio.Event()

    @property
    def connected(self) -> bool:
        """Whether messages can be sent at this moment."""
        return self._client is not None and self._client.is_connected

    @property
    def client(self) -> Client:
        """The connection; only after `wait`."""
        assert self._client is not None
        return self._client

    def start(self) -> None:
        """Begin connecting; returns at once."""
        self._connecting = asyncio.create_task(self._connect(), name="bus")

    async def wait(self) -> JetStreamContext:
        """JetStream, as soon as there has been a connection."""
        await self._ready.wait()
        return self.client.jetstream(timeout=3)

    async def stop(self) -> None:
        """Let go of the connection."""
        if self._connecting:
            self._connecting.cancel()
        if self._client and not self._client.is_closed:
            await self._client.close()

    async def _connect(self) -> None:
        while self._client is None:
            try:
                self._client = await nats.connect(
                    self._url,
                    name=self._service,
                    inbox_prefix=f"_INBOX_{urlsplit(self._url).username or self._service}".encode(),
                    connect_timeout=2,
                    reconnect_time_wait=RETRY_SECONDS,
                    max_reconnect_attempts=-1,
                    allow_reconnect=True,
                    ping_interval=15,
                    max_outstanding_pings=2,
                    error_cb=self._failed,
                    disconnected_cb=self._lost,
                    reconnected_cb=self._back,
                )
            except (OSError, NatsError):
                await asyncio.sleep(RETRY_SECONDS)
        self._ready.set()
        log.info("connected")

    async def _failed(self, error: Exception) -> None:
        log.warning("bus failed", reason=str(error) if "permissions" in str(error) else type(error).__qualname__)

    async def _lost(self) -> None:
        log.warning("disconnected")

    async def _back(self) -> None:
        log.info("reconnected")
