"""HTTP: in the sandbox, where no mail arrives, the link that an e-mail would have carried."""

from uuid import UUID

from fastapi import Request

from services.feedback.invitations import service, store
from services.feedback.invitations.links import Links
from services.feedback.invitations.schemas import LinkOut
from shared.http.app import Runtime
from shared.http.problems import NotFound, problems
from shared.http.routing import Router, Work

router = Router(prefix="/invitations", tags=["Feedback"])


@router.get("/{invitation_id}/link", responses=problems(NotFound))
async def read_invitation_link(invitation_id: UUID, request: Request, work: Work) -> LinkOut:
    """The answer link of an invitation of your own agency. Exists in the sandbox only."""
    runtime: Runtime = request.app.state.runtime
    if not runtime.settings.sandbox:
        raise NotFound
    invitation = await store.one(work, invitation_id)
    url = service.link_to(invitation, Links(runtime.settings.signing_key), runtime.settings.public_url)
    return LinkOut(url=url, expires_at=invitation.expires_at)
