"""Answering a survey through its link, and what is kept of it."""

import asyncio
from datetime import timedelta

import httpx
import pytest

from services.feedback.invitations.links import Links, Ticket
from shared.ids import new_id
from tests.feedback.driver import DAY, WORKING_DAY, Feedback
from tests.support.service import SIGNING_KEY


@pytest.fixture
async def link(feedback: Feedback) -> str:
    """The link of somebody whom the municipality has served."""
    feedback.set_clock(WORKING_DAY)
    contact = feedback.contact()
    await feedback.learns_of(contact)
    return await feedback.link(contact)


async def test_a_person_answers_and_the_link_is_used_up(feedback: Feedback, link: str) -> None:
    opened = await feedback.opens(link)
    answered = await feedback.answers(link, recommendation="9", satisfaction="7", comment="Aitäh!\r\nKõik läks hästi")

    assert (opened.status_code, answered.status_code) == (200, 200)
    assert "How likely would you be to recommend" in opened.text
    assert "We have received your answer" in answered.text
    assert sorted(map(tuple, await feedback.sql("SELECT question, score FROM answer_score"))) == [
        ("recommendation", 9),
        ("satisfaction", 7),
    ]
    assert [row[0] for row in await feedback.sql("SELECT text FROM answer_text")] == ["Aitäh!\nKõik läks hästi"]
    again = [await feedback.opens(link), await feedback.answers(link, recommendation="0")]
    assert [(page.status_code, "already answered" in page.text) for page in again] == [(410, True)] * 2
    assert await feedback.count("answer") == 1


async def test_that_somebody_answered_is_told_without_saying_who(feedback: Feedback, link: str) -> None:
    await feedback.answers(link, recommendation="3")

    (told,) = await feedback.announced("feedback.invitation.answered")

    (invitation,) = await feedback.sql("SELECT id FROM invitation")
    assert told == {"client_id": None, "invitation_id": str(invitation[0])}


async def test_of_two_answers_at_once_one_counts(feedback: Feedback, link: str) -> None:
    pages = await asyncio.gather(*(feedback.answers(link, recommendation=score) for score in ("0", "10", "5")))

    assert sorted(page.status_code for page in pages) == [200, 410, 410]
    assert await feedback.count("answer") == 1
    assert await feedback.count("answer_score") == 1


async def test_opening_the_page_uses_nothing_up(feedback: Feedback, link: str) -> None:
    for _ in range(3):
        assert (await feedback.opens(link)).status_code == 200


async def test_the_link_of_somebody_who_was_erased_opens_nothing_and_takes_no_answer(
    feedback: Feedback, link: str
) -> None:
    ((client,),) = await feedback.sql("SELECT client_id FROM invitation")
    await feedback.erases(client)

    pages = [await feedback.opens(link), await feedback.answers(link, recommendation="9")]

    assert [(page.status_code, "There is no such page" in page.text) for page in pages] == [(404, True)] * 2
    assert await feedback.count("answer") == await feedback.count("invitation") == 0


@pytest.mark.parametrize(
    "typed",
    [
        {},
        {"recommendation": ""},
        {"recommendation": "11"},
        {"recommendation": "-1"},
        {"recommendation": "9", "satisfaction": "11"},
        {"recommendation": "9", "comment": "a\x00b"},
        {"recommendation": "9", "comment": "ä" * 2001},
    ],
    ids=lambda typed: repr(typed)[:40],
)
async def test_a_page_with_a_fault_comes_back_and_nothing_is_kept(
    feedback: Feedback, link: str, typed: dict[str, str]
) -> None:
    page = await feedback.answers(link, **typed)

    assert page.status_code == 422
    assert "Your answer has not been sent yet" in page.text
    assert await feedback.count("answer") == 0
    assert (await feedback.answers(link, recommendation="9")).status_code == 200


async def test_a_page_with_a_fault_keeps_what_was_typed(feedback: Feedback, link: str) -> None:
    page = await feedback.answers(link, satisfaction="8", comment="<b>Jäi meelde</b>")

    assert "&lt;b&gt;Jäi meelde&lt;/b&gt;</textarea>" in page.text
    assert 'name="satisfaction" value="8" checked' in page.text


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"\xff\xfe\x00", "application/x-www-form-urlencoded"),
        (b"&".join(b"f%d=1" % number for number in range(60)), "application/x-www-form-urlencoded"),
        (b'{"recommendation": 9}', "application/json"),
        (b"", "text/plain"),
    ],
    ids=["not text", "many fields", "json", "nothing"],
)
async def test_a_body_that_is_no_answer_gets_the_page_again(
    feedback: Feedback, link: str, body: bytes, kind: str
) -> None:
    async with feedback.respondent() as browser:
        page = await browser.post(link, content=body, headers={"Content-Type": kind})

    assert page.status_code == 422
    assert page.headers["content-type"].startswith("text/html")


