"""Asked once: who sees an assessment that another agency made, on which ground, and who is told of it."""

from dataclasses import replace
from datetime import timedelta

import pytest

from shared.access.categories import Category, Ground
from shared.actor import Role
from tests.assessment.office import Office, codes, consents, made, somebody, withdraws
from tests.support.service import Running


async def test_without_consent_the_other_agency_is_told_what_is_missing(city: Office, fund: Office) -> None:
    client = somebody()
    await city.has_assessed(client)

    refused = await fund.lists(client)

    assert refused.status_code == 403
    assert codes(refused) == ["consent.missing"]
    assert "A2" in refused.json()["unmet"][0]["detail"]
    assert "L5966-5997" in refused.json()["unmet"][0]["source"]
    assert "/consents" in refused.json()["detail"]


async def test_a_refusal_does_not_tell_whether_there_is_anything_to_see(city: Office, fund: Office) -> None:
    assessed, unknown = somebody(), somebody()
    await city.has_assessed(assessed)

    refusals = [(await fund.lists(client)).json() for client in (assessed, unknown)]

    assert [refusal | {"request_id": None} for refusal in refusals] == [refusals[0] | {"request_id": None}] * 2


async def test_without_consent_a_single_assessment_is_not_there(city: Office, fund: Office) -> None:
    assessed = await city.has_assessed(somebody())

    assert (await fund.reads(assessed)).status_code == 404


async def test_with_consent_the_same_assessment_is_read_and_need_not_be_repeated(
    assessment: Running, city: Office, fund: Office
) -> None:
    client = somebody()
    assessed = await city.has_assessed(client)
    await consents(assessment, client, grantee="unemployment-fund")

    read = made(await fund.reads(assessed))

    assert [one["id"] for one in made(await fund.lists(client))["items"]] == [assessed["id"]]
    assert read | {"allowed_actions": []} == assessed | {"allowed_actions": []}
    assert not any(action["allowed"] for action in read["allowed_actions"])


async def test_a_consent_given_before_anything_was_found_shows_an_empty_list(assessment: Running, fund: Office) -> None:
    client = somebody()
    await consents(assessment, client, grantee="unemployment-fund")

    assert made(await fund.lists(client)) == {"items": [], "next": None}


async def test_own_assessments_are_listed_without_any_consent_and_others_are_not_among_them(
    city: Office, fund: Office
) -> None:
    client = somebody()
    await city.has_assessed(client)
    own = await fund.has_a_draft(client)

    assert [one["id"] for one in made(await fund.lists(client))["items"]] == [own["id"]]


@pytest.mark.parametrize(
    "terms",
    [
        {"grantee": "social-insurance-board"},
        {"grantee": "unemployment-fund", "categories": [Category.PLAN]},
        {"grantee": "unemployment-fund", "source_agency": "probation"},
    ],
)
async def test_a_consent_opens_nothing_but_what_it_says(
    assessment: Running, city: Office, fund: Office, terms: dict[str, object]
) -> None:
    client = somebody()
    assessed = await city.has_assessed(client)
    await consents(assessment, client, **terms)  # type: ignore[arg-type]

    assert (await fund.reads(assessed)).status_code == 404


async def test_a_consent_whose_time_is_over_opens_nothing(assessment: Running, city: Office, fund: Office) -> None:
    client = somebody()
    assessed = await city.has_assessed(client)
    over = assessment.runtime.clock.now() - timedelta(seconds=1)
    await consents(assessment, client, grantee="unemployment-fund", valid_until=over)

    assert (await fund.reads(assessed)).status_code == 404
    assert codes(await fund.lists(client)) == ["consent.missing"]


async def test_a_withdrawn_consent_closes_the_door(assessment: Running, city: Office, fund: Office) -> None:
    client = somebody()
    assessed = await city.has_assessed(client)
    grant = await consents(assessment, client, grantee="unemployment-fund")
    assert (await fund.reads(assessed)).status_code == 200

    await withdraws(assessment, client, grant)

    assert (await fund.reads(assessed)).status_code == 404
    assert codes(await fund.lists(client)) == ["consent.missing"]


async def test_while_grants_may_be_out_of_date_only_own_assessments_are_shown(
    assessment: Running, city: Office, fund: Office
) -> None:
    client = somebody()
    assessed = await city.has_assessed(client)
    await consents(assessment, client, grantee="unemployment-fund")
    assessment.runtime.around = replace(assessment.runtime.around, grants_are_current=lambda: False)

    refusals = [await fund.reads(assessed), await fund.lists(client)]

    assert [refusal.status_code for refusal in refusals] == [503, 503]
    assert all(refusal.json()["type"].endswith("access-state-unknown") for refusal in refusals)
    assert made(await city.reads(assessed)) == assessed


