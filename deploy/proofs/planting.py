"""Plants canary people by every way on which a person comes into Sidus, and has them handed out by every way out."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final

import httpx

from deploy.demo.caller import Caller, Unexpected
from deploy.demo.record import API
from deploy.demo.resident import Resident
from deploy.demo.stage import CITY, FUND, PROBATION, RESIDENTS

PLANTED: Final = 5
"""How many people `everything` plants: registered, imported, put right, and two who are merged into one."""


@dataclass(slots=True)
class Exports:
    """What was handed out after people were planted: records of theirs, and texts in which none of them is found."""

    people: Sequence[Resident]
    records: list[Any] = field(default_factory=list)
    texts: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Hands:
    """Those who plant: callers of the gateway, each under a token of the sandbox's issuer."""

    http: httpx.AsyncClient
    secrets: Path

    def officer(self, role: str = "case_manager", agency: str = CITY) -> Caller:
        """An officer of an agency."""
        return Caller(self.http, self.secrets, agency, f"role:{role}")

    def person(self, client_id: str) -> Caller:
        """The person themself."""
        return Caller(self.http, self.secrets, RESIDENTS, f"role:person person:{client_id}")

    def tracker(self) -> Caller:
        """The state's portal."""
        return Caller(self.http, self.secrets, "state-portal", "role:tracker")

    async def today(self) -> date:
        """The sandbox's day."""
        return datetime.fromisoformat((await self.officer().get("/sandbox/clock"))["now"]).date()


async def everything(hands: Hands, people: Sequence[Resident]) -> Exports:
    """Plant as many people as `PLANTED` says, and have them handed out."""
    known, imported, claimed, survivor, merged = people
    exports = Exports(people)
    clients = [
        await register(hands, known),
        await take_over(hands, imported, exports),
        await put_right(hands, claimed),
        await merge(hands, survivor, merged),
    ]
    await ask_by_code(hands, known)
    for client in clients:
        await agree_and_disclose(hands, client)
        await hand_out(hands, client, exports)
    await print_out(hands, clients[-1])
    await hand_out_registers(hands, exports)
    return exports


async def register(hands: Hands, resident: Resident) -> str:
    """Register a canary, and make every mistake with its data that might be quoted in an error or a log."""
    city, http, form = hands.officer(), hands.http, resident.form_a()
    key = {"Idempotency-Key": f"canary-{resident.document_number}-000000"}
    client = await city.call("POST", f"{API}/clients", 201, json=form, headers=key)
    await city.call("POST", f"{API}/clients", 201, json=form, headers=key)
    await city.post(f"{API}/clients", form, 409)
    await city.post(f"{API}/clients/search", {"personal_code": resident.personal_code}, 200)
    await city.get(f"{API}/clients/{client['id']}")
    for wrong in _mistakes(resident):
        await city.post(f"{API}/clients", wrong, 422)
    cut_off = _cut_off(resident)
    await city.call("POST", f"{API}/clients", 400, content=cut_off, headers={"Content-Type": "application/json"})
    await http.post(f"{API}/clients", json=form, headers={"Authorization": f"Bearer {resident.personal_code}"})
    await http.get(f"{API}/clients/{resident.personal_code}")
    return str(client["id"])


async def ask_by_code(hands: Hands, resident: Resident) -> None:
    """Ask by personal code who used a canary's data, as the protocol wants it: in the query and in a header."""
    code = f"EE{resident.personal_code}"
    asked = {"params": {"userCode": code}, "headers": {"X-Road-UserId": code}}
    await hands.tracker().call("GET", "/tracker/v2/findUsage", 200, **asked)


async def take_over(hands: Hands, resident: Resident, exports: Exports) -> str:
    """Import a canary from a register whose other rows are refused for every mistake."""
    registrar = hands.officer("registrar")
    begun = await registrar.post(f"{API}/imports", {"name": "Canaries", "system": "old-register"})
    where = f"{API}/imports/{begun['id']}"
    good = resident.form_a() | {"external_id": resident.document_number}
    lines = [*(json.dumps(form).encode() for form in (good, *_mistakes(resident))), _cut_off(resident)]
    as_lines, as_table = {"Content-Type": "application/x-ndjson"}, {"Content-Type": "text/csv"}
    sent = {"content": b"\n".join(lines), "headers": as_lines, "params": {"first_row": "1"}}
    rows = (await registrar.call("POST", f"{where}/rows", 200, **sent))["rows"]
    if [row["outcome"] for row in rows] != ["created", *["refused"] * (len(lines) - 1)]:
        raise Unexpected(f"the import of canaries went otherwise: {rows}")
    no_columns = f"identity.first_name,{resident.last_name}\n{resident.first_name},x\n".encode()
    following = {"content": no_columns, "headers": as_table, "params": {"first_row": str(len(lines) + 1)}}
    await registrar.call("POST", f"{where}/rows", 422, **following)
    exports.texts["import report"] = await registrar.get(f"{where}/report")
    exports.texts["import rows"] = json.dumps(await registrar.get(f"{where}/rows", limit="100"))
    return str(rows[0]["client_id"])


