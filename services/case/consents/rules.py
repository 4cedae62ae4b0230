"""When a consent (nõusolek) may be offered, signed and narrowed, who signs it, and what it opens. Pure."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from services.case.clients.rules import LegalCapacity
from services.case.profiles.rules import Signer
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
    """From which age somebody acts with a representative, from which alone, and what holds before (law.yaml)."""

    restricted: int
    majority: int
    before: LegalCapacity


@dataclass(frozen=True, slots=True)
class Signing:
    """Who has to sign, who signs, and whether a representative with a basis stands on the record."""

    needed: Collection[Signer]
    signers: Collection[Signer]
    representative_on_record: bool


def capacity(age: int | None, decided: LegalCapacity | None, ages: Ages) -> LegalCapacity:
    """The capacity to act: by age, and by what a court decided of it; of the two the lesser.

    A client of unknown age is taken to be grown up. Source: 004 L540-549.
    """
    lesser = (LegalCapacity.NONE, LegalCapacity.RESTRICTED, LegalCapacity.FULL)
    return min(by_age(age, ages), decided or LegalCapacity.FULL, key=lesser.index)


def by_age(age: int | None, ages: Ages) -> LegalCapacity:
    """The capacity to act that an age brings. Source: 004 L540-549; under the lower age, configuration."""
    if age is None or age >= ages.majority:
        return LegalCapacity.FULL
    return LegalCapacity.RESTRICTED if age >= ages.restricted else ages.before


def state_of(*, signed: bool, narrowed: bool, withdrawn: bool, expired: bool) -> ConsentState:
    """Where a consent is in its life; what ended it counts before what it was."""
    if withdrawn:
        return ConsentState.WITHDRAWN
    if expired:
        return ConsentState.EXPIRED
    if narrowed:
        return ConsentState.NARROWED
    return ConsentState.SIGNED if signed else ConsentState.OFFERED


def terms_unmet(terms: Terms, *, asking: str, has_case: bool, closed: Collection[Category], today: date) -> list[Unmet]:
    """Conditions that keep these terms from being offered or signed; empty when they can be.

    Source: 004 form A2 (L5966-5997). Closed categories come from the agency's profile.
    """
    return failing(
        (has_case, "consent.no-open-case"),
        (terms.grantee != asking, "consent.grantee-is-giver", "/grantee"),
        (bool(terms.categories), "consent.no-category", "/categories"),
        (terms.categories.isdisjoint({*closed, *NOT_BY_CONSENT}), "consent.category-closed", "/categories"),
        (terms.valid_from <= terms.valid_until, "consent.period-reversed", "/valid_until"),
        (terms.valid_until >= today, "consent.period-over", "/valid_until"),
    )


def signing_unmet(signing: Signing) -> list[Unmet]:
    """Conditions that the signatures do not meet: who signs by the capacity of the client. Source: 004 L540-549."""
    missing = {signer for signer in signing.needed if signer not in signing.signers}
    represented = Signer.REPRESENTATIVE in signing.signers
    return failing(
        (Signer.CLIENT not in missing, "consent.client-signature-missing", "/signatures"),
        (Signer.REPRESENTATIVE not in missing, "consent.representative-missing", "/signatures"),
        (not represented or signing.representative_on_record, "consent.representative-not-on-record", "/signatures"),
    )


def offer_unmet(state: ConsentState, valid_until: date, *, has_case: bool, today: date) -> list[Unmet]:
    """Conditions that keep an offer from being signed: it is still one, and its time is not over."""
    return failing(
        (state is ConsentState.OFFERED, "consent.not-offered"),
        (has_case, "consent.no-open-case"),
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


def withdrawal_unmet(state: ConsentState) -> list[Unmet]:
    """Conditions that keep a consent from being withdrawn: what is not in force cannot be."""
    return failing((state in IN_FORCE, "consent.not-in-force"))