async def test_consent_lets_nobody_write_into_another_agencys_draft(
    assessment: Running, city: Office, fund: Office
) -> None:
    client = somebody()
    draft = await city.has_a_draft(client)
    await consents(assessment, client, grantee="unemployment-fund")

    refused = await fund.records(draft, "problems", description="Võõras käsi")

    assert refused.status_code == 403
    assert codes(refused) == ["assessment.of-another-agency"]
    assert made(await city.reads(draft))["problems"] == []


async def test_another_agencys_draft_cannot_be_written_to_without_consent(city: Office, fund: Office) -> None:
    draft = await city.has_a_draft(somebody())

    assert (await fund.records(draft, "problems", description="Võõras käsi")).status_code == 404


async def test_what_probation_finds_is_risk_and_no_consent_for_needs_opens_it(
    assessment: Running, city: Office
) -> None:
    client = somebody()
    async with assessment.agency("probation") as http:
        found = await Office(http).has_assessed(client)
    await consents(assessment, client, owner="probation", grantee="tamme")

    assert found["category"] == "risk"
    assert (await city.reads(found)).status_code == 404
    assert made(await city.lists(client))["items"] == []


async def test_the_person_reads_everything_found_about_them_and_nobody_else(assessment: Running, city: Office) -> None:
    client = somebody()
    assessed = await city.has_assessed(client)
    async with assessment.person(client) as own, assessment.person(somebody()) as other:
        assert made(await Office(own).reads(assessed))["summary"] == "Kokkuvõte"
        assert [one["id"] for one in made(await Office(own).lists(client))["items"]] == [assessed["id"]]
        assert (await Office(other).reads(assessed)).status_code == 404
        assert made(await Office(other).lists(client))["items"] == []
        assert (await Office(own).starts(client)).status_code == 403


async def test_the_person_reads_who_looked_and_on_which_ground(assessment: Running, city: Office, fund: Office) -> None:
    client = somebody()
    assessed = await city.has_assessed(client)
    await consents(assessment, client, grantee="unemployment-fund")
    made(await fund.reads(assessed))
    made(await fund.lists(client))

    async with assessment.person(client) as own:
        log = made(await own.get("/api/v1/assessment/access-log", params={"client_id": client, "limit": 100}))

    entries = {(one["agency"], one["action"], one["operation"], one["ground"]) for one in log["items"]}
    assert ("tamme", "create", "start_assessment", Ground.OWN) in entries
    assert ("tamme", "change", "complete_assessment", Ground.OWN) in entries
    assert ("unemployment-fund", "read", "read_assessment", Ground.CONSENT) in entries
    assert ("unemployment-fund", "read", "list_assessments", Ground.CONSENT) in entries
    assert all(one["categories"] == ["needs"] for one in log["items"])


async def test_a_refused_read_leaves_nothing_in_the_log(assessment: Running, city: Office, fund: Office) -> None:
    client = somebody()
    assessed = await city.has_assessed(client)
    await fund.reads(assessed)
    await fund.lists(client)

    async with assessment.person(client) as own:
        log = made(await own.get("/api/v1/assessment/access-log", params={"client_id": client, "limit": 100}))

    assert {one["agency"] for one in log["items"]} == {"tamme"}


async def test_pages_follow_one_another_newest_first(city: Office) -> None:
    client = somebody()
    made_in_order = [(await city.has_a_draft(client))["id"] for _ in range(5)]

    first = await city.lists(client, limit=2)
    second = await city.lists(client, limit=2, cursor=made(first)["next"])
    last = await city.lists(client, limit=2, cursor=made(second)["next"])

    pages = [[one["id"] for one in made(page)["items"]] for page in (first, second, last)]
    assert [id_ for page in pages for id_ in page] == made_in_order[::-1]
    assert [len(page) for page in pages] == [2, 2, 1]
    assert 'rel="next"' in first.headers["Link"]
    assert made(last)["next"] is None


async def test_a_list_tells_none_of_the_clients_words(city: Office) -> None:
    client = somebody()
    await city.has_assessed(client)

    listed = await city.lists(client)

    assert "külm" not in listed.text
    assert "Kokkuvõte" not in listed.text


@pytest.mark.parametrize("role", [Role.SUPERVISOR, Role.DATA_PROTECTION_OFFICER])
async def test_a_supervisor_reads_and_is_offered_no_change(assessment: Running, city: Office, role: Role) -> None:
    draft = await city.has_a_draft(somebody())
    async with assessment.agency("tamme", officer="tamme.head", roles={role}) as http:
        read = made(await Office(http).reads(draft))

    assert not any(action["allowed"] for action in read["allowed_actions"])
    assert read["allowed_actions"][0]["unmet"][0]["code"] == "assessment.not-a-case-manager"
