"""Answer links: signed, with an expiry inside, computed anew from the invitation whenever one is needed."""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from itsdangerous import BadSignature, URLSafeSerializer


@dataclass(frozen=True, slots=True)
class Ticket:
    """What a genuine link says: which invitation it belongs to, and until when it can be used."""

    invitation_id: UUID
    expires_at: datetime


class Links:
    """Makes and opens the tokens of answer links; nothing of a token is stored."""

    def __init__(self, signing_key: str) -> None:
        self._serializer = URLSafeSerializer(
            signing_key, salt="answer-link", signer_kwargs={"digest_method": hashlib.sha256}
        )

    def token(self, ticket: Ticket) -> str:
        """The token for a ticket; the same ticket gives the same token."""
        return str(self._serializer.dumps([ticket.invitation_id.hex, int(ticket.expires_at.timestamp())]))

    def open(self, token: str) -> Ticket | None:
        """The ticket of a token that we have signed; None for any other text. Expiry is not judged here."""
        try:
            invitation_id, expires = self._serializer.loads(token)
        except BadSignature:
            return None
        return Ticket(UUID(hex=invitation_id), datetime.fromtimestamp(expires, UTC))
