"""Acts 1 and 2: one person gets one record, and four agencies open their cases on it."""

from deploy.demo.caller import Unexpected
from deploy.demo.stage import BOARD, CITY, FUND, PROBATION, Stage

API = "/api/v1"


async def notice_and_registration(stage: Stage) -> None:
    """The municipality takes a notice, registers the person with form A and decides on case management."""
    tell, city = stage.teller, stage.city
    tell.act("A neighbour is worried")
    notice = await city.post(f"{API}/notices", _notice(stage))
    tell.step(CITY, "takes a third party's notice; nobody is registered by it")
    client = await city.post(f"{API}/clients", stage.resident.form_a())
    stage.client_id = client["id"]
    tell.step(CITY, f"registers the person with form A, part 1: client {client['id']}")
    reaction = {
        "reaction": "react",
        "reaction_reason": "Several worries at once; the person agreed to a visit.",
        "client_id": client["id"],
        "told_noticer": "Thank you, we have been in touch.",
    }
    await city.post(f"{API}/notices/{notice['id']}/reaction", reaction, 200)
    await _open_case(stage, CITY, "noticer")
    await city.post(f"{API}/cases/{stage.cases[CITY]}/problems", _PROBLEM)
    await city.post(f"{API}/cases/{stage.cases[CITY]}/initial-decision", _decision(stage), 200)
    tell.step(CITY, "opens a case, writes down the problem as the person tells it, decides on case management (A1)")


async def other_agencies(stage: Stage) -> None:
    """The same personal code is no second record; each agency opens its own case, and probation's is not seen."""
    tell = stage.teller
    tell.act("The same person at three more counters")
    known = await stage.fund.post(f"{API}/clients", stage.resident.form_a(), 409)
    if known["client_id"] != stage.client_id:
        raise Unexpected("another record was found")
    tell.refused(FUND, "registers the same personal code: 409, there is a record already")
    for agency, source in ((FUND, "client"), (BOARD, "client"), (PROBATION, "court_or_prosecutor")):
        await _open_case(stage, agency, source)
        tell.step(agency, "opens its own case on the same record")
    seen = {agency: await _agencies_seen_by(stage, agency) for agency in (CITY, FUND, BOARD, PROBATION)}
    if any(PROBATION in seen[agency] for agency in (CITY, FUND, BOARD)) or PROBATION not in seen[PROBATION]:
        raise Unexpected(f"who sees whose case: {seen}")
    tell.step(CITY, f"sees who is involved: {', '.join(sorted(seen[CITY]))}; nobody else sees probation's case")


async def _open_case(stage: Stage, agency: str, source: str) -> None:
    caller = {CITY: stage.city, FUND: stage.fund, BOARD: stage.board, PROBATION: stage.probation}[agency]
    opening = {"source": source, "purpose": "case-management", "voluntary": agency != PROBATION}
    case = await caller.post(f"{API}/clients/{stage.client_id}/cases", opening)
    stage.cases[agency] = case["id"]


async def _agencies_seen_by(stage: Stage, agency: str) -> set[str]:
    caller = {CITY: stage.city, FUND: stage.fund, BOARD: stage.board, PROBATION: stage.probation}[agency]
    return {presence["agency"] for presence in await caller.get(f"{API}/clients/{stage.client_id}/cases")}


def _notice(stage: Stage) -> dict[str, str]:
    return {
        "received_on": stage.today().isoformat(),
        "manner": "phone",
        "description": "The neighbour has not been seen outside for weeks; the electricity was cut off.",
        "noticer_first_name": "Helgi",
        "noticer_last_name": "Naaber",
        "relation": "neighbour",
        "noticer_phone": "+372 555 0199",
    }


def _decision(stage: Stage) -> dict[str, object]:
    return {
        "decision": "case_management",
        "summary": "Debts, illness and unemployment hold each other up; one service would not do.",
        "problems": ["Debts and no electricity", "Illness", "Long unemployment"],
        "needs": ["Coping with money", "Work that health allows"],
        "activities": [
            {"activity": "Agree with the electricity seller", "due_on": stage.in_days(7), "performer": "Mari Maasikas"},
            {"activity": "Assess needs thoroughly", "due_on": stage.in_days(14), "performer": "Mari Maasikas"},
        ],
        "legal_basis": "Social Welfare Act",
    }


_PROBLEM = {
    "informant": "client",
    "reason": "The electricity is cut off and the debts grow.",
    "description": "For about two years, since the work ended because of the back; worse since the spring.",
}
