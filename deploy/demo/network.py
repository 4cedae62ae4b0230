"""Acts 4 and 5: the map, the meeting whose decision becomes a task, the survey and what follows from it."""

from typing import Any

from deploy.demo.caller import Caller, Unexpected
from deploy.demo.record import API
from deploy.demo.sharing import PERSON
from deploy.demo.stage import BOARD, CITY, FUND, Stage


async def map_and_meeting(stage: Stage) -> None:
    """The map is drawn, a meeting held, and its decision appears as a dated task where it belongs."""
    tell, city = stage.teller, stage.city
    tell.act("The people around the person")
    drawn = await city.post(f"{API}/maps", _map(stage))
    picture = await city.get(f"{API}/maps/{drawn['id']}/map.svg")
    tell.step(
        PERSON, f"draws the network map: {len(drawn['members'])} people; as a picture: {len(picture)} bytes of SVG"
    )
    meeting = await city.post(f"{API}/meetings", _meeting(stage))
    await city.post(f"{API}/meetings/{meeting['id']}/minutes", _minutes(stage), 200)
    tell.step(CITY, "holds a network meeting; the fund is to offer work practice")
    tasks = await stage.fund.until(f"{API}/cases/{stage.cases[FUND]}/tasks", lambda page: bool(page["items"]))
    task = tasks["items"][0]
    tell.step(FUND, f"finds the decision as a task on its own case, due {task['due_on']}: {task['title']}")


async def survey(stage: Stage) -> None:
    """A contact triggers a survey, the person answers, the index shows it; further contacts are left in peace."""
    tell = stage.teller
    tell.act("How was it?")
    await _contact(stage, stage.city, CITY)
    deferred = await _trigger(stage, stage.city, CITY, "deferred")
    tell.step("feedback", f"{deferred['outcome']}: {deferred['decisions'][-1]['reason']}")
    while (sent := await _after_a_day(stage))["outcome"] != "sent":
        tell.step("feedback", f"{sent['outcome']}: {sent['decisions'][-1]['reason']}")
    tell.step("feedback", "asks for the address at the moment of sending, sends, and forgets it")
    link = await stage.city.get(f"{API}/invitations/{sent['invitation_id']}/link")
    answer = {"recommendation": "9", "satisfaction": "8", "comment": "I was listened to."}
    await _answer(stage, link["url"], answer)
    again = await stage.http.get(_path_of(link["url"]))
    if again.status_code != 410:
        raise Unexpected(f"the link could be used twice: {again.status_code}")
    tell.step(PERSON, "answers behind the signed link, which is good for one time")
    indices = await stage.city.get(f"{API}/indices", survey="recommendation")
    index = next(found for found in indices["indices"] if found["answers"])
    tell.step(CITY, f"sees the index: {index['index']:+d} from {index['answers']} answer(s)")
    for agency, caller in ((CITY, stage.city), (BOARD, stage.board)):
        await _contact(stage, caller, agency)
        left = await _trigger(stage, caller, agency, "suppressed")
        tell.refused("feedback", f"after a contact with {agency}: {left['decisions'][-1]['reason']}")


async def _contact(stage: Stage, caller: Caller, agency: str) -> None:
    contact = {"service": "counselling", "channel": "visit", "occurred_at": stage.now.isoformat()}
    await caller.post(f"{API}/cases/{stage.cases[agency]}/contacts", contact)


async def _trigger(stage: Stage, caller: Caller, agency: str, outcome: str) -> Any:
    page = await caller.until(
        f"{API}/triggers",
        lambda page: bool(page["items"]) and page["items"][0]["outcome"] == outcome,
        case_id=stage.cases[agency],
    )
    return page["items"][0]


async def _after_a_day(stage: Stage) -> Any:
    """Where the survey stands a day later: sent, or put off again past a holiday."""
    before = (await stage.city.get(f"{API}/triggers", case_id=stage.cases[CITY]))["items"][0]
    await stage.advance("P1DT1H")
    page = await stage.city.until(
        f"{API}/triggers",
        lambda page: len(page["items"][0]["decisions"]) > len(before["decisions"]),
        case_id=stage.cases[CITY],
    )
    return page["items"][0]


async def _answer(stage: Stage, url: str, answer: dict[str, str]) -> None:
    page = await stage.http.get(_path_of(url))
    response = await stage.http.post(_path_of(url), data=answer)
    if page.status_code != 200 or response.status_code != 200:
        raise Unexpected(f"the answer page answered {page.status_code} and {response.status_code}")


def _path_of(url: str) -> str:
    return "/" + url.split("/", 3)[3]


def _map(stage: Stage) -> dict[str, Any]:
    return {
        "client_id": stage.client_id,
        "case_id": stage.cases[CITY],
        "drawn_on": stage.today().isoformat(),
        "drawn_by": "client",
        "assisted_by": "worker",
        "members": [
            _member(1, 0.2, "daughter", "f", lives_with_client=True, is_support_person=True),
            _member(2, 0.5, "brother", "m", in_conflict=True),
            _member(2, 0.8, "aunt", "f"),
            _member(3, 0.7, "former foreman", "m", movement="leaving"),
            _member(4, 0.4, "neighbour", "f", movement="entering"),
            _member(4, 0.9, "choir leader", "f"),
            _member(5, 0.3, "case manager", "unknown", kind="agency", agency=CITY),
            _member(5, 0.6, "fund's adviser", "unknown", kind="agency", agency=FUND),
        ],
        "ties": [[0, 4], [1, 2], [6, 7]],
    }


def _member(field: int, distance: float, label: str, sex: str, **more: Any) -> dict[str, Any]:
    return {"field": field, "distance": distance, "label": label, "sex": sex, **more}


def _meeting(stage: Stage) -> dict[str, Any]:
    return {
        "client_id": stage.client_id,
        "case_id": stage.cases[CITY],
        "aim": "Agree who does what in the next three months.",
        "organiser": "mari.maasikas",
        "planned_on": stage.today().isoformat(),
        "starts_at": "10:00",
        "ends_at": "11:00",
        "institution": "Tamme town hall",
        "agenda": [
            {"starts_at": "10:00", "ends_at": "10:20", "topic": "What has been assessed", "presenter": "case manager"},
            {"starts_at": "10:20", "ends_at": "11:00", "topic": "Who does what"},
        ],
        "invited": [{"standing": "formal", "post": "Case manager", "institution": "Unemployment fund"}],
    }


def _minutes(stage: Stage) -> dict[str, Any]:
    return {
        "held_on": stage.today().isoformat(),
        "chair": "Case manager",
        "minute_taker": "Fund's adviser",
        "participants": [
            {"standing": "client"},
            {"standing": "formal", "post": "Case manager", "institution": "Unemployment fund"},
        ],
        "items": ["The assessment was gone through together."],
        "decisions": [
            {
                "text": "Offer work practice that spares the back.",
                "due_on": stage.in_days(30),
                "responsible_agency": FUND,
                "responsible_officer": "andres.tamm",
            }
        ],
    }
