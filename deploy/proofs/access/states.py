"""The states in which a client's record can be, each made by a few sentences. A new state is one more entry below."""

from collections.abc import Awaitable, Callable
from typing import Final

from deploy.proofs.access.story import Story
from shared.access.categories import Category

CITY, FUND, BOARD, PROBATION = "tamme", "unemployment-fund", "social-insurance-board", "probation"
BY_CONSENT: Final = frozenset(Category) - {Category.EXISTENCE}


async def own_record(story: Story) -> None:
    """Registered by one agency, which has no case; nobody else knows."""
    await story.registered_by(CITY)


async def open_cases(story: Story) -> None:
    """Three agencies have a case: the record is shared, the cases are known, the work is not."""
    await story.registered_by(CITY)
    await story.worked_with_by(CITY, FUND)
    await story.has_case_of(BOARD)


async def hidden_case(story: Story) -> None:
    """Probation has a case too, of which its profile lets nobody know."""
    await story.registered_by(PROBATION)
    await story.worked_with_by(PROBATION, CITY)


async def consent(story: Story) -> None:
    """One agency without a case may see the needs and the network that another has found."""
    await story.registered_by(CITY)
    await story.worked_with_by(CITY, BOARD)
    await story.consents(CITY, FUND, {Category.NEEDS, Category.NETWORK})


async def consent_to_everything(story: Story) -> None:
    """One agency may see everything that another holds, and nothing of a third's."""
    await story.registered_by(FUND)
    await story.worked_with_by(FUND, CITY)
    await story.consents(FUND, BOARD, BY_CONSENT)


async def consent_of_probation(story: Story) -> None:
    """Probation's needs and plan are open to the city; its cases and risks stay closed."""
    await story.registered_by(CITY)
    await story.worked_with_by(PROBATION)
    await story.consents(PROBATION, CITY, {Category.NEEDS, Category.PLAN})


async def consent_to_come(story: Story) -> None:
    """A consent that begins in a month."""
    await story.registered_by(CITY)
    await story.worked_with_by(CITY)
    await story.consents(CITY, FUND, BY_CONSENT, begins=30)


async def consent_over(story: Story) -> None:
    """A consent whose last day has passed when the proof begins to look."""
    await story.registered_by(CITY)
    await story.worked_with_by(CITY)
    await story.consents(CITY, FUND, BY_CONSENT, ends=0)


async def consent_withdrawn(story: Story) -> None:
    """A consent that the client has withdrawn, beside one that stands."""
    await story.registered_by(CITY)
    await story.worked_with_by(CITY)
    await story.withdraws(await story.consents(CITY, FUND, BY_CONSENT))
    await story.consents(CITY, BOARD, {Category.CASE})


async def consent_offered(story: Story) -> None:
    """Terms that the client has been shown and has not signed."""
    await story.registered_by(CITY)
    await story.worked_with_by(CITY)
    await story.offers_consent(CITY, FUND, BY_CONSENT)


async def consent_narrowed(story: Story) -> None:
    """A consent that once opened needs and network, and opens needs alone."""
    await story.registered_by(CITY)
    await story.worked_with_by(CITY, BOARD)
    await story.narrows(await story.consents(CITY, FUND, {Category.NEEDS, Category.NETWORK}), {Category.NEEDS})


async def statute(story: Story) -> None:
    """The city may by law see what the fund has found out; its case alone would not let it."""
    await story.registered_by(FUND)
    await story.worked_with_by(FUND)
    await story.has_case_of(CITY)
    await story.asks_to_put_right(FUND)
    await story.rests_on_statute(CITY, "SHS-additional-data", {Category.SOCIAL, Category.NEEDS})


async def danger(story: Story) -> None:
    """A crime is at stake: for a day the city sees what the fund holds, and the client has been told."""
    await story.registered_by(FUND)
    await story.worked_with_by(FUND)
    await story.has_case_of(CITY)
    story.later.append(lambda: story.claims_danger(CITY, "crime", {Category.NEEDS, Category.HEALTH}))


async def danger_over(story: Story) -> None:
    """The same, some days ago."""
    await story.registered_by(FUND)
    await story.worked_with_by(FUND)
    await story.has_case_of(CITY)
    await story.claims_danger(CITY, "crime", {Category.NEEDS, Category.HEALTH})


async def danger_untold(story: Story) -> None:
    """Probation looks in danger, and by law the client is not told yet."""
    await story.registered_by(CITY)
    await story.worked_with_by(CITY)
    await story.has_case_of(PROBATION)
    claim = lambda: story.claims_danger(PROBATION, "life_health_other", {Category.HEALTH}, "AJ-prison-service")  # noqa: E731
    story.later.append(claim)


async def closed(story: Story) -> None:
    """A record closed to all but two officers, of whom one is of the agency that works with the client too."""
    await story.registered_by(CITY)
    await story.worked_with_by(CITY, FUND)
    story.later.append(lambda: story.closed_by(CITY, "tamme/juhan.kask", "unemployment-fund/andres.tamm"))


async def merged(story: Story) -> None:
    """Two records of one person: what hung on either hangs on the one that stays, and the other is out of sight."""
    await story.registered_by(CITY)
    await story.has_case_of(CITY)
    twin = story.of_another()
    await twin.registered_by(CITY, without_code=True)
    await twin.worked_with_by(FUND)
    await twin.consents(FUND, BOARD, {Category.NEEDS, Category.NETWORK})
    await twin.merged_into(story, CITY)


async def known_twice(story: Story) -> None:
    """One person registered by two agencies, and so noted as two who live together; of one the fund may see that."""
    await story.registered_by(CITY)
    same = story.of_the_same()
    await same.registered_by(FUND, without_code=True, besides=story)
    await same.has_case_of(CITY)
    await story.lives_with(same, CITY)
    await story.has_relative(same, CITY)
    await same.consents(CITY, FUND, {Category.SOCIAL})
    await same.consents(CITY, BOARD, {Category.SOCIAL})


async def erased(story: Story) -> None:
    """Everything that was held is gone; that it was ordered stays. What else need not be kept, agencies find out."""
    await story.registered_by(CITY)
    await story.erased_by(CITY)
    await story.counts_what_is_due(CITY, FUND)


State = Callable[[Story], Awaitable[None]]
STATES: Final[tuple[State, ...]] = (
    own_record,
    open_cases,
    hidden_case,
    consent,
    consent_to_everything,
    consent_of_probation,
    consent_to_come,
    consent_over,
    consent_withdrawn,
    consent_offered,
    consent_narrowed,
    statute,
    danger,
    danger_over,
    danger_untold,
    closed,
    merged,
    known_twice,
    erased,
)
QUICK: Final[tuple[State, ...]] = (
    hidden_case,
    consent_withdrawn,
    consent_narrowed,
    statute,
    danger,
    closed,
    merged,
    known_twice,
    erased,
)
"""Enough of them to look in every direction once, for the tests."""
