"""Profiles of agencies: what the files say, what validation refuses, how they travel."""

from datetime import date
from typing import Any

import pytest
from pydantic import ValidationError

from services.case.profiles.rules import ContactSource, DangerKind
from services.case.profiles.schemas import Grounds, Law, Profile, ProfileOut
from services.case.profiles.store import kept_back, law, profiles
from shared.access.categories import Category
from tests.support.agencies import Agency
from tests.support.caller import told
from tests.support.service import KINDS

NOTICE = {"version": 1, "valid_from": "2026-01-01", "text": {"et": "Nõus?", "ru": "Да?", "en": "Agreed?"}}
PROFILE: dict[str, Any] = {
    "kind": "municipality",
    "name": {"et": "Omavalitsus", "ru": "Самоуправление", "en": "Municipality"},
    "plan_name": {"et": "Juhtumiplaan", "ru": "План", "en": "Case plan"},
    "existence": "shared",
    "service_nature": "voluntary",
    "contact_sources": ["client"],
    "closed_categories": ["risk"],
    "opened_by_consent": [],
    "keep_months": dict.fromkeys(Category, 60),
    "restriction_days": 365,
    "grounds": {
        "notices": [NOTICE],
        "statutes": [],
        "danger": None,
        "disclosures": [],
    },
    "source": "004 chapter 6.1",
}
STATUTE = {
    "code": "SHS-1",
    "label": {"et": "Alus", "ru": "Основание", "en": "Ground"},
    "categories": ["health"],
    "days": 30,
    "client_told_beforehand": True,
    "source": "004 L3788-3793",
}
DANGER = {"kinds": ["crime"], "hours": 24, "without_case": False, "delays": [], "source": "004 L3836-3840"}
FIGURE = {"value": 18, "valid_from": "2002-07-01", "source": "004 L540-549"}


def test_every_kind_of_agency_that_works_on_cases_has_a_profile() -> None:
    assert profiles().keys() == set(KINDS.values()) - {"portal"}


@pytest.mark.parametrize(
    ("kind", "presence"),
    [
        ("municipality", Category.EXISTENCE),
        ("unemployment_fund", Category.EXISTENCE),
        ("social_insurance", Category.EXISTENCE),
        ("probation", Category.CASE),
    ],
)
def test_only_probation_hides_that_it_has_a_case(kind: str, presence: Category) -> None:
    assert profiles()[kind].presence_category is presence


@pytest.mark.parametrize(
    ("kind", "sources"),
    [
        ("municipality", {ContactSource.CLIENT, ContactSource.NOTICER, ContactSource.AGENCY_REFERRAL}),
        ("unemployment_fund", {ContactSource.CLIENT, ContactSource.AGENCY_REFERRAL}),
        (
            "social_insurance",
            {ContactSource.CLIENT, ContactSource.COMMISSION_REFERRAL, ContactSource.AGENCY_REFERRAL},
        ),
        ("probation", {ContactSource.COURT_OR_PROSECUTOR}),
    ],
)
def test_how_a_client_comes_to_each_kind_of_agency(kind: str, sources: set[ContactSource]) -> None:
    assert set(profiles()[kind].contact_sources) == sources


def test_majority_comes_at_eighteen() -> None:
    assert law().majority_age.value == 18


@pytest.mark.parametrize(
    "wrong",
    [
        {"existence": "sometimes"},
        {"service_nature": "optional"},
        {"contact_sources": ["rumour"]},
        {"closed_categories": ["secrets"]},
        {"opened_by_consent": ["health"]},
        {"name": {"et": "Omavalitsus", "en": "Municipality"}},
        {"name": "Municipality"},
        {"unheard_of": 1},
    ],
)
def test_a_profile_with_a_mistake_is_refused(wrong: dict[str, Any]) -> None:
    Profile.model_validate(PROFILE)
    with pytest.raises(ValidationError):
        Profile.model_validate(PROFILE | wrong)


@pytest.mark.parametrize("field", PROFILE)
def test_a_profile_leaves_nothing_out(field: str) -> None:
    with pytest.raises(ValidationError):
        Profile.model_validate({name: value for name, value in PROFILE.items() if name != field})


@pytest.mark.parametrize("field", FIGURE)
def test_a_figure_from_law_has_a_value_a_day_and_a_source(field: str) -> None:
    said = law().model_dump(mode="json")
    Law.model_validate(said | {"majority_age": FIGURE})
    with pytest.raises(ValidationError):
        Law.model_validate(said | {"majority_age": {name: value for name, value in FIGURE.items() if name != field}})


@pytest.mark.parametrize(
    "wrong",
    [
        {"unknown_age_capacity": None},
        {"signers": {"full": ["client"], "none": ["representative"]}},
        {"representatives": {"minor": {"bases": ["parent"], "source": "004 L540-549"}}},
        {"representatives": {key: {"bases": [], "source": "004 L540-549"} for key in ("minor", "ward", "capable")}},
    ],
)
def test_law_says_who_signs_for_everybody(wrong: dict[str, Any]) -> None:
    said = law().model_dump(mode="json")
    Law.model_validate(said)
    with pytest.raises(ValidationError):
        Law.model_validate(said | wrong)