async def test_a_link_expires(feedback: Feedback, link: str) -> None:
    feedback.pass_time(31 * DAY - timedelta(minutes=1))
    assert (await feedback.opens(link)).status_code == 200

    feedback.pass_time(timedelta(minutes=1))

    for page in (await feedback.opens(link), await feedback.answers(link, recommendation="9")):
        assert page.status_code == 410
        assert "The time to answer is over" in page.text
    assert await feedback.count("answer") == 0


async def test_a_link_we_have_not_signed_opens_nothing(feedback: Feedback, link: str) -> None:
    ticket = Links(SIGNING_KEY).open(link.removeprefix("/answers/"))
    assert ticket is not None
    other_key = Links("33" * 32).token(ticket)
    nobody = Links(SIGNING_KEY).token(Ticket(new_id(), ticket.expires_at))

    for forged in (other_key, nobody, "x", "%00", link.removeprefix("/answers/")[:-6] + "AAAAAA"):
        for page in (
            await feedback.opens(f"/answers/{forged}"),
            await feedback.answers(f"/answers/{forged}", recommendation="9"),
        ):
            assert (page.status_code, "There is no such page" in page.text) == (404, True)


@pytest.mark.parametrize(
    ("query", "header", "language"),
    [("", "ru", "ru"), ("?lang=et", "ru", "et"), ("?lang=xx", "en", "en"), ("?lang=%00", "et", "et")],
)
async def test_the_page_speaks_the_language_asked_for(
    feedback: Feedback, link: str, query: str, header: str, language: str
) -> None:
    page = await feedback.opens(link + query, headers={"Accept-Language": header})

    assert page.headers["content-language"] == language
    assert f'<html lang="{language}">' in page.text


@pytest.mark.parametrize(
    ("nature", "words"),
    [
        ("voluntary", "would you be to recommend"),
        ("mandatory", "last dealings"),
        ("enforcement", "with our official go"),
    ],
)
async def test_only_who_could_choose_is_asked_to_recommend(feedback: Feedback, nature: str, words: str) -> None:
    feedback.set_clock(WORKING_DAY)
    contact = feedback.contact(nature=nature)
    await feedback.learns_of(contact)

    page = (await feedback.opens(await feedback.link(contact))).text

    assert words in page
    assert ("recommend" in page.split("<main>")[1]) == (nature == "voluntary")


async def test_pages_are_kept_by_no_cache_and_tell_no_other_site_of_the_link(feedback: Feedback, link: str) -> None:
    for page in (await feedback.opens(link), await feedback.opens("/answers/x")):
        assert page.headers["cache-control"] == "no-store"
        assert page.headers["referrer-policy"] == "no-referrer"
        assert "default-src 'none'" in page.headers["content-security-policy"]


async def test_the_link_stands_in_no_table_and_no_log(
    feedback: Feedback, link: str, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    await feedback.opens(link)
    await feedback.answers(link, recommendation="9")

    token = link.removeprefix("/answers/")
    shown = capsys.readouterr()
    assert token not in shown.out + shown.err + caplog.text
    assert await feedback.tables_with(token) == []
    assert await feedback.tables_with("recommendation") != []


async def test_outside_the_sandbox_no_link_is_shown(feedback: Feedback) -> None:
    feedback.set_clock(WORKING_DAY)
    contact = feedback.contact()
    await feedback.learns_of(contact)
    invitation = (await feedback.trigger(contact))["invitation_id"]
    feedback.running.runtime.settings.sandbox = False

    assert (await feedback.get("tamme", f"/invitations/{invitation}/link")).status_code == 404


async def test_the_answer_page_is_for_the_public_token_alone(feedback: Feedback, link: str) -> None:
    transport = httpx.ASGITransport(feedback.running.app)
    async with httpx.AsyncClient(transport=transport, base_url="http://service") as nobody:
        assert (await nobody.get(link)).status_code == 401
    async with feedback.running.agency("tamme") as officer:
        assert (await officer.get(link)).status_code == 403
