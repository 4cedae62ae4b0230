"""HTTP: the public pages behind an answer link. The link is all that the caller has; nobody signs in."""

from typing import Annotated, Any

from fastapi import Query, Request
from fastapi.responses import HTMLResponse

from services.feedback.answers import page, service
from services.feedback.answers.schemas import FORM_BODY, typed_in
from services.feedback.invitations import store
from services.feedback.invitations.links import Links
from services.feedback.invitations.models import Invitation
from services.feedback.words import LABELS
from shared.actor import Role
from shared.http.routing import Router, Work
from shared.labels import LANGUAGES, Language, preferred

router = Router(prefix="/answers", tags=["Answer page"], roles={Role.PUBLIC})

Lang = Annotated[str | None, Query(description="et, ru or en; else the person's own language.")]


def _pages(*described: tuple[int, str]) -> dict[int | str, dict[str, Any]]:
    return {status: {"description": words, "content": {"text/html": {}}} for status, words in described}


CLOSED = _pages((404, "A link that we have not signed."), (410, "The link has been used, or its time is over."))


@router.get("/{token}", response_class=HTMLResponse, responses=CLOSED)
async def read_answer_page(token: str, request: Request, work: Work, lang: Lang = None) -> HTMLResponse:
    """The questions behind an answer link. Opening the page uses nothing up."""
    ticket = _links(request).open(token)
    invitation = await store.find(work, ticket.invitation_id) if ticket else None
    language = _language(request, lang, invitation)
    if ticket is None or invitation is None:
        return page.notice("unknown", language, LABELS)
    if reason := service.reason_closed(ticket, invitation, work.clock.now()):
        return page.notice(reason, language, LABELS)
    return page.questions(service.form(invitation, language), language, LABELS)


@router.post(
    "/{token}",
    response_class=HTMLResponse,
    responses=CLOSED | _pages((422, "Something is missing or wrong; the page keeps what was typed.")),
    openapi_extra=FORM_BODY,
)
async def submit_answer_page(token: str, request: Request, work: Work, lang: Lang = None) -> HTMLResponse:
    """Answer, once: the first answer uses the link up."""
    ticket = _links(request).open(token)
    invitation = await store.find_to_answer(work, ticket.invitation_id) if ticket else None
    language = _language(request, lang, invitation)
    if ticket is None or invitation is None:
        return page.notice("unknown", language, LABELS)
    if reason := service.reason_closed(ticket, invitation, work.clock.now()):
        return page.notice(reason, language, LABELS)
    typed = typed_in(await request.body())
    if faults := await service.answer(work, invitation, typed):
        return page.questions(service.form(invitation, language, typed, faults), language, LABELS)
    return page.notice("thanks", language, LABELS)


def _links(request: Request) -> Links:
    return Links(request.app.state.runtime.settings.signing_key)


def _language(request: Request, asked: str | None, invitation: Invitation | None) -> Language:
    """The language asked for, else the person's, else the browser's."""
    for language in LANGUAGES:
        if language == asked:
            return language
    if invitation is not None and invitation.language is not None:
        return invitation.language
    return preferred(request.headers.get("accept-language"))
