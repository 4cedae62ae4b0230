"""Use cases of notices: one unit of work each."""

from services.case.clients import store as clients
from services.case.notices import rules
from services.case.notices.models import Notice
from services.case.notices.problems import ReactionRefused
from services.case.notices.schemas import NoticeForm, ReactionForm
from shared.access.categories import Category
from shared.db.work import UnitOfWork
from shared.http.days import refuse_days_to_come


async def take(work: UnitOfWork, form: NoticeForm) -> Notice:
    """Take a notice; nobody is registered by it."""
    refuse_days_to_come(form, work.clock)
    notice = Notice(owner_agency=work.actor.agency, category=Category.JOURNAL, **form.model_dump())
    work.add(notice)
    return notice


async def react(work: UnitOfWork, notice: Notice, form: ReactionForm) -> Notice:
    """Record whether the agency takes the notice up, and about whom."""
    work.expect(notice)
    unmet = rules.reaction_unmet(
        form.reaction,
        reacted=notice.reaction is not None,
        client_named=form.client_id is not None,
        client_known=form.client_id is not None and await clients.exists(work, form.client_id),
    )
    if unmet:
        raise ReactionRefused(unmet)
    for field, value in form.model_dump().items():
        setattr(notice, field, value)
    notice.decided_at = work.clock.now()
    return notice
