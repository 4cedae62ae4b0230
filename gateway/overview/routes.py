"""HTTP: who looked, over all services: for the person, the supervisor and the data-protection officer."""

import re
from typing import Annotated, Final
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response

from gateway.asking import Asker
from gateway.overview import service
from gateway.overview.schemas import AccessLogPage
from gateway.overview.service import Question
from gateway.problems import ServiceDown
from gateway.runtime import Known, Running
from gateway.upstreams import API
from shared.http.log_filter import Narrowed
from shared.http.problems import Forbidden, Invalid, Malformed, Unauthorised, problems

router = APIRouter(prefix=API, tags=["Who looked"])
PATHS: Final = re.compile(rf"{API}/(clients/[^/]+/)?access-log")
"""Addresses among the services' that are answered here."""

_TOLD: Final = problems(Malformed, Unauthorised, Forbidden, Invalid, ServiceDown)


class Answering:
    """How much of the log is asked for, by whom, and where the answer goes."""

    def __init__(
        self,
        runtime: Running,
        actor: Known,
        by: Narrowed,
        request: Request,
        response: Response,
        limit: Annotated[int, Query(ge=1, le=100, description="How many items at the most.")] = 20,
        cursor: Annotated[str | None, Query(max_length=4000, description="`next` of the page before.")] = None,
    ) -> None:
        self._asker = Asker(runtime, actor, request.state.traceparent, request.headers.get("accept-language"))
        self._by, self._limit, self._cursor = by, limit, cursor
        self._request, self._response = request, response

    async def page(self, client_id: UUID | None) -> AccessLogPage:
        """The page, and in the headers the way to the next."""
        page = await service.page(Question(client_id, self._by, self._asker, self._limit), self._cursor)
        self._response.headers["Cache-Control"] = "private, no-cache"
        if page.next:
            following = self._request.url.include_query_params(cursor=page.next)
            self._response.headers["Link"] = f'<{following.path}?{following.query}>; rel="next"'
        return page


Answer = Annotated[Answering, Depends()]


@router.get("/clients/{client_id}/access-log", responses=_TOLD)
async def list_access_log(client_id: UUID, answer: Answer) -> AccessLogPage:
    """Who saw or changed the person's data in any service, newest first.

    The person sees every entry about themself that no law hides for now; a supervisor those of the own agency, a
    data-protection officer the hidden ones as well. A page may hold fewer items than asked for and still have a next
    one.
    """
    return await answer.page(client_id)


@router.get("/access-log", responses=_TOLD)
async def list_own_access_log(
    answer: Answer, client_id: Annotated[UUID | None, Query(description="Whose data.")] = None
) -> AccessLogPage:
    """What officers of the own agency saw or changed in any service, newest first.

    For a supervisor and for the data-protection officer, who name a client, an officer or a period (`since`), or ask
    for what is `hidden`. Their reading is entered in the log of every client they are shown.
    """
    return await answer.page(client_id)
