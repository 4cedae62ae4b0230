"""What travels, under the names of the protocol."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, StringConstraints
from pydantic.alias_generators import to_camel
from stdnum.ee import ik

COUNTRY = "EE"


def _valid(code: str) -> str:
    if not ik.is_valid(code.removeprefix(COUNTRY)):
        raise ValueError("This is not an Estonian personal code.")
    return code


UserCode = Annotated[str, StringConstraints(pattern=rf"^{COUNTRY}\d{{11}}$"), AfterValidator(_valid)]
"""A personal code (isikukood) with its country, as X-Road writes it: `EE60001017869`."""


class _Told(BaseModel):
    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True)


class UsageOut(_Told):
    """One use of a person's data: when, what was done and why, and which body did it by which system."""

    logtime: datetime
    action: str
    receiver_code: str
    receiver_name: str
    receiver_system: str


class FindUsageResponse(_Told):
    """Uses, newest first; `totalUsages` counts all of the period, whatever limit and offset say."""

    total_usages: int
    usages: list[UsageOut]


class UsagePeriodResponse(_Told):
    """Since when uses can be asked for; until now."""

    period_start: datetime


class HeartbeatResponse(_Told):
    """Whether the question would be answered now, and if not, for want of what."""

    status: Literal["OK", "FAIL"]
    message: str


class Resolved(BaseModel):
    """The client who has a personal code; none if nobody has."""

    client_id: UUID | None
