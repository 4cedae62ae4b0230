"""The application of a service: its routers, its subscriptions, and everything that surrounds them."""

import asyncio
import contextlib
import gc
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import partial

import structlog
from fastapi import APIRouter, FastAPI, Request
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlalchemy.orm import DeclarativeBase
from starlette.responses import JSONResponse

from shared import agencies
from shared.access import anchors, log_routes
from shared.access.projection import Currency
from shared.access.sealer import Sealer
from shared.actor import Actor
from shared.clock import Clock
from shared.db.engine import connect, sessions
from shared.db.errand import Surroundings
from shared.events import dead_letters
from shared.events.bus import Bus
from shared.events.consumer import Consumer, Subscription
from shared.events.relay import Relay, prune
from shared.events.topology import KEPT_FOR
from shared.http.context import RequestContext
from shared.http.faults import tell_faults
from shared.http.limits import BodyLimit
from shared.http.peer import Peers
from shared.http.problems import Forbidden, Malformed, Unauthorised, Unavailable, problems
from shared.http.routing import API
from shared.labels import Labels
from shared.rights import routes as rights_routes
from shared.security import internal_token
from shared.security.statements import Signer
from shared.settings import ServiceSettings
from shared.telemetry import logs, metrics

log = structlog.get_logger("app")

PRUNE_SECONDS = 3600.0
SELDOM = 20_000
"""How many objects that may hold others are made between collections."""

