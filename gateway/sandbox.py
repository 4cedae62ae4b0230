"""The sandbox's clock, which anyone with a token may move. Outside a sandbox it does not exist."""

from datetime import datetime, timedelta
from typing import Annotated, Final, Self

from fastapi import APIRouter, Depends
from pydantic import Field, model_validator

from gateway.runtime import Known, Running, Runtime, in_sandbox
from shared.clock import ClockFixed
from shared.http.problems import Conflict, Forbidden, Invalid, InvalidField, NotFound, Unauthorised, problems
from shared.http.schemas import Schema

router = APIRouter(prefix="/sandbox", tags=["Sandbox"], dependencies=[Depends(in_sandbox)])
FARTHEST: Final = timedelta(days=3650)


class ClockCannotMove(Conflict):
    """The sandbox was started without a clock file, so its clock follows the machine's."""

    code = "clock-fixed"


class ClockMove(Schema):
    """Where to move the clock: to an offset from the machine's (seconds), or ahead by an ISO 8601 duration."""

    offset_seconds: Annotated[float | None, Field(ge=-FARTHEST.total_seconds(), le=FARTHEST.total_seconds())] = None
    advance: Annotated[timedelta | None, Field(ge=-FARTHEST, le=FARTHEST, examples=["P1DT2H"])] = None

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if (self.offset_seconds is None) == (self.advance is None):
            raise ValueError("give either offset_seconds or advance")
        return self

    def offset_from(self, present: timedelta) -> timedelta:
        """The offset that is asked for, the present one being given."""
        return timedelta(seconds=self.offset_seconds or 0) if self.advance is None else present + self.advance


class ClockState(Schema):
    """The sandbox's time, and how many seconds it is ahead of the machine's."""

    now: datetime
    offset_seconds: float


@router.get("/clock", responses=problems(Unauthorised, Forbidden, NotFound))
async def read_clock(runtime: Running, actor: Known) -> ClockState:
    """What time it is in the sandbox."""
    return _state(runtime)


@router.put("/clock", responses=problems(Unauthorised, Forbidden, NotFound, ClockCannotMove, Invalid))
async def move_clock(move: ClockMove, runtime: Running, actor: Known) -> ClockState:
    """Move the clock of all services. Tokens given before may so have expired."""
    offset = move.offset_from(runtime.clock.offset())
    if abs(offset) > FARTHEST:
        raise Invalid(errors=[InvalidField(pointer="/advance", code="too-far", detail="This is more than ten years.")])
    try:
        runtime.clock.move_to(offset)
    except ClockFixed as error:
        raise ClockCannotMove from error
    return _state(runtime)


def _state(runtime: Runtime) -> ClockState:
    return ClockState(now=runtime.clock.now(), offset_seconds=runtime.clock.offset().total_seconds())
