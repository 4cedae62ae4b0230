"""HTTP: `findUsage`, `usagePeriod` and `heartbeat` of the data tracker, version 2.

The protocol puts a personal code into the query. Nothing of ours keeps it: our log and metrics name routes, what goes
on to the services carries it in a body. See ADR 15.
"""

from collections.abc import Callable, Coroutine
from datetime import datetime
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Header, Query, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute

from gateway.asking import Asker
from gateway.hygiene import inbound
from gateway.problems import ServiceDown
from gateway.runtime import Running
from gateway.tracker import service
from gateway.tracker.problems import UsageMalformed, UsageUnavailable
from gateway.tracker.rules import with_offset
from gateway.tracker.schemas import FindUsageResponse, HeartbeatResponse, UsagePeriodResponse, UserCode
from gateway.tracker.service import Question
from shared.actor import Role
from shared.http.faults import of_validation
from shared.http.log_filter import Narrowing
from shared.http.problems import Forbidden, Unauthorised, problems
from shared.labels import Language, preferred

X_ROAD: Final = b"x-road-"
MOST: Final = 1000
FURTHEST: Final = 9000


class TrackerRoute(APIRoute):
    """An endpoint that refuses with the statuses of the protocol."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The endpoint, with its refusals told in the protocol's way."""
        endpoint = super().get_route_handler()

        async def within_protocol(request: Request) -> Response:
            try:
                return await endpoint(request)
            except RequestValidationError as error:
                raise UsageMalformed(errors=of_validation(error.errors()).errors) from error
            except ServiceDown as error:
                raise UsageUnavailable from error

        return within_protocol


router = APIRouter(prefix="/tracker/v2", tags=["Data tracker"], route_class=TrackerRoute)
_REFUSALS: Final = {
    **problems(UsageMalformed, Unauthorised, Forbidden, UsageUnavailable),
    "4XX": {"description": "Another refusal."},
}


async def _portal(request: Request, runtime: Running) -> Asker:
    """The state's portal, by its bearer token. Other X-Road headers are not looked at yet, and not believed."""
    headers = inbound(header for header in request.scope["headers"] if not header[0].startswith(X_ROAD))
    caller = await runtime.identity.caller(headers.authorization)
    request.state.agency = caller.agency
    if Role.TRACKER not in caller.roles:
        raise Forbidden("This needs the role: tracker.")
    actor = caller.actor(request.state.request_id, headers.errand)
    return Asker(runtime, actor, request.state.traceparent)


Portal = Annotated[Asker, Depends(_portal)]


@router.get("/findUsage", name="findUsage", responses=_REFUSALS)
async def find_usage(
    portal: Portal,
    request: Request,
    response: Response,
    user_id: Annotated[UserCode, Header(alias="X-Road-UserId", description="Who asks.")],
    user_code: Annotated[UserCode, Query(alias="userCode", description="Whose data; another's by right to act.")],
    period_start: Annotated[datetime | None, Query(alias="periodStart", description="From this moment on.")] = None,
    period_end: Annotated[datetime | None, Query(alias="periodEnd", description="Up to this moment.")] = None,
    offset: Annotated[int, Query(ge=0, le=FURTHEST, description="How many of the newest to pass over.")] = 0,
    limit: Annotated[int, Query(ge=1, description="How many at the most; never more than 1000.")] = MOST,
) -> FindUsageResponse:
    """Who used a person's data in any service, newest first, without what the law hides from the person.

    Moments without an offset are those of Estonia. `X-Road-UserId` may differ from `userCode` where the portal has
    seen the right to act for the person; that somebody did is entered in the person's log.
    """
    response.headers["Cache-Control"] = "no-store"
    period = Narrowing(since=with_offset(period_start), until=with_offset(period_end))
    question = Question(user_code, user_id, period, offset, min(limit, MOST))
    return await service.find_usage(portal, question, _language(request))


@router.get("/usagePeriod", name="usagePeriod", responses=_REFUSALS)
async def usage_period(portal: Portal) -> UsagePeriodResponse:
    """Since when `findUsage` knows who used data; up to now."""
    return UsagePeriodResponse(period_start=await service.usage_period(portal))


@router.get("/heartbeat", name="heartbeat", responses=_REFUSALS)
async def heartbeat(portal: Portal, runtime: Running) -> HeartbeatResponse:
    """Whether `findUsage` would be answered now."""
    return await service.heartbeat(runtime)


def _language(request: Request) -> Language:
    """The language the portal asks for; Estonian, the protocol's own, where it asks for none."""
    return preferred(request.headers.get("accept-language", "et"))
