"""What travels of a look-up. Every value of the register is display-only."""

from datetime import date, datetime
from typing import Self

from pydantic import BaseModel, ConfigDict

from shared.http.display import DisplayOnly
from shared.http.schemas import Schema


class Found(BaseModel):
    """What the population register answers."""

    model_config = ConfigDict(hide_input_in_errors=True)

    address: str
    municipality: str
    since: date


class RegisteredAddress(Schema):
    """Where a person is registered to live, as the population register says at this moment."""

    address: DisplayOnly[str]
    municipality: DisplayOnly[str]
    since: DisplayOnly[date]
    looked_up_at: datetime

    @classmethod
    def of(cls, found: Found, at: datetime) -> Self:
        """The register's answer, to be shown only."""
        values = {name: DisplayOnly(value) for name, value in found}
        return cls.model_validate({**values, "looked_up_at": at})
