"""Whether the gateway lives and can serve, its figures, and where to start reading."""

import asyncio
from typing import Final, Literal

from aiohttp import ClientTimeout
from fastapi import APIRouter, Response
from pydantic import BaseModel

from gateway.openapi import OPEN
from gateway.runtime import Running, Runtime
from gateway.upstreams import SERVICES
from shared.http.problems import Problem
from shared.telemetry import metrics

router = APIRouter(tags=["Gateway"])
PROBE_TIMEOUT: Final = ClientTimeout(total=1)


class Liveness(BaseModel):
    """The process answers."""

    status: Literal["live"]


class Readiness(BaseModel):
    """What can be served now: the state of each service, and which of them cannot be reached or are not ready."""

    status: Literal["ready", "degraded", "unready"]
    services: dict[str, Literal["ready", "unready", "down"]]
    degraded: list[str]


class Index(BaseModel):
    """Where to start."""

    name: str
    docs: str
    openapi: str
    health: str


@router.get("/", openapi_extra=OPEN)
async def index() -> Index:
    """Links to the documentation, the OpenAPI document and the state of health."""
    return Index(name="Sidus", docs="/docs", openapi="/openapi.json", health="/health/ready")


@router.get("/health/live", openapi_extra=OPEN)
async def live() -> Liveness:
    """The process answers."""
    return Liveness(status="live")


@router.get("/health/ready", openapi_extra=OPEN, responses={503: {"model": Readiness}})
async def ready(runtime: Running, response: Response) -> Readiness:
    """What can be served. A gateway that knows its issuer's keys is ready: a service that is down makes it degraded."""
    states = await asyncio.gather(*(state_of(runtime, service) for service in sorted(SERVICES)))
    services = dict(zip(sorted(SERVICES), states, strict=True))
    degraded = [service for service, state in services.items() if state != "ready"]
    if not await runtime.identity.keys.ready():
        response.status_code = 503
        return Readiness(status="unready", services=services, degraded=degraded)
    return Readiness(status="degraded" if degraded else "ready", services=services, degraded=degraded)


router.add_route("/metrics", metrics.exposition, include_in_schema=False)


async def state_of(runtime: Runtime, service: str) -> Literal["ready", "unready", "down"]:
    """Whether a service is ready to answer."""
    try:
        answer = await runtime.exchange.send(service, "GET", "/health/ready", within=PROBE_TIMEOUT)
        await runtime.exchange.read(service, answer)
    except Problem:
        return "down"
    return "ready" if answer.status == 200 else "unready"