Worker = Callable[["Runtime"], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Service:
    """What makes one service: its features, whom it follows, and what it does of its own accord."""

    name: str
    title: str
    tables: type[DeclarativeBase]
    routers: Sequence[APIRouter]
    labels: Labels
    subscriptions: Sequence[Subscription] = ()
    workers: Sequence[Worker] = ()
    internal: Sequence[APIRouter] = ()
    public: Sequence[APIRouter] = ()
    decides_grants: bool = False


@dataclass(slots=True)
class Runtime:
    """A service at work: its connections and everything that runs beside the requests."""

    name: str
    settings: ServiceSettings
    clock: Clock
    engine: AsyncEngine
    bus: Bus
    relay: Relay
    peers: Peers
    around: Surroundings
    consumers: dict[str, Consumer]
    labels: Labels
    loops: Sequence[Callable[[], Awaitable[None]]]
    tasks: list[asyncio.Task[None]] = field(default_factory=list)

    def actor_of(self, request: Request) -> Actor:
        """Who acts, by the internal token; nothing else is believed."""
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer":
            raise Unauthorised("The gateway's token is missing.")
        try:
            return internal_token.verify(
                token, service=self.name, keys=self.settings.trusted_keys, now=self.clock.now()
            )
        except internal_token.InternalTokenRefused as error:
            raise Unauthorised("The gateway's token is not valid.") from error


def create_app(service: Service) -> FastAPI:
    """The service as an ASGI application. Its environment is read when it starts, not when it is imported."""

    @contextlib.asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        spare_collections()
        app.state.runtime = runtime = build_runtime(service, ServiceSettings())
        logs.configure(service.name, runtime.settings.log_level)
        start(service, runtime)
        log.info("ready")
        try:
            yield
        finally:
            await stop(runtime)

    app = FastAPI(
        title=f"Sidus: {service.title}",
        version="1",
        lifespan=lifespan,
        redirect_slashes=False,
        docs_url=None,
        redoc_url=None,
        separate_input_output_schemas=False,
        responses=problems(Malformed, Unauthorised, Forbidden, Unavailable),
        generate_unique_id_function=lambda route: route.name,
    )
    of_every_service = (
        log_routes.router(service.name),
        rights_routes.router(service.name, service.tables),
        dead_letters.router(service.name),
    )
    for router in (*service.routers, *of_every_service):
        app.include_router(router, prefix=API)
    internal = (log_routes.internal(), rights_routes.internal(service.name, service.tables), *service.internal)
    for router in (*internal, *service.public):
        app.include_router(router)
    app.add_route("/metrics", metrics.exposition)
    app.add_route("/health/live", _live)
    app.add_route("/health/ready", _ready)
    tell_faults(app, service.labels)
    app.add_middleware(BodyLimit, labels=service.labels)
    app.add_middleware(RequestContext)
    return app


def spare_collections() -> None:
    """Let collections pass over what has been imported, and be seldom: what a request makes mostly ends without one."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(SELDOM)


def build_runtime(service: Service, settings: ServiceSettings) -> Runtime:
    """Connections and loops of a service, not yet at work."""
    clock = Clock(settings.clock_file)
    engine = connect(settings.database_url, f"sidus-{service.name}", settings.pool_size)
    bus = Bus(settings.nats_url, service.name)
    relay = Relay(service.name, engine, bus, clock, replicas=settings.stream_replicas)
    sealer = Sealer(service.name, engine)
    currency = Currency(service.name, bus, engine)
    peers = Peers(service.name, settings.peer_urls, settings.peer_keys, clock)
    around = Surroundings(
        service=service.name,
        sessions=sessions(engine),
        clock=clock,
        kind_of=agencies.read(settings.agencies_file).kind_of,
        grants_are_current=(lambda: True) if service.decides_grants else currency.is_current,
        committed=relay.wake,
        logged=sealer.wake,
        peers=peers,
        signer=Signer(service.name, settings.signing_key, settings.previous_signing_keys),
    )
    consumers = {s.durable(service.name): Consumer(around, bus, s) for s in service.subscriptions}
    follows = [] if service.decides_grants else [currency.run]
    own: list[Callable[[], Awaitable[None]]] = [relay.run, sealer.run, sealer.watch, partial(anchors.run, around)]
    loops = [*own, *(consumer.run for consumer in consumers.values()), *follows]
    return Runtime(service.name, settings, clock, engine, bus, relay, peers, around, consumers, service.labels, loops)


def start(service: Service, runtime: Runtime) -> None:
    """Set everything to work that runs beside the requests; returns at once."""
    runtime.bus.start()
    workers = (_housekeeping, *service.workers)
    runs: list[Callable[[], Awaitable[None]]] = [*runtime.loops, *(partial(worker, runtime) for worker in workers)]
    runtime.tasks = [asyncio.create_task(_kept_up(run)) for run in runs]


async def stop(runtime: Runtime) -> None:
    """End the loops, then the connections."""
    await _cancelled(runtime.tasks)
    await runtime.bus.stop()
    await runtime.peers.close()
    await runtime.engine.dispose()


async def _cancelled(tasks: Iterable[asyncio.Task[None]]) -> None:
    """End the tasks. They are told again while they go on: `asyncio.wait_for` may swallow it (Python 3.11)."""
    going_on = set(tasks)
    while going_on:
        for task in going_on:
            task.cancel()
        _, going_on = await asyncio.wait(going_on, timeout=0.5)


async def _kept_up(run: Callable[[], Awaitable[None]]) -> None:
    """Run a loop again when it breaks: a fault in one of them must not stop what it does for ever."""
    while True:
        try:
            await run()
        except Exception as error:
            log.error("loop broke", exc_info=error)
        await asyncio.sleep(1)


async def _housekeeping(runtime: Runtime) -> None:
    while True:
        with contextlib.suppress(SQLAlchemyError, OSError):
            async with runtime.engine.begin() as connection:
                await prune(connection, KEPT_FOR.days + 1)
        await asyncio.sleep(PRUNE_SECONDS)


async def _live(request: Request) -> JSONResponse:
    """The process answers."""
    return JSONResponse({"status": "live"})


async def _ready(request: Request) -> JSONResponse:
    """Whether the service can serve: its database answers. Without NATS it serves, and events wait."""
    runtime: Runtime = request.app.state.runtime
    database = "up"
    try:
        async with asyncio.timeout(2), runtime.engine.connect() as connection:
            await connection.execute(text("SELECT 1"))
    except (SQLAlchemyError, OSError, TimeoutError):
        database = "down"
    state = {"database": database, "nats": "up" if runtime.bus.connected else "down"}
    return JSONResponse(state, status_code=200 if database == "up" else 503)
