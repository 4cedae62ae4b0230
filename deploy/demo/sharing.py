"""Acts 3 and 6: the assessment is made once and read under consent; the person looks who looked, and withdraws."""

from typing import Any

from deploy.demo.caller import Caller, Unexpected
from deploy.demo.record import API
from deploy.demo.stage import CITY, FUND, Stage, codes

PERSON = "the person"


async def assessment_read_under_consent(stage: Stage) -> None:
    """The municipality assesses; the fund is refused, then reads the same assessment under consent A2."""
    tell = stage.teller
    tell.act("Assessed once")
    assessment = await _assess(stage)
    tell.step(CITY, "assesses the seven life areas, the person's word and the network's kept apart")
    tell.step(CITY, f"completes it: needs in {len(_NEEDS)} areas, complex need: {assessment['complex_need']}")
    refusal = await stage.fund.get(f"{API}/assessments", 403, client_id=stage.client_id)
    if "consent.missing" not in codes(refusal):
        raise Unexpected(f"the refusal does not name what is missing: {refusal}")
    tell.refused(FUND, f"asks for the needs: {refusal['unmet'][0]['detail']}")
    consent = await stage.city.post(f"{API}/clients/{stage.client_id}/consents", _consent(stage))
    stage.consent_id = consent["id"]
    tell.step(PERSON, "signs the cooperation agreement (A2): needs, to the unemployment fund")
    read = await _read_when_open(stage.fund, stage.client_id, assessment["id"])
    if [need["text"] for need in read["needs"]] != [need["text"] for need in assessment["needs"]]:
        raise Unexpected("the fund reads another assessment")
    tell.step(FUND, "reads the same assessment and does not repeat it")


async def who_looked_and_withdrawal(stage: Stage) -> None:
    """The person reads who looked, withdraws the consent, and the door is closed in every service."""
    tell = stage.teller
    tell.act("The person decides")
    log = await stage.person.get(f"{API}/clients/{stage.client_id}/access-log", limit="100")
    lookers = sorted({entry["agency"] for entry in log["items"]})
    tell.step(PERSON, f"reads who looked: {len(log['items'])} entries, by {', '.join(lookers)}")
    if FUND not in {entry["agency"] for entry in log["items"] if entry["ground"] == "consent"}:
        raise Unexpected("the log does not show that the fund read under consent")
    receipt = await stage.person.post(
        f"{API}/clients/{stage.client_id}/consents/{stage.consent_id}/withdrawal", {"reason": "It is enough now."}, 200
    )
    if not receipt["complete"]:
        raise Unexpected(f"the receipt is not complete: {receipt}")
    times = ", ".join(f"{said['service']} {said['applied_at'][11:23]}" for said in receipt["services"])
    tell.step(PERSON, f"withdraws the consent; applied at: {times}")
    await stage.fund.get(f"{API}/assessments", 403, client_id=stage.client_id)
    tell.refused(FUND, "reads again: refused")


async def _assess(stage: Stage) -> Any:
    start = {
        "client_id": stage.client_id,
        "instrument": "initial-mapping",
        "kind": "initial",
        "case_id": stage.cases[CITY],
    }
    assessment = await stage.city.post(f"{API}/assessments", start)
    where = f"{API}/assessments/{assessment['id']}"
    for area, (client_word, network_word) in _AREAS.items():
        words = {"client_word": client_word, "network_word": network_word}
        assessment = await stage.city.put(f"{where}/areas/{area}", words, etag=f'"{assessment["version"]}"')
    await stage.city.post(f"{where}/problems", {"description": "The debts grow every month."}, 200)
    await stage.city.post(f"{where}/resources", {"kind": "motivation", "text": "Wants to work again."}, 200)
    for area, text in _NEEDS.items():
        await stage.city.post(f"{where}/needs", {"area": area, "text": text}, 200)
    return await stage.city.post(f"{where}/completion", {"summary": "Debts, health and work hang together."}, 200)


async def _read_when_open(fund: Caller, client_id: str, assessment_id: str) -> Any:
    """The grant travels to the assessment service as an event; a moment later the door is open."""
    await fund.let_in(f"{API}/assessments", client_id=client_id)
    return await fund.get(f"{API}/assessments/{assessment_id}")


def _consent(stage: Stage) -> dict[str, Any]:
    return {
        "grantee": FUND,
        "categories": ["needs"],
        "purpose": "case-management",
        "valid_from": stage.today().isoformat(),
        "valid_until": stage.in_days(365),
        "signed_on": stage.today().isoformat(),
        "declarations": {"cooperates": True, "processing": True, "voluntary": True},
    }


_AREAS = {
    "economic-coping": ("The benefit is gone by the middle of the month.", "Bills lie unopened on the table."),
    "housing": ("No electricity since October.", "The flat is cold."),
    "relations": ("My daughter helps; others do not call any more.", "The daughter does more than she should."),
    "health": ("My back does not let me sit or lift.", None),
    "study-and-work": ("I was a seamstress for twelve years and would be again.", None),
    "leisure": ("I used to sing in the choir.", "The choir would take her back."),
    "other": ("I do not want to tell it all again.", None),
}
_NEEDS = {
    "economic-coping": "A payment schedule and advice on debts",
    "health": "Rehabilitation of the back",
    "study-and-work": "Work that can be done standing and sitting by turns",
}
