"""Agencies and people as callers of the public interface; methods read as what an officer does.

A driver works over any HTTP client: one that reaches a service in this process, or one that goes through the gateway.
"""

from datetime import date, timedelta
from typing import Any

import httpx

from tests.support.caller import Caller, version_of
from tests.support.people import form_a

SOURCES = {"probation": "court_or_prosecutor"}
DECLARATIONS = {"cooperates": True, "processing": True, "voluntary": True}
SHEET_A1 = {
    "summary": "Income was lost and the rent is in arrears.",
    "problems": ["Debt of rent"],
    "needs": ["Advice on debts"],
    "activities": [{"activity": "Advice on debts", "due_on": "2030-01-15", "performer": "Debt adviser"}],
    "legal_basis": "SHS",
}


def terms(to: str, categories: tuple[str, ...], since: date) -> dict[str, Any]:
    """What a client is to agree to, for half a year."""
    return {
        "grantee": to,
        "categories": list(categories),
        "purpose": "case-management",
        "valid_from": since.isoformat(),
        "valid_until": (since + timedelta(days=182)).isoformat(),
    }


def signed_on(day: date, *signers: str) -> dict[str, Any]:
    """The declarations of sheet A2, signed by those named, or by the client alone."""
    signed = {"signed_on": day.isoformat(), "declarations": DECLARATIONS}
    return signed | ({"signatures": [{"signer": signer} for signer in signers]} if signers else {})


def closing(officers: tuple[str, ...], until: date) -> dict[str, Any]:
    """To whom alone a record stays open, until when."""
    named = [dict(zip(("agency", "officer"), account.split("/"), strict=True)) for account in officers]
    return {"officers": named, "reason": "An employee of the agency.", "valid_until": until.isoformat()}


