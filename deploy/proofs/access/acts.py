"""What an agency does in the course of its work with a client: together it writes into every table it can write into.

A new table with personal data needs an act here that leaves a row in it; the proof says so until there is one.
"""

import asyncio
from datetime import timedelta
from typing import Any, Final
from urllib.parse import urlsplit

from deploy.proofs.access.story import Act, Refused, Story
from shared.actor import Role

SERVED_SOME_TIME_AGO: Final = timedelta(hours=25)
"""Long enough for a survey to be due, not so long that none is sent (feedback's policy: one to three days)."""

LONGEST_HOLIDAYS: Final = timedelta(days=8)
LOOKS_A_DAY: Final = 12
LOOK_AGAIN_SECONDS: Final = 0.25


async def tells_problem(story: Story, agency: str) -> None:
    """A problem as the client tells it (form A, part 2)."""
    problem = {"informant": "client", "reason": story.mark(agency), "description": story.mark(agency)}
    await story.says(agency, "POST", f"/cases/{story.cases[agency]}/problems", problem)


async def decides(story: Story, agency: str) -> None:
    """The initial decision (form A, part 6)."""
    decision = {
        "decision": "single",
        "summary": story.mark(agency),
        "problems": [story.mark(agency)],
        "needs": [story.mark(agency)],
        "activities": [{"activity": "Advice", "due_on": story.today(14).isoformat(), "performer": "Adviser"}],
        "legal_basis": "SHS",
    }
    await story.says(agency, "POST", f"/cases/{story.cases[agency]}/initial-decision", decision)


async def notes_contact(story: Story, agency: str) -> None:
    """A service contact, after which a survey is sent."""
    contact = {
        "service": story.world.service_of(agency),
        "channel": "visit",
        "occurred_at": (story.world.now - SERVED_SOME_TIME_AGO).isoformat(),
    }
    await story.says(agency, "POST", f"/cases/{story.cases[agency]}/contacts", contact)


async def adds_task(story: Story, agency: str) -> None:
    """A task by hand."""
    task = {"title": story.mark(agency), "due_on": story.today(14).isoformat()}
    await story.says(agency, "POST", f"/cases/{story.cases[agency]}/tasks", task)


async def takes_notice(story: Story, agency: str) -> None:
    """A third party's notice that the client needs help."""
    taken = {"received_on": story.today().isoformat(), "manner": "phone", "description": story.mark(agency)}
    notice = await story.says(agency, "POST", "/notices", taken)
    reaction = {"reaction": "react", "reaction_reason": story.mark(agency), "client_id": story.client}
    await story.says(agency, "POST", f"/notices/{notice['id']}/reaction", reaction)


async def assesses(story: Story, agency: str) -> None:
    """A whole assessment."""
    begun = {
        "client_id": story.client,
        "instrument": "initial-mapping",
        "kind": "initial",
        "case_id": story.cases[agency],
    }
    draft = await story.says(agency, "POST", "/assessments", begun)
    where = f"/assessments/{draft['id']}"
    area = {"client_word": story.mark(agency), "network_word": story.mark(agency)}
    await story.says(agency, "PUT", f"{where}/areas/housing", area, If_Match=f'"{draft["version"]}"')
    await story.says(agency, "POST", f"{where}/problems", {"description": story.mark(agency)})
    await story.says(agency, "POST", f"{where}/resources", {"kind": "motivation", "text": story.mark(agency)})
    await story.says(agency, "POST", f"{where}/needs", {"area": "housing", "text": story.mark(agency)})
    await story.says(agency, "POST", f"{where}/completion", {"summary": story.mark(agency)})


async def draws_map(story: Story, agency: str) -> None:
    """A network map."""
    drawn = {
        "client_id": story.client,
        "case_id": story.cases[agency],
        "drawn_on": story.today().isoformat(),
        "drawn_by": "client",
        "members": [{"field": 2, "distance": 0.5, "label": story.mark(agency)}],
    }
    await story.says(agency, "POST", "/maps", drawn)


async def meets(story: Story, agency: str) -> None:
    """A network meeting that decides something, which becomes a task."""
    planned = {
        "client_id": story.client,
        "case_id": story.cases[agency],
        "aim": story.mark(agency),
        "organiser": story.world.officer(agency).officer,
        "planned_on": story.today().isoformat(),
        "starts_at": "10:00",
        "ends_at": "11:00",
        "institution": "Town hall",
        "agenda": [{"starts_at": "10:00", "ends_at": "11:00", "topic": "Who does what"}],
    }
    meeting = await story.says(agency, "POST", "/meetings", planned)
    decided = {"text": story.mark(agency), "due_on": story.today(30).isoformat(), "responsible_agency": agency}
    minutes = {
        "held_on": story.today().isoformat(),
        "chair": "Case manager",
        "minute_taker": "Adviser",
        "participants": [{"standing": "client"}],
        "decisions": [decided],
    }
    await story.says(agency, "POST", f"/meetings/{meeting['id']}/minutes", minutes)


async def answers_survey(story: Story, agency: str) -> None:
    """The client answers the survey that a contact led to, where it led to one."""
    trigger = await _decided(story, agency)
    if trigger["outcome"] == "sent":
        link = await story.says(agency, "GET", f"/invitations/{trigger['invitation_id']}/link")
        answers = {"recommendation": "9", "smoothness": "9", "comment": story.mark(agency)}
        await story.submits(urlsplit(link["url"]).path, answers)


async def _decided(story: Story, agency: str) -> Any:
    """The contact's trigger once it is no longer put off; a holiday may put it off by days."""
    for _ in range(LONGEST_HOLIDAYS.days):
        for _ in range(LOOKS_A_DAY):
            found = await story.says(agency, "GET", f"/triggers?case_id={story.cases[agency]}")
            if found["items"][0]["outcome"] != "deferred":
                return found["items"][0]
            await asyncio.sleep(LOOK_AGAIN_SECONDS)
        await story.world.passes(timedelta(days=1))
    raise Refused(f"{story.state}: the survey of {agency} is never sent")


async def discloses(story: Story, agency: str) -> None:
    """Data given to somebody outside."""
    given = {
        "recipient": story.mark(agency),
        "categories": ["needs"],
        "ground": "statute_or_court",
        "legal_code": "KrMS-32",
        "justification": story.mark(agency),
        "purpose": "court",
        "disclosed_on": story.today().isoformat(),
    }
    await story.says(agency, "POST", f"/clients/{story.client}/disclosures", given)


async def links_its_key(story: Story, agency: str) -> None:
    """The key by which the agency's own system knows the client."""
    key = {"system": "own-system", "value": story.mark(agency)}
    await story.says(agency, "POST", f"/clients/{story.client}/external-ids", key)


async def takes_register_over(story: Story, agency: str) -> None:
    """The beginning of an import; it is about nobody."""
    registrar = story.world.officer(agency, Role.REGISTRAR)
    begun = {"name": story.mark(agency), "system": "old-register", "dry_run": True}
    await story.says(registrar, "POST", "/imports", begun)


ACTS: Final[dict[str, tuple[Act, ...]]] = {
    "case": (
        tells_problem,
        decides,
        notes_contact,
        adds_task,
        takes_notice,
        discloses,
        links_its_key,
        takes_register_over,
    ),
    "assessment": (assesses,),
    "network": (draws_map, meets),
}
"""Service -> what is done there."""

LATER: Final[dict[str, tuple[Act, ...]]] = {"feedback": (answers_survey,)}
"""What is done once events have had their effect and days have passed."""
