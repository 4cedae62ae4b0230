"""Speaking to the feedback service as events, officers and respondents do."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import httpx

from services.feedback.base import Base
from services.feedback.invitations.dispatcher import post_of, send_next
from services.feedback.invitations.service import Post
from services.feedback.settings import MailSettings
from shared.actor import Actor, Role
from shared.events.catalog.case import ContactNoted, ErasureOrdered
from shared.events.envelope import Envelope
from shared.ids import new_id
from shared.rights.erasure import Erasing
from shared.security import statements
from tests.feedback.sink import Sink
from tests.support.people import form_a
from tests.support.service import Running

DAY = timedelta(days=1)
WORKING_DAY = datetime(2027, 3, 8, 9, 0, tzinfo=UTC)
"""A Monday far from any public holiday."""


@dataclass
class Feedback:
    """The feedback service and those who speak to it."""

    running: Running

    def set_clock(self, moment: datetime) -> None:
        """Let it be this moment for every service of the test."""
        self.running.runtime.clock.move_to(moment - datetime.now(UTC))

    def pass_time(self, span: timedelta) -> None:
        """Let time pass."""
        clock = self.running.runtime.clock
        clock.move_to(clock.offset() + span)

    def contact(self, agency: str = "tamme", **more: Any) -> ContactNoted:
        """A service contact of an agency, now, with somebody new."""
        facts: dict[str, Any] = {
            "client_id": new_id(),
            "case_id": new_id(),
            "contact_id": new_id(),
            "agency": agency,
            "service": "counselling",
            "nature": "voluntary",
            "occurred_at": self.running.runtime.clock.now(),
        }
        return ContactNoted.model_validate(facts | more)

    async def learns_of(self, contact: ContactNoted, *, sequence: int = 1, event_id: UUID | None = None) -> str:
        """Take the event as it comes from the stream; answers what became of it."""
        consumer = self.running.runtime.consumers["feedback-on-case-work"]
        return await consumer.handle(self.envelope(contact, sequence, event_id).written())

    def envelope(self, contact: ContactNoted, sequence: int = 1, event_id: UUID | None = None) -> Envelope:
        """The event as the case service sends it."""
        return Envelope(
            id=event_id or new_id(),
            source="/sidus/case",
            type=contact.type(),
            subject=contact.subject(contact.case_id),
            time=self.running.runtime.clock.now(),
            aggregate=contact.case_id,
            sequence=sequence,
            agency=contact.agency,
            correlationid=str(new_id()),
            data=contact.model_dump(mode="json"),
        )

    async def get(self, agency: str, path: str, **more: Any) -> httpx.Response:
        """What an officer of the agency is answered."""
        async with self.running.agency(agency) as officer:
            return await officer.get(f"/api/v1{path}", **more)

    async def trigger(self, contact: ContactNoted, language: str = "en") -> dict[str, Any]:
        """The decisions about a contact, as its own agency reads them."""
        query = {"case_id": str(contact.case_id)}
        answer = await self.get(contact.agency, "/triggers", params=query, headers={"Accept-Language": language})
        (found,) = answer.json()["items"]
        return dict(found)

    async def outcomes_on(self, case_id: str) -> list[str]:
        """Where each contact on a case of the municipality stands."""
        answer = await self.get("tamme", "/triggers", params={"case_id": case_id})
        return [found["outcome"] for found in answer.json()["items"]]

    async def unpublished(self) -> int:
        """How many events wait to be published."""
        return int((await self.sql("SELECT count(*) FROM outbox WHERE published_at IS NULL"))[0][0])

    async def rules(self, contact: ContactNoted) -> list[tuple[str, str]]:
        """What was decided about a contact, in order: outcome and rule."""
        trigger = await self.trigger(contact)
        return [(made["outcome"], made["rule"].removeprefix("decision.")) for made in trigger["decisions"]]

    async def link(self, contact: ContactNoted) -> str:
        """The path of the answer link for a contact."""
        invitation = (await self.trigger(contact))["invitation_id"]
        answer = await self.get(contact.agency, f"/invitations/{invitation}/link")
        url: str = answer.json()["url"]
        return url.removeprefix(self.running.runtime.settings.public_url)

    async def erases(self, client: UUID, **scope: Any) -> dict[str, Any]:
        """What the service states about an order to erase that it has carried out."""
        order = ErasureOrdered(client_id=client, order_id=new_id(), **scope)
        async with self.running.work() as work:
            await Erasing(Base).on_ordered(order, work)
            await work.commit()
            (told,) = await self.announced("feedback.erasure.applied")
            return statements.read(told["statement"], work.public_keys[0], service="feedback")

    def respondent(self) -> httpx.AsyncClient:
        """Anybody with a browser."""
        actor = Actor(
            agency="public", agency_kind="public", officer="public", roles=frozenset({Role.PUBLIC}), request_id="r1"
        )
        client: httpx.AsyncClient = self.running.calls(actor)
        return client

    async def opens(self, link: str, **more: Any) -> httpx.Response:
        """Open an answer link."""
        async with self.respondent() as browser:
            return await browser.get(link, **more)

    async def answers(self, link: str, **typed: str) -> httpx.Response:
        """Submit the page behind a link."""
        async with self.respondent() as browser:
            return await browser.post(link, data=typed)

    def post(self, sink: Sink) -> Post:
        """What is needed to send by way of the mail server of the test."""
        mail = MailSettings(smtp_url=sink.url, mail_from="tagasiside@agency.example")
        return post_of(self.running.runtime, mail)

    async def sends(self, post: Post) -> int:
        """Send all that is due; answers how many invitations were taken up."""
        taken = 0
        while await send_next(self.running.runtime.around, post):
            taken += 1
        return taken

    async def announced(self, kind: str) -> list[dict[str, Any]]:
        """The data of every event of a kind that the service has announced."""
        rows = await self.sql("SELECT envelope->>'type', envelope->'data' FROM outbox ORDER BY seq")
        return [data for type_, data in rows if type_ == f"sidus.{kind}.v1"]

    async def sql(self, statement: str) -> list[Any]:
        """The rows of a statement, past all rights."""
        async with self.running.runtime.engine.connect() as connection:
            return list(await connection.exec_driver_sql(statement))

    async def tables_with(self, text: str) -> list[str]:
        """Every table in a row of which the text stands, in whatever column."""
        tables = await self.sql("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        found = []
        for (table,) in tables:
            rows = await self.sql(f"SELECT row_to_json({table})::text FROM {table}")  # noqa: S608
            if any(text in row for (row,) in rows):
                found.append(table)
        return found

    async def count(self, table: str) -> int:
        """How many rows a table has."""
        return int((await self.sql("SELECT count(*) FROM " + table))[0][0])  # noqa: S608


@dataclass
class CityRecord:
    """The case service behind a socket, where the people of the test are registered."""

    running: Running
    url: str

    async def registers(self, **contact: Any) -> UUID:
        """Register somebody with these contact facts, who agrees to be written to unless they say otherwise."""
        async with self.running.agency("tamme") as city:
            made = await city.post("/api/v1/clients", json=form_a(contact={"may_be_contacted": True} | contact))
        assert made.status_code == 201, made.text
        return UUID(made.json()["id"])

    async def serves(self, client_id: UUID) -> str:
        """Open the municipality's case with somebody and note a contact now; answers with the case."""
        opening = {"source": "client", "purpose": "case-management"}
        contact = {
            "service": "counselling",
            "channel": "visit",
            "occurred_at": self.running.runtime.clock.now().isoformat(),
        }
        async with self.running.agency("tamme") as city:
            case = await city.post(f"/api/v1/clients/{client_id}/cases", json=opening)
            assert case.status_code == 201, case.text
            noted = await city.post(f"/api/v1/cases/{case.json()['id']}/contacts", json=contact)
            assert noted.status_code == 201, noted.text
        return str(case.json()["id"])
