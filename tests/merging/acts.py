"""What officers do about a client, so that something stands in every service."""

from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from shared.ids import new_id
from tests.merging.world import World
from tests.network.forms import a_map, an_agenda
from tests.support.caller import Told, version_of
from tests.support.front_door import Officer

AGENCIES = ("tamme", "unemployment-fund")
REFUSALS = {403, 404, 409, 412}
"""What may be told to who does something that cannot be done now; anything else is a fault."""


@dataclass
class Story:
    """What has happened so far: the open case of each agency with each client."""

    world: World
    cases: dict[tuple[str, str], dict[str, Any]] = field(default_factory=dict)

    async def goes_on(self, act: str, agency: str, client_id: str) -> None:
        """An officer does something about a client, if it can be done."""
        officer = self.world.officer(agency)
        try:
            with suppress(KeyError, StopIteration):
                await ACTS[act](self, officer, client_id)
        except Told as refusal:
            if refusal.status not in REFUSALS:
                raise
        finally:
            await officer.http.aclose()

    def case(self, officer: Officer, client_id: str) -> dict[str, Any]:
        """The officer's case with a client; KeyError where there is none."""
        return self.cases[officer.code, client_id]


async def opens(story: Story, officer: Officer, client_id: str) -> None:
    story.cases[officer.code, client_id] = await officer.opens_case(client_id)


async def shares(story: Story, officer: Officer, client_id: str) -> None:
    other = AGENCIES[1 - AGENCIES.index(officer.code)]
    await officer.records_consent(client_id, to=other, signed=story.world.running["case"].runtime.clock.today())


async def offers(story: Story, officer: Officer, client_id: str) -> None:
    other = AGENCIES[1 - AGENCIES.index(officer.code)]
    await officer.offers_consent(client_id, to=other, today=story.world.running["case"].runtime.clock.today())


async def warns(story: Story, officer: Officer, client_id: str) -> None:
    await officer.claims_danger(client_id, "crime")


async def relates(story: Story, officer: Officer, client_id: str) -> None:
    client = await officer.reads(client_id)
    await officer.adds(client, "relations", kind="cohabiting_family", name="Ema Näidis", relation="mother")


async def mends(story: Story, officer: Officer, client_id: str) -> None:
    client = await officer.reads(client_id)
    for relation in client["relations"][:1]:
        mended = {"kind": "cohabiting_family", "name": "Laps Näidis", "relation": "son"}
        await officer.corrects(client, "relations", relation["id"], **mended)


async def ends(story: Story, officer: Officer, client_id: str) -> None:
    client = await officer.reads(client_id)
    for relation in client["relations"][-1:]:
        await officer.ends(client, "relations", relation["id"])


async def withdraws(story: Story, officer: Officer, client_id: str) -> None:
    for consent in await officer.consents_of(client_id):
        await officer.withdraws(consent)


async def tells(story: Story, officer: Officer, client_id: str) -> None:
    await officer.tells_problem(story.case(officer, client_id))


async def decides(story: Story, officer: Officer, client_id: str) -> None:
    await officer.decides(story.case(officer, client_id), "refer")


async def plans(story: Story, officer: Officer, client_id: str) -> None:
    await officer.adds_task(story.case(officer, client_id), story.world.running["case"].runtime.clock.today())


async def serves(story: Story, officer: Officer, client_id: str) -> None:
    at = story.world.running["case"].runtime.clock.now().isoformat()
    await officer.notes_contact(story.case(officer, client_id), at)


async def notices(story: Story, officer: Officer, client_id: str) -> None:
    notice = await officer.takes_notice(story.world.running["case"].runtime.clock.today())
    await officer.reacts(notice, "react", client_id=client_id)


async def rewrites(story: Story, officer: Officer, client_id: str) -> None:
    client = await officer.reads(client_id)
    await officer.changes(client, contact=client["contact"] | {"phone": "+372 5555 0199"})


async def renumbers(story: Story, officer: Officer, client_id: str) -> None:
    client = await officer.reads(client_id)
    listed = (await officer.asks(f"/clients/{client['id']}/identifiers"))["items"]
    replaced = next(one["id"] for one in listed if one["ended_at"] is None and one["kind"] != "personal_code")
    code = {"kind": "foreign_code", "country": "LV", "value": new_id().hex}
    await officer.adds(client, "identifiers", **code, replaces=replaced)


async def expires(story: Story, officer: Officer, client_id: str) -> None:
    client = await officer.reads(client_id)
    [listed, *_] = (await officer.asks(f"/clients/{client['id']}/identifiers"))["items"]
    path = f"/clients/{client['id']}/identifiers/{listed['id']}/ending"
    await officer.sends(path, {"ended_as": "expired"}, If_Match=version_of(client))


async def assesses(story: Story, officer: Officer, client_id: str) -> None:
    await officer.assesses(client_id)


async def drafts(story: Story, officer: Officer, client_id: str) -> None:
    begun = {"client_id": client_id, "instrument": "initial-mapping", "kind": "initial"}
    draft = await officer.sends("/assessments", begun)
    await officer.sends(f"/assessments/{draft['id']}/problems", {"description": "The flat is damp."})


async def draws(story: Story, officer: Officer, client_id: str) -> None:
    await officer.sends("/maps", a_map(client_id))


async def meets(story: Story, officer: Officer, client_id: str) -> None:
    await officer.sends("/meetings", an_agenda(client_id, case_id=story.case(officer, client_id)["id"]))


ACTS: dict[str, Callable[[Story, Officer, str], Awaitable[None]]] = {
    act.__name__: act
    for act in (
        opens, shares, offers, withdraws, warns, tells, decides, plans, serves, notices, rewrites, relates, mends, ends,
        renumbers, expires, assesses, drafts, draws, meets,
    )
}  # fmt: skip
