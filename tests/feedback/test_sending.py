"""Sending invitations: real mail server, the real case service asked for the address, nothing of it kept."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from typing import Any
from uuid import UUID

import pytest

from services.feedback.configuration import ConfigurationRefused
from services.feedback.invitations.addresses import Address, AddressBook
from services.feedback.invitations.dispatcher import send_next
from services.feedback.invitations.mailer import Mailer, SilentMailer, mailer_for
from services.feedback.invitations.service import Post
from services.feedback.settings import MailSettings
from shared.events.catalog.case import ContactNoted
from shared.http.problems import Unavailable
from tests.feedback.driver import DAY, WORKING_DAY, CityRecord, Feedback
from tests.feedback.sink import Sink, link_in

CANARY = "kanaarilind.seitse@varjupaik.example"
PHONE = "+372 5000 7777"


@pytest.fixture
def post(sending: Feedback, sink: Sink) -> Post:
    """Sending by way of the mail server of the test, on a working day."""
    sending.set_clock(WORKING_DAY)
    return sending.post(sink)


async def due_contact(sending: Feedback, client_id: UUID, **more: Any) -> ContactNoted:
    """A contact with this person, about which it is now time to ask."""
    contact = sending.contact(client_id=client_id, **more)
    await sending.learns_of(contact)
    sending.pass_time(DAY)
    return contact


async def test_an_invitation_reaches_the_person_and_its_link_opens(
    sending: Feedback, post: Post, sink: Sink, city_record: CityRecord
) -> None:
    client_id = await city_record.registers(email=CANARY, preferred_language="ru")
    contact = await due_contact(sending, client_id)

    assert await sending.sends(post) == 1

    assert sink.recipients == [CANARY]
    assert await sending.rules(contact) == [("deferred", "after-contact"), ("sent", "due")]
    page = await sending.opens(link_in(sink.arrived[0]))
    assert (page.status_code, page.headers["content-language"]) == (200, "ru")
    told = await sending.announced("feedback.trigger.decided")
    assert [event["outcome"] for event in told] == ["deferred", "sent"]


async def test_nothing_is_sent_before_its_time_nor_twice(
    sending: Feedback, post: Post, sink: Sink, city_record: CityRecord
) -> None:
    contact = sending.contact(client_id=await city_record.registers(email=CANARY))
    await sending.learns_of(contact)
    sending.pass_time(DAY - timedelta(minutes=1))
    assert await sending.sends(post) == 0

    sending.pass_time(timedelta(minutes=1))
    assert await sending.sends(post) == 1
    sending.pass_time(DAY)
    assert await sending.sends(post) == 0
    assert len(sink.arrived) == 1


async def test_the_address_is_kept_in_no_table_and_no_log(
    sending: Feedback,
    post: Post,
    sink: Sink,
    city_record: CityRecord,
    capsys: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    client_id = await city_record.registers(email=CANARY, phone=PHONE)
    await due_contact(sending, client_id)
    sink.refusing = f"451 {CANARY} later"
    await send_next(sending.running.runtime.around, post)
    sink.refusing = None
    sending.pass_time(timedelta(minutes=1))
    await sending.sends(post)

    assert sink.recipients == [CANARY]
    shown = capsys.readouterr()
    for secret in (CANARY, "kanaarilind", PHONE, "50007777"):
        assert secret not in shown.out + shown.err + caplog.text
        assert await sending.tables_with(secret) == []
    assert "invitation" in await sending.tables_with(str(client_id))


async def test_the_case_service_enters_who_asked_for_the_address_and_why(
    sending: Feedback, post: Post, city_record: CityRecord
) -> None:
    client_id = await city_record.registers(email=CANARY)
    await due_contact(sending, client_id)
    await sending.sends(post)

    async with city_record.running.person(str(client_id)) as person:
        entries = (await person.get("/api/v1/case/access-log", params={"client_id": str(client_id)})).json()["items"]
    assert [
        (entry["agency"], entry["officer"], entry["categories"])
        for entry in entries
        if entry["purpose"] == "survey-invitation"
    ] == [("sidus", "feedback", ["contact"])]


@pytest.mark.parametrize(
    ("contact_facts", "rule"),
    [
        ({"email": CANARY, "may_be_contacted": False}, "no-consent"),
        ({"email": CANARY, "may_be_contacted": None}, "no-consent"),
        ({"email": CANARY, "agreed_channels": ["post", "phone"]}, "no-consent"),
        ({"phone": PHONE}, "no-address"),
    ],
)
async def test_who_cannot_be_reached_is_not_asked_and_may_be_asked_later(
    sending: Feedback,
    post: Post,
    sink: Sink,
    city_record: CityRecord,
    contact_facts: dict[str, object],
    rule: str,
) -> None:
    client_id = await city_record.registers(**contact_facts)
    contact = await due_contact(sending, client_id)
    await sending.sends(post)

    assert await sending.rules(contact) == [("deferred", "after-contact"), ("suppressed", rule)]
    assert sink.arrived == []
    again = await due_contact(sending, client_id)
    assert (await sending.rules(again))[0] == ("deferred", "after-contact")


async def test_a_person_without_a_record_is_not_asked(sending: Feedback, post: Post, sink: Sink) -> None:
    sending.set_clock(WORKING_DAY)
    contact = sending.contact()
    await due_contact(sending, contact.client_id, contact_id=contact.contact_id, case_id=contact.case_id)
    await sending.sends(post)

    assert (await sending.rules(contact))[-1] == ("suppressed", "client-unknown")
    assert sink.arrived == []


async def test_an_address_that_mail_servers_refuse_is_told_to_the_agency(
    sending: Feedback, post: Post, sink: Sink, city_record: CityRecord
) -> None:
    contact = await due_contact(sending, await city_record.registers(email=CANARY))
    sink.refusing = "550 no such mailbox"
    await sending.sends(post)

    assert (await sending.rules(contact))[-1] == ("suppressed", "address-refused")


async def test_a_mail_server_that_is_away_only_delays(
    sending: Feedback, post: Post, sink: Sink, city_record: CityRecord
) -> None:
    contact = await due_contact(sending, await city_record.registers(email=CANARY))
    away = replace(post, mailer=mailer_for("smtp://127.0.0.1:1", sandbox=False))
    assert await sending.sends(away) == 1
    assert await sending.rules(contact) == [("deferred", "after-contact")]

    sending.pass_time(timedelta(minutes=1))
    await sending.sends(post)

    assert (await sending.rules(contact))[-1] == ("sent", "due")
    assert len(sink.arrived) == 1


async def test_a_case_service_that_is_away_only_delays(sending: Feedback, sink: Sink, post: Post) -> None:
    away = replace(post, addresses=Nobody(Unavailable()))
    contact = sending.contact()
    await due_contact(sending, contact.client_id, case_id=contact.case_id)

    assert await sending.sends(away) == 1
    assert await sending.sends(away) == 0
    sending.pass_time(timedelta(minutes=1))
    assert await sending.sends(away) == 1
    assert await sending.rules(contact) == [("deferred", "after-contact")]


async def test_an_invitation_that_breaks_does_not_hold_up_the_others(
    sending: Feedback, sink: Sink, post: Post, city_record: CityRecord
) -> None:
    first, second = [await city_record.registers(email=f"{name}@example.org") for name in ("esimene", "teine")]
    for client_id in (first, second):
        await sending.learns_of(sending.contact(client_id=client_id))
    sending.pass_time(DAY)

    await sending.sends(replace(post, addresses=Breaks(post.addresses, for_whom=first)))

    assert sink.recipients == ["teine@example.org"]


async def test_a_dispatcher_that_dies_after_sending_leaves_the_letter_to_be_sent_again(
    sending: Feedback, sink: Sink, post: Post, city_record: CityRecord
) -> None:
    contact = await due_contact(sending, await city_record.registers(email=CANARY))
    with pytest.raises(Died):
        await send_next(sending.running.runtime.around, replace(post, mailer=DiesAfter(post.mailer)))

    sending.pass_time(timedelta(minutes=5))
    assert await sending.sends(post) == 1

    first, again = sink.arrived
    assert first["Message-ID"] == again["Message-ID"]
    assert first.get_content() == again.get_content()
    assert await sending.rules(contact) == [("deferred", "after-contact"), ("sent", "due")]


async def test_two_dispatchers_send_each_invitation_once(
    sending: Feedback, sink: Sink, post: Post, city_record: CityRecord
) -> None:
    people = [await city_record.registers(email=f"inimene{number}@example.org") for number in range(8)]
    for client_id in people:
        await sending.learns_of(sending.contact(client_id=client_id))
    sending.pass_time(DAY)

    taken = await asyncio.gather(sending.sends(post), sending.sends(post))

    assert sum(taken) == len(people)
    assert min(taken) > 0
    assert sorted(sink.recipients) == [f"inimene{number}@example.org" for number in range(8)]


async def test_what_comes_due_on_a_holiday_waits_for_its_end(
    sending: Feedback, sink: Sink, post: Post, city_record: CityRecord
) -> None:
    sending.set_clock(datetime(2027, 2, 22, 9, tzinfo=UTC))
    contact = await due_contact(sending, await city_record.registers(email=CANARY))
    sending.pass_time(DAY)

    await sending.sends(post)
    assert await sending.rules(contact) == [("deferred", "after-contact"), ("deferred", "after-holiday")]
    sending.pass_time(DAY)
    await sending.sends(post)

    assert (await sending.rules(contact))[-1] == ("sent", "due")


@pytest.mark.parametrize(
    ("agency", "nature", "named"), [("tamme", "voluntary", True), ("probation", "enforcement", False)]
)
async def test_a_letter_about_enforcement_names_no_agency(
    sending: Feedback, sink: Sink, post: Post, city_record: CityRecord, agency: str, nature: str, named: bool
) -> None:
    client_id = await city_record.registers(email=CANARY)
    await due_contact(sending, client_id, agency=agency, nature=nature)
    await sending.sends(post)

    (letter,) = sink.arrived
    assert any(name in letter.as_string() for name in ("Tamme vald", "Kriminaalhooldus")) is named


def test_outside_the_sandbox_a_mail_server_is_required() -> None:
    assert isinstance(mailer_for(None, sandbox=True), SilentMailer)
    with pytest.raises(ConfigurationRefused, match="SIDUS_SMTP_URL"):
        mailer_for(None, sandbox=False)


def test_real_mail_needs_a_real_sender() -> None:
    with pytest.raises(ValueError, match="SIDUS_MAIL_FROM"):
        MailSettings(smtp_url="smtp://127.0.0.1")


class Nobody:
    """An address book that cannot answer."""

    def __init__(self, trouble: Exception) -> None:
        self._trouble = trouble

    async def look_up(self, client_id: UUID, request_id: str) -> Address | None:
        """Fail."""
        raise self._trouble


class Breaks:
    """An address book that breaks for one person."""

    def __init__(self, book: AddressBook, for_whom: UUID) -> None:
        self._book = book
        self._for_whom = for_whom

    async def look_up(self, client_id: UUID, request_id: str) -> Address | None:
        """Break, or answer."""
        if client_id == self._for_whom:
            raise ValueError("broken")
        return await self._book.look_up(client_id, request_id)


class Died(BaseException):
    """The process ended here."""


class DiesAfter:
    """A mailer whose process ends as soon as the message has been handed over."""

    def __init__(self, mailer: Mailer) -> None:
        self._mailer = mailer

    async def send(self, message: EmailMessage) -> None:
        """Hand over, and die."""
        await self._mailer.send(message)
        raise Died