async def put_right(hands: Hands, resident: Resident) -> str:
    """Let a canary come into the record by what the person claims, of which some is accepted and some declined."""
    city = hands.officer()
    wrong = replace(resident, last_name="Valesti", phone="+372 5000 0000", email="vale@example.org", address="Vale 1")
    client = (await city.post(f"{API}/clients", wrong.form_a()))["id"]
    person, claims = hands.person(client), f"{API}/clients/{client}/rectifications"
    contact = {"phone": resident.phone, "email": resident.email, "registered_address": resident.address}
    accepted = await person.post(claims, {"section": "contact", "claimed": contact})
    declined = await person.post(claims, {"section": "identity", "claimed": {"last_name": resident.last_name}})
    await person.post(claims, {"section": "contact", "claimed": {"phone": f"call {resident.phone}"}}, 422)
    await person.post(claims, {"section": "contact", "claimed": {resident.last_name: resident.address}}, 422)
    where = f"{API}/rectifications"
    await city.post(f"{where}/{accepted['id']}/answer", {"accepted": list(contact)}, 200)
    await city.post(f"{where}/{declined['id']}/answer", {"accepted": [], "reason": "The document says otherwise."}, 200)
    return str(client)


async def merge(hands: Hands, survivor: Resident, merged: Resident) -> str:
    """Make one record of two canaries, with the name and the phone of the one that is merged."""
    city, registrar = hands.officer(), hands.officer("registrar")
    form = merged.form_a()
    number = {"kind": "temporary_number", "value": merged.document_number}
    form["identity"] |= {"personal_code": None, "other_identifier": number}
    stays, goes = [(await city.post(f"{API}/clients", one))["id"] for one in (survivor.form_a(), form)]
    seen = await registrar.get(f"{API}/merges/preview", survivor_id=stays, merged_id=goes)
    versions = {name: seen[name] for name in ("survivor_id", "merged_id", "survivor_version", "merged_version")}
    choices = {"/identity/last_name": "merged", "/contact/phone": "merged"}
    made = await registrar.post(f"{API}/merges", versions | {"reason": "The same person.", "choices": choices})
    await registrar.until(f"{API}/merges/{made['id']}", lambda merge: bool(merge["complete"]))
    return str(stays)


async def agree_and_disclose(hands: Hands, client: str) -> None:
    """Let a canary with a case sign a consent with a notice, and give data of it to somebody outside."""
    city, person, today = hands.officer(), hands.person(client), (await hands.today()).isoformat()
    await city.post(f"{API}/clients/{client}/cases", {"source": "client", "purpose": "case-management"})
    terms = {"grantee": FUND, "categories": ["needs"], "purpose": "case-management", "notice_language": "et"}
    consents = f"{API}/clients/{client}/consents"
    offer = await city.post(f"{consents}/offers", terms | {"valid_from": today, "valid_until": today})
    declared = {"cooperates": True, "processing": True, "voluntary": True}
    signed = {"signed_on": today, "declarations": declared}
    await person.post(f"{consents}/{offer['id']}/signature", signed, 200)
    await person.get(f"{consents}/{offer['id']}/receipt")
    disclosure = {
        "recipient": "Harju Maakohus",
        "categories": ["identity", "contact"],
        "ground": "statute_or_court",
        "legal_code": "KrMS-32",
        "justification": "The court asked.",
        "purpose": "court",
        "disclosed_on": today,
    }
    await city.post(f"{API}/clients/{client}/disclosures", disclosure)


async def hand_out(hands: Hands, client: str, exports: Exports) -> None:
    """Let the person have the whole record as data."""
    exports.records.append(await hands.person(client).get(f"{API}/clients/{client}/export"))


async def print_out(hands: Hands, client: str) -> None:
    """Let the person have the whole record on paper, which is made in a process beside."""
    on_paper = {"headers": {"Accept": "application/pdf"}}
    await hands.person(client).call("GET", f"{API}/clients/{client}/export", 200, **on_paper)


async def hand_out_registers(hands: Hands, exports: Exports) -> None:
    """Let the agency that holds the canaries have its register, and one that holds none of them its own."""
    for form in ("jsonl", "csv"):
        await hands.officer("registrar").get(f"{API}/clients/export", format=form)
        of_others = await hands.officer("registrar", PROBATION).get(f"{API}/clients/export", format=form)
        exports.texts[f"register of {PROBATION} ({form})"] = of_others


def _mistakes(resident: Resident) -> list[dict[str, Any]]:
    form = resident.form_a()
    identity = form["identity"]
    return [
        form | {"identity": identity | {"personal_code": resident.personal_code[:-1] + "x"}},
        form | {"identity": identity | {"first_name": resident.first_name + "\0"}},
        form | {"contact": form["contact"] | {"email": f"{resident.email}@twice"}},
        form | {"contact": form["contact"] | {"phone": f"call {resident.phone}"}},
        form | {resident.last_name: resident.address},
    ]


def _cut_off(resident: Resident) -> bytes:
    return f'{{"identity": "{resident.last_name}'.encode()