def test_what_somebody_of_unknown_age_may_do_has_no_default() -> None:
    said = law().model_dump(mode="json")
    with pytest.raises(ValidationError):
        Law.model_validate({name: value for name, value in said.items() if name != "unknown_age_capacity"})


def test_a_consent_opens_of_what_is_closed_only_what_the_profile_says() -> None:
    assert Profile.model_validate(PROFILE).never_by_consent == {Category.RISK}
    assert Profile.model_validate(PROFILE | {"opened_by_consent": ["risk"]}).never_by_consent == set()


@pytest.mark.parametrize(
    "wrong",
    [
        {"notices": []},
        {"notices": [NOTICE, NOTICE]},
        {"notices": [NOTICE, NOTICE | {"version": 2}]},
        {"notices": [NOTICE | {"version": 2}, NOTICE | {"version": 1, "valid_from": "2026-06-01"}]},
        {"statutes": [STATUTE | {"days": 0}]},
        {"statutes": [STATUTE | {"categories": []}]},
        {"statutes": [{name: value for name, value in STATUTE.items() if name != "days"}]},
        {"statutes": [{name: value for name, value in STATUTE.items() if name != "source"}]},
        {"danger": DANGER | {"kinds": ["boredom"]}},
        {"danger": {name: value for name, value in DANGER.items() if name != "hours"}},
        {"disclosures": [{"ground": "curiosity", "needs_legal_code": False, "source": "-"}]},
    ],
)
def test_grounds_with_a_mistake_are_refused(wrong: dict[str, Any]) -> None:
    right = PROFILE["grounds"] | {"statutes": [STATUTE], "danger": DANGER}
    Profile.model_validate(PROFILE | {"grounds": right})
    with pytest.raises(ValidationError):
        Profile.model_validate(PROFILE | {"grounds": right | wrong})


@pytest.mark.parametrize(
    ("kind", "kinds"),
    [
        ("municipality", {DangerKind.LIFE_HEALTH_OTHER, DangerKind.CRIME}),
        ("unemployment_fund", {DangerKind.LIFE_HEALTH_CLIENT}),
        ("probation", {DangerKind.LIFE_HEALTH_OTHER, DangerKind.LIFE_HEALTH_CLIENT}),
        ("social_insurance", set()),
    ],
)
def test_in_which_danger_each_kind_of_agency_sees_data_and_gives_them_out(kind: str, kinds: set[DangerKind]) -> None:
    grounds = profiles()[kind].grounds
    assert set(grounds.danger.kinds if grounds.danger else ()) == kinds
    outward = {one.ground.value for one in grounds.disclosures} - {"consent", "statute_or_court"}
    assert outward == {kind.value for kind in kinds}


@pytest.mark.parametrize(
    ("kind", "kept"),
    [
        ("municipality", {Category.EXISTENCE}),
        ("probation", {Category.EXISTENCE, Category.CASE, Category.RISK}),
        (None, {Category.EXISTENCE, Category.CASE, Category.RISK}),
        ("unheard-of", {Category.EXISTENCE, Category.CASE, Category.RISK}),
    ],
)
def test_what_a_holder_keeps_back_is_known_and_presumed_where_the_holder_is_not(
    kind: str | None, kept: set[Category]
) -> None:
    assert kept_back(kind) == kept


def test_of_the_notices_the_newest_that_is_valid_is_shown_and_each_is_found_again() -> None:
    first = PROFILE["grounds"]["notices"][0]
    days = {1: "2026-01-01", 2: "2026-02-01", 3: "2027-01-01"}
    notices = [first | {"version": version, "valid_from": day} for version, day in days.items()]
    grounds = Grounds.model_validate(PROFILE["grounds"] | {"notices": notices})
    shown = [grounds.notice_on(day) for day in (date(2025, 12, 31), date(2026, 1, 1), date(2026, 5, 1))]
    assert [notice and notice.version for notice in shown] == [None, 1, 2]
    assert grounds.notice(1).into("et") == "Nõus?"


def test_a_profile_shows_the_notice_that_a_consent_of_today_rests_on() -> None:
    notices = [NOTICE, NOTICE | {"version": 2, "valid_from": "2027-01-01"}]
    profile = Profile.model_validate(PROFILE | {"grounds": PROFILE["grounds"] | {"notices": notices}})
    seen = [ProfileOut.of(profile, "et", day).grounds.notice for day in (date(2025, 12, 31), date(2026, 12, 31))]
    assert [notice and notice.version for notice in seen] == [None, 1]


@pytest.mark.parametrize(("language", "name"), [("et", "Kriminaalhooldus"), ("ru", "Пробация"), ("en", "Probation")])
async def test_a_profile_is_read_in_the_language_asked_for(city: Agency, language: str, name: str) -> None:
    city.http.headers["Accept-Language"] = language
    assert (await city.asks("/profiles/probation"))["name"] == name


async def test_profiles_are_listed_and_an_unknown_one_is_not_found(city: Agency) -> None:
    assert {profile["kind"] for profile in await city.asks("/profiles")} == profiles().keys()
    assert (await told(city.asks("/profiles/guild"), 404)).code == "not-found"
