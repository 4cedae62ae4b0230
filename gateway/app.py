"""The gateway as an ASGI application: its own endpoints, then everything that a service answers."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Final

import structlog
from fastapi import FastAPI

from gateway import described, health, oauth, sandbox
from gateway.cors import Cors
from gateway.overview import routes as overview
from gateway.proxy import ProxyApp
from gateway.record import routes as record
from gateway.runtime import LABELS, Runtime, running
from gateway.settings import Settings
from gateway.tracker import routes as tracker
from shared.http.context import RequestContext
from shared.http.faults import tell_faults
from shared.http.limits import BodyLimit
from shared.telemetry import logs

log = structlog.get_logger("app")
LEARNING_SECONDS: Final = 2
_OWN: Final = re.compile("|".join(part.PATHS.pattern for part in (overview, record)))


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    settings = Settings()
    logs.configure("gateway", settings.log_level)
    async with running(settings) as runtime:
        app.state.runtime = runtime
        learning = asyncio.create_task(_learn(runtime))
        log.info("ready")
        yield
        learning.cancel()
        with suppress(asyncio.CancelledError):
            await learning


async def _learn(runtime: Runtime) -> None:
    """Get to know every service's interface once: until then requests are named by their first segment only."""
    while runtime.documents.missing:
        await runtime.documents.refresh()
        await asyncio.sleep(LEARNING_SECONDS)


def create_app() -> FastAPI:
    """The gateway. Its environment is read when it starts, not when it is imported."""
    app = FastAPI(
        title="Sidus",
        description="One client record for many agencies. Errors are problem documents (RFC 9457).",
        version="1",
        lifespan=_lifespan,
        redirect_slashes=False,
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        separate_input_output_schemas=False,
        generate_unique_id_function=lambda route: route.name,
    )
    for part in (health, described, oauth, sandbox, overview, record, tracker):
        app.include_router(part.router)
    app.add_middleware(ProxyApp, own=_OWN)
    tell_faults(app, LABELS)
    app.add_middleware(BodyLimit, labels=LABELS)
    app.add_middleware(Cors)
    app.add_middleware(RequestContext)
    return app


app = create_app()
