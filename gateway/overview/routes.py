"""The person's view over all services."""

import re
from typing import Annotated, Final
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response

from gateway.asking import Asker
from gateway.overview import service
from gateway.overview.schemas import AccessLogPage
from gateway.problems import ServiceDown
from gateway.runtime import Known, Running
from gateway.upstreams import API
from shared.http.problems import Forbidden, Invalid, Malformed, Unauthorised, problems

router = APIRouter(prefix=API, tags=["Who looked"])
PATHS: Final = re.compile(rf"{API}/clients/[^/]+/access-log")
"""Addresses among the services' that are answered here."""


@router.get(
    "/clients/{client_id}/access-log", responses=problems(Malformed, Unauthorised, Forbidden, Invalid, ServiceDown)
)
async def list_access_log(
    client_id: UUID,
    runtime: Running,
    actor: Known,
    request: Request,
    response: Response,
    limit: Annotated[int, Query(ge=1, le=100, description="How many items at the most.")] = 20,
    cursor: Annotated[str | None, Query(max_length=4000, description="`next` of the page before.")] = None,
) -> AccessLogPage:
    """Who saw or changed the person's data in any service, newest first.

    The person sees every entry about themself; a supervisor or data-protection officer those of the own agency.
    A page may hold fewer items than asked for and still have a next one.
    """
    asker = Asker(runtime, actor, request.state.traceparent)
    page = await service.page(service.Question(client_id, asker, limit), cursor)
    response.headers["Cache-Control"] = "private, no-cache"
    if page.next:
        following = request.url.include_query_params(cursor=page.next)
        response.headers["Link"] = f'<{following.path}?{following.query}>; rel="next"'
    return page