class Agency(Caller):
    """An officer of an agency at work."""

    def __init__(self, http: httpx.AsyncClient, code: str) -> None:
        super().__init__(http)
        self.code = code

    async def registers(self, form: dict[str, Any] | None = None, **headers: str) -> dict[str, Any]:
        """Register a person with form A, part 1; anybody, if no form is given."""
        return dict(await self.sends("/clients", form or form_a(), **headers))

    async def looks_for(self, **wanted: Any) -> list[dict[str, Any]]:
        """The masked hits of a search."""
        return list((await self.sends("/clients/search", wanted))["items"])

    async def reads(self, client_id: str) -> dict[str, Any]:
        """The record of a client as far as the agency may see it."""
        return dict(await self.asks(f"/clients/{client_id}"))

    async def changes(self, client: dict[str, Any], **sections: Any) -> dict[str, Any]:
        """Replace sections of the record that the agency has seen in the given version."""
        path, seen = f"/clients/{client['id']}", version_of(client)
        return dict(await self.sends(path, sections, method="PATCH", If_Match=seen))

    async def adds(self, client: dict[str, Any], part: str, **facts: Any) -> dict[str, Any]:
        """Add a relation or an earlier assessment to the record; answers with the record."""
        return dict(await self.sends(f"/clients/{client['id']}/{part}", facts, If_Match=version_of(client)))

    async def corrects(self, client: dict[str, Any], part: str, part_id: str, **facts: Any) -> dict[str, Any]:
        """Let a relation or an earlier assessment say otherwise; answers with the record."""
        path = f"/clients/{client['id']}/{part}/{part_id}"
        return dict(await self.sends(path, facts, method="PUT", If_Match=version_of(client)))

    async def ends(self, client: dict[str, Any], part: str, part_id: str, reason: str = "over") -> dict[str, Any]:
        """Take a relation or an earlier assessment off the record; answers with the record."""
        path = f"/clients/{client['id']}/{part}/{part_id}/ending"
        return dict(await self.sends(path, {"reason": reason}, If_Match=version_of(client)))

    async def likely_duplicates(self, **query: Any) -> list[dict[str, Any]]:
        """The agency's queue of likely duplicates, or a part of it."""
        return list((await self.asks("/duplicates", limit=100, **query))["items"])

    async def dismisses(self, pair: dict[str, Any], because: str = "namesakes", **headers: str) -> dict[str, Any]:
        """Say that two records are of two people."""
        return dict(await self.sends(f"/duplicates/{pair['id']}/dismissal", {"because": because}, **headers))

    async def opens_case(self, client_id: str, **more: Any) -> dict[str, Any]:
        """Open the agency's own case on the record, from the source that is usual for it."""
        opening = {"source": SOURCES.get(self.code, "client"), "purpose": "case-management"}
        return dict(await self.sends(f"/clients/{client_id}/cases", opening | more))

    async def compares(self, survivor: dict[str, Any], merged: dict[str, Any]) -> dict[str, Any]:
        """Two records side by side, before they are merged."""
        return dict(await self.asks("/merges/preview", survivor_id=survivor["id"], merged_id=merged["id"]))

    async def merges(self, merged: dict[str, Any], into: dict[str, Any], **choices: str) -> dict[str, Any]:
        """Merge one record into another, both as they are now; fields to choose are written `contact__phone`."""
        seen = await self.compares(into, merged)
        form = {name: seen[name] for name in ("survivor_id", "merged_id", "survivor_version", "merged_version")}
        chosen = {f"/{field.replace('__', '/')}": side for field, side in choices.items()}
        return dict(await self.sends("/merges", form | {"reason": "The same person.", "choices": chosen}))

    async def reads_merge(self, merge: dict[str, Any]) -> dict[str, Any]:
        """A merge, and how far the services have carried it out."""
        return dict(await self.asks(f"/merges/{merge['id']}"))

    async def undoes(self, merge: dict[str, Any]) -> dict[str, Any]:
        """Take a merge back."""
        return dict(await self.sends(f"/merges/{merge['id']}/reversal", {"reason": "Two persons after all."}))

    async def agencies_with(self, client_id: str) -> dict[str, str]:
        """The agencies that have a case with the client, as far as this one may know, each with its coordinator."""
        return {one["agency"]: one["coordinator"] for one in await self.asks(f"/clients/{client_id}/cases")}

    async def reads_case(self, case: dict[str, Any]) -> dict[str, Any]:
        """A case of the agency."""
        return dict(await self.asks(f"/cases/{case['id']}"))

    async def tells_problem(self, case: dict[str, Any], **more: Any) -> dict[str, Any]:
        """Record a problem as the client tells it."""
        problem = {"informant": "client", "reason": "Cannot pay the rent", "description": "For three months."}
        return dict(await self.sends(f"/cases/{case['id']}/problems", problem | more))

    async def decides(self, case: dict[str, Any], decision: str, **more: Any) -> dict[str, Any]:
        """Make the initial decision, with sheet A1 filled unless `more` says otherwise."""
        return dict(await self.sends(f"/cases/{case['id']}/initial-decision", SHEET_A1 | {"decision": decision} | more))

    async def notes_contact(self, case: dict[str, Any], occurred_at: str, **more: Any) -> dict[str, Any]:
        """Note that the client was served."""
        contact = {"service": "social-counselling", "channel": "visit", "occurred_at": occurred_at}
        return dict(await self.sends(f"/cases/{case['id']}/contacts", contact | more))

    async def records_consent(
        self, client_id: str, *, to: str, categories: tuple[str, ...] = ("needs",), signed: date, **more: Any
    ) -> dict[str, Any]:
        """Record that the client signed sheet A2: an agency may see categories of data for half a year."""
        body = terms(to, categories, signed) | signed_on(signed) | more
        return dict(await self.sends(f"/clients/{client_id}/consents", body))

    async def offers_consent(
        self, client_id: str, *, to: str, categories: tuple[str, ...] = ("needs",), today: date, **more: Any
    ) -> dict[str, Any]:
        """Put the terms of a consent before the client, with the notice in Estonian."""
        body = terms(to, categories, today) | {"notice_language": "et"} | more
        return dict(await self.sends(f"/clients/{client_id}/consents/offers", body))

    async def claims_statute(self, client_id: str, legal_code: str, **more: Any) -> dict[str, Any]:
        """Rest on a legal code, with a reason."""
        claim = {"legal_code": legal_code, "reason": "To decide on the subsistence benefit."}
        return dict(await self.sends(f"/clients/{client_id}/statutory-claims", claim | more))

    async def claims_danger(
        self, client_id: str, kind: str, categories: tuple[str, ...] = ("health",), **more: Any
    ) -> dict[str, Any]:
        """Say that life, health or a crime is at stake."""
        claim = {"kind": kind, "categories": list(categories), "reason": "Threatens to harm the neighbours."}
        return dict(await self.sends(f"/clients/{client_id}/danger-claims", claim | more))

    async def reviews(self, **query: Any) -> list[dict[str, Any]]:
        """The danger claims that the agency's supervisors have to review, newest first."""
        return list((await self.asks("/danger-reviews", limit=100, **query))["items"])

    async def finds(self, review: dict[str, Any], *, justified: bool) -> dict[str, Any]:
        """Decide a review."""
        verdict = {"justified": justified, "verdict": "Read through with the officer."}
        return dict(await self.sends(f"/danger-reviews/{review['id']}/decision", verdict))

    async def discloses(self, client_id: str, ground: str, on: date, **more: Any) -> dict[str, Any]:
        """Record that data of a client were given to somebody outside."""
        disclosure = {
            "recipient": "Police and Border Guard Board",
            "categories": ["contact", "health"],
            "ground": ground,
            "justification": "The neighbours are in danger.",
            "purpose": "safety",
            "disclosed_on": on.isoformat(),
        }
        return dict(await self.sends(f"/clients/{client_id}/disclosures", disclosure | more))

    async def closes_record(self, client_id: str, *officers: str, until: date, **more: Any) -> dict[str, Any]:
        """Close a record to all but the officers named, each as `agency/officer`."""
        body = closing(officers, until) | more
        return dict(await self.sends(f"/clients/{client_id}/restrictions", body))

    async def names_others(self, restriction: dict[str, Any], *officers: str, until: date) -> dict[str, Any]:
        """Name other officers to whom a record is open."""
        path, seen = f"/restrictions/{restriction['id']}", version_of(restriction)
        return dict(await self.sends(path, closing(officers, until), method="PUT", If_Match=seen))

    async def opens_record(self, restriction: dict[str, Any]) -> dict[str, Any]:
        """Open a closed record again."""
        return dict(await self.sends(f"/restrictions/{restriction['id']}/lifting"))

    async def adds_task(self, case: dict[str, Any], due_on: date, **more: Any) -> dict[str, Any]:
        """Put a task with a date on a case."""
        task = {"title": "Apply for the subsistence benefit", "due_on": due_on.isoformat()}
        return dict(await self.sends(f"/cases/{case['id']}/tasks", task | more))

    async def tasks_of(self, case: dict[str, Any]) -> list[dict[str, Any]]:
        """The tasks of a case, newest first."""
        return list((await self.asks(f"/cases/{case['id']}/tasks"))["items"])

    async def finishes(self, task: dict[str, Any]) -> dict[str, Any]:
        """Say that a task is done."""
        return dict(await self.sends(f"/tasks/{task['id']}/completion"))

    async def takes_notice(self, received_on: date, **more: Any) -> dict[str, Any]:
        """Take a neighbour's notice by phone."""
        notice = {"received_on": received_on.isoformat(), "manner": "phone", "description": "Windows dark for a week."}
        return dict(await self.sends("/notices", notice | more))

    async def reacts(self, notice: dict[str, Any], reaction: str, **more: Any) -> dict[str, Any]:
        """Decide whether to take a notice up."""
        return dict(
            await self.sends(
                f"/notices/{notice['id']}/reaction",
                {"reaction": reaction, "reaction_reason": "As told by phone."} | more,
            )
        )

    async def orders_erasure(self, client_id: str, reason: str = "no_longer_needed", **more: Any) -> dict[str, Any]:
        """Have what is held of a client erased: everything, unless `more` names the agency and categories."""
        return dict(await self.sends(f"/clients/{client_id}/erasures", {"reason": reason} | more))

    async def certificate_of(self, order: dict[str, Any]) -> dict[str, Any]:
        """What the services have signed about an erasure."""
        return dict(await self.asks(f"/erasures/{order['id']}/certificate"))


class Person(Caller):
    """A client who looks after their own data through the residents' portal."""

    def __init__(self, http: httpx.AsyncClient, client_id: str) -> None:
        super().__init__(http)
        self.id = client_id
