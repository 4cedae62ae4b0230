"""Sending an invitation: asked once more whether it may be sent, then sent, deferred or dropped."""

from dataclasses import dataclass

import structlog

from services.feedback.invitations.addresses import Address, AddressBook
from services.feedback.invitations.letter import Letter, compose
from services.feedback.invitations.links import Links, Ticket
from services.feedback.invitations.mailer import AddressRefused, Mailer
from services.feedback.invitations.models import Invitation
from services.feedback.policy import policy
from services.feedback.surveys.rules import Nature
from services.feedback.triggers import rules
from services.feedback.triggers import service as triggers
from services.feedback.triggers import store as trigger_store
from services.feedback.triggers.rules import Decision, Outcome, Reachability
from services.feedback.words import LABELS
from shared.db.work import UnitOfWork

log = structlog.get_logger("invitations")


@dataclass(frozen=True, slots=True)
class Post:
    """What sending needs besides the invitation."""

    mailer: Mailer
    addresses: AddressBook
    links: Links
    public_url: str
    sender: str


async def send(work: UnitOfWork, invitation: Invitation, post: Post) -> None:
    """Send a due invitation, defer it or drop it, and keep the decision; after any failure it is tried again later."""
    now = work.clock.now()
    decision = rules.decide_when_due(invitation.expires_at, now, policy().terms())
    if decision.outcome is Outcome.SENT:
        try:
            decision = await _deliver(work, invitation, post)
        except Exception as trouble:
            # One invitation that cannot be sent must not hold up those behind it.
            invitation.try_again(now)
            log.warning("invitation waits", invitation_id=str(invitation.id), exc_info=trouble)
            return
    _follow(invitation, decision, work)
    triggers.record(work, await trigger_store.one(work, invitation.trigger_id), decision)


def link_to(invitation: Invitation, links: Links, public_url: str) -> str:
    """The address of the invitation's answer page."""
    return f"{public_url}/answers/{links.token(Ticket(invitation.id, invitation.expires_at))}"


async def _deliver(work: UnitOfWork, invitation: Invitation, post: Post) -> Decision:
    address = await post.addresses.look_up(invitation.client_id, work.actor.request_id)
    person = address.reachability() if address else Reachability.UNKNOWN
    if address is not None and person is Reachability.REACHABLE:
        try:
            await _hand_over(invitation, address, post)
        except AddressRefused:
            person = Reachability.REFUSED_BY_MAIL
    return rules.decide_on_reaching(person)


async def _hand_over(invitation: Invitation, address: Address, post: Post) -> None:
    language = invitation.language = address.spoken()
    terms = policy().terms()
    # In enforcement the agency's very name would tell whoever sees the mailbox that there is a case.
    named = invitation.nature != Nature.ENFORCEMENT
    agency = policy().agencies.get(invitation.owner_agency) if named else None
    letter = Letter(
        invitation_id=invitation.id,
        agency=agency.into(language) if agency else None,
        occurred_on=invitation.occurred_at.astimezone(terms.zone).date(),
        link=link_to(invitation, post.links, post.public_url),
        usable_until=invitation.expires_at.astimezone(terms.zone).date(),
    )
    await post.mailer.send(compose(letter, language, LABELS, sender=post.sender, to=str(address.email)))


def _follow(invitation: Invitation, decision: Decision, work: UnitOfWork) -> None:
    if decision.due_at is not None:
        invitation.move_to(decision.due_at)
    elif decision.outcome is Outcome.SENT:
        invitation.mark_sent(work.clock.now())
    else:
        invitation.drop()
