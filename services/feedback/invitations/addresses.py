"""Asking the case service where a person can be reached, at the moment of sending, and forgetting it after."""

from typing import Protocol
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from services.feedback.triggers.rules import Reachability
from shared.http.peer import Peers
from shared.http.problems import NotFound
from shared.labels import LANGUAGES, OFFICIAL, Language

PURPOSE = "survey-invitation"
EMAIL = "email"


class Address(BaseModel):
    """Where a person can be reached and in which language. Lives as long as one sending; never written down."""

    model_config = ConfigDict(hide_input_in_errors=True)

    email: str | None = Field(repr=False)
    language: str | None
    agreed_channels: list[str]
    may_be_contacted: bool | None

    def reachability(self) -> Reachability:
        """Whether an invitation may be sent here: to whom agreed to be written to, and not by other ways alone."""
        by_email = not self.agreed_channels or EMAIL in self.agreed_channels
        if not (self.may_be_contacted and by_email):
            return Reachability.UNWILLING
        return Reachability.REACHABLE if self.email else Reachability.WITHOUT_ADDRESS

    def spoken(self) -> Language:
        """The person's language where we have texts in it, and the official one where nobody knows theirs."""
        return next((known for known in LANGUAGES if known == self.language), OFFICIAL)


class AddressBook(Protocol):
    """Whoever knows where people can be reached."""

    async def look_up(self, client_id: UUID, request_id: str) -> Address | None:
        """The person's address; None when there is no such person. Raises Unavailable."""


class CaseService:
    """The case service as address book: the only place where addresses stand."""

    def __init__(self, peers: Peers) -> None:
        self._peers = peers

    async def look_up(self, client_id: UUID, request_id: str) -> Address | None:
        """Ask for the address, for one invitation; the case service logs that we did."""
        path = f"/internal/clients/{client_id}/address"
        try:
            answer = await self._peers.call("case", "POST", path, request_id=request_id, purpose=PURPOSE)
        except NotFound:
            return None
        return Address.model_validate(answer)
