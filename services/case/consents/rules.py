"""When a consent (nõusolek) may be offered, signed and narrowed, who signs it, and what it opens. Pure."""

from collections.abc import Collection, Mapping, Set
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from services.case.clients.rules import LegalCapacity
from services.case.parts.rules import RepresentationBasis
from services.case.profiles.rules import Represented, Signer
from shared.access.categories import Category
from shared.rules import Unmet, failing

NOT_BY_CONSENT = frozenset({Category.EXISTENCE})
"""Categories that are opened by other grounds only."""


class ConsentState(StrEnum):
    """Where a consent is in its life."""

    OFFERED = "offered"
    SIGNED = "signed"
    NARROWED = "narrowed"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


IN_FORCE = frozenset({ConsentState.SIGNED, ConsentState.NARROWED})


@dataclass(frozen=True, slots=True)
class Terms:
    """What a client agrees to: who may see which categories, and until when."""

    grantee: str
    categories: frozenset[Category]
    valid_from: date
    valid_until: date


@dataclass(frozen=True, slots=True)
class Ages:
    """From which age somebody acts with a representative, from which alone, what holds before and of no known age."""

    restricted: int
    majority: int
    before: LegalCapacity
    unknown: LegalCapacity


@dataclass(frozen=True, slots=True)
class Signing:
    """Who has to sign, who signs when and is recorded by whom, and which representatives there are.

    `named` are those said to have signed, `on_record` those who stand on the record with their bases, and `entitling`
    the bases on which somebody signs for this client.
    """

    needed: Collection[Signer]
    signers: Collection[Signer]
    signed_on: date
    by_the_person: bool
    named: Set[UUID]
    on_record: Mapping[UUID, RepresentationBasis]
    entitling: Collection[RepresentationBasis]

    @property
    def representative_on_record(self) -> bool:
        """Whether those named stand on the record; somebody, where nobody is named."""
        return bool(self.on_record) and self.named <= self.on_record.keys()

    @property
    def representative_entitled(self) -> bool:
        """Whether those named may sign for this client; somebody, where nobody is named."""
        entitled = {one for one, basis in self.on_record.items() if basis in self.entitling}
        return bool(entitled) and self.named <= entitled


def capacity(age: int | None, decided: LegalCapacity | None, ages: Ages) -> LegalCapacity:
    """The capacity to act: by age, and by what a court decided of it; of the two the lesser.

    Source: 004 L540-549.
    """
    lesser = (LegalCapacity.NONE, LegalCapacity.RESTRICTED, LegalCapacity.FULL)
    return min(by_age(age, ages), decided or LegalCapacity.FULL, key=lesser.index)


def by_age(age: int | None, ages: Ages) -> LegalCapacity:
    """The capacity to act that an age brings. Source: 004 L540-549; under the lower age, and of none, law.yaml."""
    if age is None:
        return ages.unknown
    if age >= ages.majority:
        return LegalCapacity.FULL
    return LegalCapacity.RESTRICTED if age >= ages.restricted else ages.before


def represented(age: int | None, capacity: LegalCapacity, ages: Ages) -> Represented:
    """For whom a representative of the client signs. Source: 004 L540-549."""
    if age is not None and age < ages.majority:
        return Represented.MINOR
    return Represented.CAPABLE if capacity is LegalCapacity.FULL else Represented.WARD


def state_of(*, signed: bool, narrowed: bool, withdrawn: bool, expired: bool) -> ConsentState:
    """Where a consent is in its life; what ended it counts before what it was."""
    if withdrawn:
        return ConsentState.WITHDRAWN
    if expired:
        return ConsentState.EXPIRED
    if narrowed:
        return ConsentState.NARROWED
    return ConsentState.SIGNED if signed else ConsentState.OFFERED


def terms_unmet(
    terms: Terms,
    *,
    asking: str,
    has_case: bool,
    grantee_known: bool,
    has_notice: bool,
    closed: Collection[Category],
    today: date,
) -> list[Unmet]:
    """Conditions that keep these terms from being offered or signed; empty when they can be.

    Source: 004 form A2 (L5966-5997). Closed categories and the notice come from the agency's profile.
    """
    return failing(
        (has_case, "consent.no-open-case"),
        (has_notice, "consent.no-notice"),
        (grantee_known, "consent.grantee-unknown", "/grantee"),
        (terms.grantee != asking, "consent.grantee-is-giver", "/grantee"),
        (bool(terms.categories), "consent.no-category", "/categories"),
        (terms.categories.isdisjoint({*closed, *NOT_BY_CONSENT}), "consent.category-closed", "/categories"),
        (terms.valid_from <= terms.valid_until, "consent.period-reversed", "/valid_until"),
        (terms.valid_until >= today, "consent.period-over", "/valid_until"),
    )


def signing_unmet(signing: Signing, today: date) -> list[Unmet]:
    """Conditions that the signatures do not meet: who signs by the capacity of the client, and when.

    The person signs for themself alone; the signature of a representative is recorded by an officer who sees it.
    Source: 004 L540-549; the day, form A2 (L5966-5997).
    """
    missing = {signer for signer in signing.needed if signer not in signing.signers}
    represented = Signer.REPRESENTATIVE in signing.signers
    known = signing.representative_on_record
    return failing(
        (signing.signed_on <= today, "consent.signed-in-future", "/signed_on"),
        (not (signing.by_the_person and represented), "consent.person-signs-for-self-only", "/signatures"),
        (Signer.CLIENT not in missing, "consent.client-signature-missing", "/signatures"),
        (Signer.REPRESENTATIVE not in missing, "consent.representative-missing", "/signatures"),
        (not represented or known, "consent.representative-not-on-record", "/signatures"),
        (
            not (represented and known) or signing.representative_entitled,
            "consent.representative-not-entitled",
            "/signatures",
        ),
    )


def offer_unmet(
    state: ConsentState, valid_until: date, *, offered_on: date, signed_on: date, has_case: bool, today: date
) -> list[Unmet]:
    """Conditions that keep an offer from being signed: it is still one, was made by then, and its time is not over."""
    return failing(
        (state is ConsentState.OFFERED, "consent.not-offered"),
        (has_case, "consent.no-open-case"),
        (signed_on >= offered_on, "consent.signed-before-offer", "/signed_on"),
        (valid_until >= today, "consent.period-over", "/valid_until"),
    )


def narrowing_unmet(state: ConsentState, present: Terms, wanted: Terms, today: date) -> list[Unmet]:
    """Conditions that keep a consent from being narrowed: it may only open less, or end earlier."""
    return failing(
        (state in IN_FORCE, "consent.not-in-force"),
        (bool(wanted.categories), "consent.no-category", "/categories"),
        (wanted.categories <= present.categories, "consent.wider", "/categories"),
        (wanted.valid_until <= present.valid_until, "consent.longer", "/valid_until"),
        (wanted.valid_until >= max(today, present.valid_from), "consent.period-over", "/valid_until"),
        (wanted != present, "consent.nothing-narrowed"),
    )


def withdrawal_unmet(state: ConsentState, *, signed: bool) -> list[Unmet]:
    """Conditions that keep a consent from being withdrawn: it is in force, or an offer, which may be declined."""
    return failing((state in IN_FORCE or not signed, "consent.not-in-force"))
