"""What travels of invitations."""

from datetime import datetime

from shared.http.schemas import Schema


class LinkOut(Schema):
    """The answer link that the e-mail carries, and until when it can be used."""

    url: str
    expires_at: datetime
