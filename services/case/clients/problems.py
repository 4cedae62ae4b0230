"""What can go wrong with the client record."""

from uuid import UUID

from shared.http.problems import Conflict, NotFound, Refused


class ClientNotFound(NotFound):
    """There is no such client, or the actor has no ground to see the record."""

    code = "client-not-found"


class ClientExists(Conflict):
    """Somebody with this identifier has a record already: open a case on it instead of a second record.

    To whom the record is closed, nothing but that is told.
    """

    code = "client-exists"

    def __init__(self, client_id: UUID | None = None) -> None:
        if client_id is None:
            super().__init__()
            return
        where = f"/api/v1/clients/{client_id}"
        super().__init__(extensions={"client_id": str(client_id), "client": where}, headers={"Location": where})


class ChangeRefused(Refused):
    """What is to be changed is not the agency's to change."""

    code = "change-refused"
