"""Whether and when a service contact leads to a survey."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.feedback.surveys.rules import SurveyKind
from services.feedback.triggers.rules import (
    Approach,
    Decision,
    Outcome,
    Reachability,
    Reason,
    Terms,
    decide,
    decide_on_reaching,
    decide_when_due,
)

DAY = timedelta(days=1)
CONTACT, RELATIONSHIP = SurveyKind.CONTACT, SurveyKind.RELATIONSHIP
TALLINN = ZoneInfo("Europe/Tallinn")
CHRISTMAS = frozenset({date(2026, 12, 24), date(2026, 12, 25), date(2026, 12, 26)})
TERMS = Terms(
    earliest=DAY,
    latest=3 * DAY,
    quarantine=30 * DAY,
    relationship_maximum=2,
    holidays=CHRISTMAS,
    zone=TALLINN,
)
NOVEMBER = datetime(2026, 11, 10, 9, 30, tzinfo=UTC)


def at(day: int, hour: int = 9, month: int = 12) -> datetime:
    return datetime(2026, month, day, hour, tzinfo=UTC)


@pytest.mark.parametrize(
    ("occurred", "learned", "due", "reason"),
    [
        pytest.param(at(1), at(1), at(2), Reason.AFTER_CONTACT, id="a day after the contact"),
        pytest.param(at(1), at(3), at(3), Reason.AFTER_CONTACT, id="at once when a day has passed"),
        pytest.param(at(1), at(4), at(4), Reason.AFTER_CONTACT, id="up to three days after"),
        pytest.param(at(23), at(23), at(27), Reason.AFTER_HOLIDAY, id="past the holidays, even late"),
        pytest.param(at(24), at(25), at(27), Reason.AFTER_HOLIDAY, id="contact on a holiday"),
        pytest.param(at(22, 23), at(22, 23), at(26, 23), Reason.AFTER_HOLIDAY, id="the day is local, not UTC"),
    ],
)
def test_a_contact_defers_its_survey(occurred: datetime, learned: datetime, due: datetime, reason: Reason) -> None:
    decision = decide(CONTACT, occurred, [], learned, TERMS)

    assert decision == Decision(Outcome.DEFERRED, reason, due)


@pytest.mark.parametrize(
    ("kind", "learned", "approaches", "reason"),
    [
        pytest.param(None, NOVEMBER, [], Reason.NOT_TRIGGERED, id="no survey for this event"),
        pytest.param(CONTACT, NOVEMBER + 3 * DAY + timedelta(seconds=1), [], Reason.TOO_LONG_AGO, id="forgotten"),
        pytest.param(CONTACT, NOVEMBER, [Approach(CONTACT, NOVEMBER - 28 * DAY)], Reason.QUARANTINE, id="asked"),
        pytest.param(CONTACT, NOVEMBER, [Approach(CONTACT, NOVEMBER + 2 * DAY)], Reason.QUARANTINE, id="to be asked"),
        pytest.param(
            RELATIONSHIP,
            NOVEMBER,
            [Approach(RELATIONSHIP, NOVEMBER - days * DAY) for days in (60, 200)],
            Reason.OFTEN_ENOUGH,
            id="twice this year",
        ),
    ],
)
def test_a_survey_is_suppressed(
    kind: SurveyKind | None, learned: datetime, approaches: list[Approach], reason: Reason
) -> None:
    assert decide(kind, NOVEMBER, approaches, learned, TERMS) == Decision(Outcome.SUPPRESSED, reason)


@pytest.mark.parametrize(
    ("kind", "approaches"),
    [
        pytest.param(CONTACT, [Approach(CONTACT, NOVEMBER - 29 * DAY)], id="quarantine just over"),
        pytest.param(
            CONTACT,
            [Approach(RELATIONSHIP, NOVEMBER - days * DAY) for days in (60, 200)],
            id="the yearly limit is for relationship surveys",
        ),
        pytest.param(
            RELATIONSHIP,
            [Approach(RELATIONSHIP, NOVEMBER - days * DAY) for days in (60, 400)],
            id="last year's do not count",
        ),
    ],
)
def test_earlier_surveys_far_enough_back_do_not_matter(kind: SurveyKind, approaches: list[Approach]) -> None:
    assert decide(kind, NOVEMBER, approaches, NOVEMBER, TERMS).outcome is Outcome.DEFERRED


@pytest.mark.parametrize(
    ("now", "decision"),
    [
        (at(1), Decision(Outcome.SENT, Reason.DUE)),
        (at(25), Decision(Outcome.DEFERRED, Reason.AFTER_HOLIDAY, at(27))),
        (at(30), Decision(Outcome.SUPPRESSED, Reason.TOO_LONG_AGO)),
    ],
)
def test_what_is_decided_when_a_survey_is_due(now: datetime, decision: Decision) -> None:
    assert decide_when_due(at(30), now, TERMS) == decision


@pytest.mark.parametrize(
    ("person", "outcome", "reason"),
    [
        (Reachability.REACHABLE, Outcome.SENT, Reason.DUE),
        (Reachability.UNWILLING, Outcome.SUPPRESSED, Reason.NO_CONSENT),
        (Reachability.WITHOUT_ADDRESS, Outcome.SUPPRESSED, Reason.NO_ADDRESS),
        (Reachability.REFUSED_BY_MAIL, Outcome.SUPPRESSED, Reason.ADDRESS_REFUSED),
        (Reachability.UNKNOWN, Outcome.SUPPRESSED, Reason.CLIENT_UNKNOWN),
    ],
)
def test_what_is_decided_by_reaching_the_person(person: Reachability, outcome: Outcome, reason: Reason) -> None:
    assert decide_on_reaching(person) == Decision(outcome, reason)


moments = st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC))
holidays = st.frozensets(st.dates(date(2026, 1, 1), date(2027, 12, 31)), max_size=40)


@given(occurred=moments, lag=st.timedeltas(timedelta(0), 10 * DAY), closed=holidays)
def test_no_survey_is_due_on_a_holiday_nor_before_a_day_has_passed(
    occurred: datetime, lag: timedelta, closed: frozenset[date]
) -> None:
    decision = decide(CONTACT, occurred, [], occurred + lag, replace(TERMS, holidays=closed))

    if decision.due_at is None:
        assert decision.reason is Reason.TOO_LONG_AGO
    else:
        assert decision.due_at.astimezone(TALLINN).date() not in closed
        assert decision.due_at >= max(occurred + DAY, occurred + lag)
        assert (
            decision.due_at.astimezone(TALLINN).date() <= (occurred + 3 * DAY).astimezone(TALLINN).date()
            or decision.reason is Reason.AFTER_HOLIDAY
        )


@given(contacts=st.lists(st.tuples(moments, st.sampled_from(SurveyKind)), max_size=30))
def test_no_two_surveys_of_a_person_are_closer_than_the_quarantine(
    contacts: list[tuple[datetime, SurveyKind]],
) -> None:
    asked: list[Approach] = []
    for occurred, kind in contacts:
        decision = decide(kind, occurred, asked, occurred, TERMS)
        if decision.due_at is not None:
            asked.append(Approach(kind, decision.due_at))

    moments_asked = sorted(approach.at for approach in asked)
    gaps = [later - earlier for earlier, later in pairwise(moments_asked)]
    assert all(gap >= TERMS.quarantine for gap in gaps)
