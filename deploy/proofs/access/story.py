"""One client's story, told through the API: who registered them, who works with them, who was let in and shut out."""

from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qsl

from stdnum.ee import ik

from deploy.demo.resident import Resident
from deploy.proofs.access.marks import Author
from deploy.proofs.access.onlookers import NOBODY, Onlooker, people
from deploy.proofs.access.oracle import Closing, Opening
from deploy.proofs.access.site import Asked
from shared.access.categories import Category
from shared.actor import Role

if TYPE_CHECKING:
    from deploy.proofs.access.world import World

API: Final = "/api/v1"
SOURCES: Final = {"probation": "court_or_prosecutor"}
DECLARATIONS: Final = {"cooperates": True, "processing": True, "voluntary": True}
HALF_A_YEAR: Final = timedelta(days=182)


class Refused(Exception):
    """The world cannot be made: something that should be possible was refused."""


@dataclass(slots=True)
class Story:
    """What happens to one client."""

    world: "World"
    state: str
    resident: Resident = field(default_factory=Resident.invented)
    client: str = ""
    cases: dict[str, str] = field(default_factory=dict)
    worked_by: list[str] = field(default_factory=list)
    later: list[Callable[[], Awaitable[None]]] = field(default_factory=list)
    """What happens only after days have passed."""

    async def says(self, who: str | Onlooker, method: str, path: str, body: Any = None, **headers: str) -> Any:
        """What an agency's case manager, or somebody else, is answered; it must not be refused."""
        onlooker = who if isinstance(who, Onlooker) else self.world.officer(who)
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        where, _, query = path.partition("?")
        asked = Asked(method, API + where, dict(parse_qsl(query)), body, headers=named)
        answer = await self.world.site.ask(onlooker, asked)
        if not answer.is_given:
            raise Refused(f"{self.state}: {onlooker} {method} {path}: {answer.status} {answer.text}")
        self.world.learned(method, API + path, body)
        return answer.content

    async def submits(self, path: str, form: dict[str, str]) -> None:
        """Somebody who has a link fills in the page behind it."""
        answer = await self.world.site.ask(NOBODY, Asked("POST", path, form=form))
        if not answer.is_given:
            raise Refused(f"{self.state}: {path}: {answer.status}")

    def mark(self, agency: str) -> str:
        """A word that stands only where this agency writes it about this client."""
        return self.world.marks.word(Author(agency, self.state))

    def today(self, days: int = 0) -> date:
        """A day from today."""
        return self.world.now.date() + timedelta(days=days)

    def of_another(self) -> "Story":
        """The story of somebody else, told beside this one."""
        return Story(self.world, f"{self.state}, the other")

    def of_the_same(self) -> "Story":
        """The story of the same person as somebody else tells it who does not know this one."""
        return replace(self.of_another(), resident=replace(self.resident, phone=Resident.invented().phone))

    async def registered_by(self, agency: str, *, without_code: bool = False, besides: "Story | None" = None) -> None:
        """An agency registers the person with form A, part 1, filled in full; with a number of its own if need be.

        `besides` tells of somebody from whom the agency says the person to be distinct, however alike they are.
        """
        form, code = self.resident.form_a(), self.resident.personal_code
        form["identity"] |= {"last_name": self.mark(agency), "document_number": self.mark(agency)}
        if without_code:
            number = {"kind": "temporary_number", "value": self.mark(agency)}
            born = ik.get_birth_date(code).isoformat()
            form["identity"] |= {"personal_code": None, "other_identifier": number, "date_of_birth": born}
        form["contact"] |= {"registered_address": self.mark(agency)}
        form["social"] |= {"note": self.mark(agency)}
        form["health"] |= {"note": self.mark(agency)}
        form["relations"] = [{"kind": "cohabiting_family", "name": self.mark(agency), "relation": "daughter"}]
        if besides:
            form["distinct_from"] = {"clients": [besides.client], "because": "namesakes"}
        made_on = self.world.marks.day(Author(agency, self.state))
        form["earlier_assessments"] = [{"kind": "care_need", "made_on": made_on}]
        self.client = (await self.says(agency, "POST", "/clients", form))["id"]
        self.world.clients[self.state] = self.client
        identity = form["identity"]
        if without_code:
            self.world.searched[self.client] = [{"other_identifier": identity["other_identifier"]}]
        else:
            self.world.marks.code(code, Author(agency, self.state))
            born = ik.get_birth_date(code).isoformat()
            by_name = {"last_name": identity["last_name"], "date_of_birth": born}
            self.world.searched[self.client] = [{"personal_code": code}, by_name]

    async def has_case_of(self, agency: str) -> None:
        """An agency opens its case, which lets it see the shared record and who else is involved."""
        opening = {
            "source": SOURCES.get(agency, "client"),
            "purpose": self.mark(agency),
            "coordinator": self.mark(agency),
        }
        case = await self.says(agency, "POST", f"/clients/{self.client}/cases", opening)
        self.cases[agency] = case["id"]
        self.world.facts.case_opened(self.client, agency, self.world.now)

    async def worked_with_by(self, *agencies: str) -> None:
        """Each agency opens a case and leaves a row in every table that an agency writes."""
        for agency in agencies:
            await self.has_case_of(agency)
            await self.world.works(self, agency)
            self.worked_by.append(agency)

    async def consents(
        self, source: str, to: str, categories: Collection[Category], begins: int = 0, ends: int = HALF_A_YEAR.days
    ) -> "Signed":
        """The client signs that an agency may see categories of another's data, from one day to another."""
        terms = {
            "grantee": to,
            "categories": sorted(categories),
            "purpose": self.mark(source),
            "valid_from": self.today(begins).isoformat(),
            "valid_until": self.today(ends).isoformat(),
            "signed_on": self.today().isoformat(),
            "declarations": DECLARATIONS,
        }
        consent = await self.says(source, "POST", f"/clients/{self.client}/consents", terms)
        opening = Opening(
            client=self.client,
            grantee=to,
            categories=frozenset(categories),
            source=source,
            begins=self.world.beginning_of(self.today(begins)),
            ends=self.world.beginning_of(self.today(ends + 1)),
        )
        self.world.facts.openings.append(opening)
        return Signed(source, consent["id"], opening)

    async def narrows(self, signed: "Signed", categories: Collection[Category]) -> None:
        """The client agrees to less than before."""
        path = f"/clients/{self.client}/consents/{signed.id}/narrowing"
        await self.says(signed.source, "POST", path, {"categories": sorted(categories)})
        self.world.facts.openings.remove(signed.opening)
        self.world.facts.openings.append(replace(signed.opening, categories=frozenset(categories)))

    async def offers_consent(self, source: str, to: str, categories: Collection[Category]) -> None:
        """Terms are put before the client, who has not signed."""
        terms = {
            "grantee": to,
            "categories": sorted(categories),
            "purpose": self.mark(source),
            "valid_from": self.today().isoformat(),
            "valid_until": self.today(30).isoformat(),
            "notice_language": "et",
        }
        await self.says(source, "POST", f"/clients/{self.client}/consents/offers", terms)

    async def rests_on_statute(self, agency: str, legal_code: str, categories: Collection[Category]) -> str:
        """An agency rests on a legal code of its profile to see what every other holds; answers the claim's id."""
        claim = {
            "legal_code": legal_code,
            "categories": sorted(categories),
            "reason": self.mark(agency),
            "client_told_on": self.today().isoformat(),
        }
        claimed = await self.says(agency, "POST", f"/clients/{self.client}/statutory-claims", claim)
        self._opened_until(agency, categories, claimed["valid_until"])
        return str(claimed["id"])

    async def claims_danger(
        self, agency: str, kind: str, categories: Collection[Category], told_after: str | None = None
    ) -> None:
        """An agency says that somebody is in danger; by its legal code the client may be told later."""
        claim: dict[str, Any] = {"kind": kind, "categories": sorted(categories), "reason": self.mark(agency)}
        if told_after is not None:
            claim["delay"] = {"legal_code": told_after, "until": self.today(30).isoformat()}
        claimed = await self.says(agency, "POST", f"/clients/{self.client}/danger-claims", claim)
        self._opened_until(agency, categories, claimed["valid_until"])

    def _opened_until(self, grantee: str, categories: Collection[Category], until: str) -> None:
        ends = datetime.fromisoformat(until)
        opening = Opening(self.client, grantee, frozenset(categories), None, self.world.now, ends)
        self.world.facts.openings.append(opening)

    async def closed_by(self, agency: str, *named: str) -> None:
        """A supervisor closes the record to all but the officers named, as `agency/officer`."""
        officers = [dict(zip(("agency", "officer"), account.split("/"), strict=True)) for account in named]
        closing = {"officers": officers, "reason": self.mark(agency), "valid_until": self.today(30).isoformat()}
        supervisor = self.world.officer(agency, Role.SUPERVISOR)
        await self.says(supervisor, "POST", f"/clients/{self.client}/restrictions", closing)
        self.world.facts.closings.append(Closing(self.client, frozenset(named)))

    async def asks_to_put_right(self, agency: str) -> None:
        """The person says that the record, which the agency keeps, is wrong."""
        person = next(people(self.world.site.agencies, [self.client]))
        claim = {"section": "social", "claimed": {"note": self.mark(agency)}}
        await self.says(person, "POST", f"/clients/{self.client}/rectifications", claim)

    async def lives_with(self, other: "Story", agency: str) -> None:
        """An agency notes who lives together."""
        members = [{"client_id": one.client, "since": self.today().isoformat()} for one in (self, other)]
        await self.says(agency, "POST", "/households", {"members": members})

    async def has_relative(self, other: "Story", agency: str) -> None:
        """An agency notes that the client is a relative of another client."""
        relation = {"kind": "cohabiting_family", "related_client_id": other.client, "relation": "sister"}
        noted = relation | {"note": self.mark(agency)}
        await self.says(agency, "POST", f"/clients/{self.client}/relations", noted, If_Match="*")

    async def counts_what_is_due(self, *agencies: str) -> None:
        """Agencies find out what they need not keep any more."""
        for agency in agencies:
            officer = self.world.officer(agency, Role.DATA_PROTECTION_OFFICER)
            await self.says(officer, "POST", "/retention-runs", {"dry_run": True})

    async def merged_into(self, survivor: "Story", agency: str) -> None:
        """A registrar finds that the person was registered twice."""
        registrar = self.world.officer(agency, Role.REGISTRAR)
        pair = f"survivor_id={survivor.client}&merged_id={self.client}"
        seen = await self.says(registrar, "GET", f"/merges/preview?{pair}")
        versions = {name: seen[name] for name in ("survivor_id", "merged_id", "survivor_version", "merged_version")}
        await self.says(registrar, "POST", "/merges", versions | {"reason": survivor.mark(agency)})
        self.world.facts.merge(self.client, survivor.client)

    async def erased_by(self, agency: str) -> None:
        """An agency finds that what it holds should not be held."""
        officer = self.world.officer(agency, Role.DATA_PROTECTION_OFFICER)
        order = {"reason": "unlawful", "legal_code": self.mark(agency)}
        await self.says(officer, "POST", f"/clients/{self.client}/erasures", order)
        self.world.erased.add(self.client)

    async def withdraws(self, signed: "Signed") -> None:
        """The client no longer agrees."""
        path = f"/clients/{self.client}/consents/{signed.id}/withdrawal"
        await self.says(signed.source, "POST", path, {"reason": self.mark(signed.source)})
        self.world.facts.close(signed.opening, self.world.now)


@dataclass(frozen=True, slots=True)
class Signed:
    """A consent that was signed: with which agency, under which id, and what it opens."""

    source: str
    id: str
    opening: Opening


Act = Callable[[Story, str], Awaitable[None]]
"""Something an agency does in the course of its work with a client."""
