"""An assessment from draft to completion, through the API."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime
from uuid import uuid4

import pytest

from shared.actor import Role
from shared.clock import Clock
from tests.assessment.office import ASSESSMENTS, Office, codes, made, pointers, somebody
from tests.support.service import Running


class StoppedClock(Clock):
    """A clock that never moves on."""

    def now(self) -> datetime:
        return datetime(2026, 3, 2, 9, tzinfo=UTC)


async def test_a_draft_is_begun_with_the_newest_instrument(city: Office) -> None:
    client, case = somebody(), str(uuid4())

    started = await city.starts(client, kind="in_depth", case_id=case)

    draft = made(started)
    assert started.status_code == 201
    assert started.headers["Location"] == f"{ASSESSMENTS}/{draft['id']}"
    assert (draft["client_id"], draft["case_id"], draft["agency"]) == (client, case, "tamme")
    assert (draft["instrument"], draft["instrument_version"], draft["kind"]) == ("initial-mapping", 1, "in_depth")
    assert (draft["state"], draft["complex_need"], draft["summary"]) == ("draft", None, None)


async def test_the_clients_word_and_the_networks_word_are_kept_apart(city: Office) -> None:
    draft = await city.has_a_draft(somebody())

    described = await city.describes(
        draft, "health", client_word="Olen terve", network_word="Ta ei maga", comment="Vaja arsti"
    )

    (area,) = made(described)["areas"]
    assert area == {
        "area": "health",
        "client_word": "Olen terve",
        "network_word": "Ta ei maga",
        "comment": "Vaja arsti",
    }
    assert made(await city.reads(draft)) == described.json()


async def test_describing_an_area_again_replaces_what_stood_there(city: Office) -> None:
    draft = await city.has_a_draft(somebody())
    draft = made(await city.describes(draft, "leisure", client_word="Kala", network_word="Ei tea"))

    draft = made(await city.describes(draft, "leisure", client_word="Seened"))

    assert [(area["client_word"], area["network_word"]) for area in draft["areas"]] == [("Seened", None)]


async def test_areas_stand_in_the_order_of_the_form(city: Office) -> None:
    draft = await city.has_a_draft(somebody())
    for area in ("other", "health", "economic-coping"):
        draft = made(await city.describes(draft, area, comment="Kirjas"))

    assert [area["area"] for area in draft["areas"]] == ["economic-coping", "health", "other"]
    assert made(await city.reads(draft))["areas"] == draft["areas"]


async def test_a_problem_keeps_the_clients_view_beside_the_workers(city: Office) -> None:
    draft = await city.has_a_draft(somebody())
    problem = {
        "description": "Raha ei jätku",
        "importance": "Kõige olulisem",
        "duration": "Kaks aastat",
        "earlier_occurrences": "Pärast koondamist",
        "retriggers": "Küttearved",
        "worker_view": "Võlad",
    }

    (recorded,) = made(await city.records(draft, "problems", **problem))["problems"]

    assert recorded == problem | {"id": recorded["id"]}


async def test_a_need_points_at_a_problem_of_the_same_assessment_only(city: Office) -> None:
    draft, other = await city.has_a_draft(somebody()), await city.has_a_draft(somebody())
    (own,) = made(await city.records(draft, "problems", description="Võlad"))["problems"]
    (foreign,) = made(await city.records(other, "problems", description="Võlad"))["problems"]
    need = {"area": "economic-coping", "text": "Võlanõustamine"}

    accepted = await city.records(draft, "needs", **need, problem_id=own["id"])
    refused = await city.records(draft, "needs", **need, problem_id=foreign["id"])

    assert [one["problem_id"] for one in made(accepted)["needs"]] == [own["id"]]
    assert refused.status_code == 422
    assert pointers(refused) == ["/problem_id"]


@pytest.mark.parametrize(
    ("needs", "is_complex"),
    [([], False), (["housing", "housing"], False), (["housing", "health"], True)],
)
async def test_needs_in_two_areas_make_the_need_complex(city: Office, needs: list[str], is_complex: bool) -> None:
    assessed = await city.has_assessed(somebody(), needs)

    assert assessed["complex_need"] is is_complex
    assert assessed["state"] == "completed"
    assert assessed["completed_at"] is not None


async def test_an_empty_draft_names_everything_that_completion_lacks(city: Office) -> None:
    draft = await city.has_a_draft(somebody())

    refused = await city.completes(draft)

    lacking = ["assessment.client-not-heard", "assessment.problem-missing", "assessment.resource-missing"]
    assert refused.status_code == 409
    assert codes(refused) == lacking
    assert all(condition["source"].startswith("004 L") for condition in refused.json()["unmet"])
    (offered,) = [one for one in draft["allowed_actions"] if one["action"] == "complete"]
    assert offered["allowed"] is False
    assert [condition["code"] for condition in offered["unmet"]] == lacking


async def test_the_networks_word_alone_does_not_count_as_hearing_the_client(city: Office) -> None:
    draft = await city.has_a_draft(somebody())
    made(await city.describes(draft, "housing", network_word="Korter on külm"))
    made(await city.records(draft, "problems", description="Külm"))
    made(await city.records(draft, "resources", kind="motivation", text="Tahab kolida"))

    assert codes(await city.completes(draft)) == ["assessment.client-not-heard"]


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("et", "Vähemalt üks probleem peab olema kliendiga sõnastatud."),
        ("ru", "Хотя бы одна проблема должна быть сформулирована вместе с клиентом."),
        ("en", "At least one problem must be worded with the client."),
    ],
)
async def test_unmet_conditions_are_told_in_the_language_asked_for(city: Office, language: str, words: str) -> None:
    city.http.headers["Accept-Language"] = language
    draft = await city.has_a_draft(somebody())

    (complete,) = [one for one in draft["allowed_actions"] if one["action"] == "complete"]

    assert words in [condition["detail"] for condition in complete["unmet"]]
    assert words in [condition["detail"] for condition in (await city.completes(draft)).json()["unmet"]]


async def test_only_the_assessor_completes_and_a_colleague_may_write(assessment: Running, city: Office) -> None:
    draft = await city.has_all_but_completed(somebody())
    async with assessment.agency("tamme", officer="tamme.colleague") as http:
        colleague = Office(http)
        made(await colleague.records(draft, "problems", description="Mure"))
        refused = await colleague.completes(draft)

    assert refused.status_code == 409
    assert codes(refused) == ["assessment.not-the-assessor"]


async def test_a_completed_assessment_is_never_changed(city: Office) -> None:
    assessed = await city.has_assessed(somebody())

    refusals = [
        await city.describes(assessed, "housing", comment="Lisan veel"),
        await city.records(assessed, "problems", description="Uus"),
        await city.records(assessed, "resources", kind="motivation", text="Uus"),
        await city.records(assessed, "needs", area="leisure", text="Uus"),
        await city.completes(assessed),
    ]

    assert [refusal.status_code for refusal in refusals] == [409] * 5
    assert all(codes(refusal)[0] == "assessment.already-completed" for refusal in refusals)
    read = made(await city.reads(assessed))
    assert read == assessed
    assert not any(action["allowed"] for action in read["allowed_actions"])


async def test_a_change_must_say_which_version_it_changes(city: Office) -> None:
    draft = await city.has_a_draft(somebody())
    path = f"{ASSESSMENTS}/{draft['id']}/areas/housing"

    blind = await city.http.put(path, json={"comment": "Pime"})
    first = await city.describes(draft, "housing", comment="Esimene")
    stale = await city.describes(draft, "housing", comment="Hiline")

    assert blind.status_code == 428
    assert first.headers["ETag"] == f'"{draft["version"] + 1}"'
    assert stale.status_code == 412
    assert made(await city.reads(draft))["areas"][0]["comment"] == "Esimene"


@pytest.mark.parametrize(
    ("what", "words"),
    [
        ("problems", {"description": "Mure"}),
        ("resources", {"kind": "motivation", "text": "Tahab"}),
        ("needs", {"area": "health", "text": "Arst"}),
    ],
)
async def test_every_part_that_is_added_makes_another_version(city: Office, what: str, words: dict[str, str]) -> None:
    draft = await city.has_a_draft(somebody())

    added = await city.records(draft, what, **words)

    assert made(added)["version"] == draft["version"] + 1
    assert (await city.describes(draft, "housing", comment="Vana versioon")).status_code == 412


async def test_two_changes_within_one_tick_of_the_clock_are_two_versions(assessment: Running, city: Office) -> None:
    assessment.runtime.around = replace(assessment.runtime.around, clock=StoppedClock())
    draft = await city.has_a_draft(somebody())

    first = made(await city.records(draft, "problems", description="Üks"))
    second = made(await city.records(draft, "problems", description="Kaks"))

    assert [draft["version"], first["version"], second["version"]] == [1, 2, 3]


async def test_parts_added_at_the_same_moment_are_all_kept(city: Office) -> None:
    draft = await city.has_a_draft(somebody())
    told = [f"Mure {number}" for number in range(4)]

    answers = await asyncio.gather(*(city.records(draft, "problems", description=words) for words in told))

    assert [answer.status_code for answer in answers] == [200] * 4
    assert {problem["description"] for problem in made(await city.reads(draft))["problems"]} == set(told)


@pytest.mark.parametrize(
    ("what", "words", "pointer"),
    [
        ("problems", {"description": "a\0b"}, "/description"),
        ("problems", {"description": "   "}, "/description"),
        ("problems", {"description": "x" * 10_001}, "/description"),
        ("problems", {"description": 7}, "/description"),
        ("problems", {}, "/description"),
        ("problems", {"description": "Mure", "secret": "jah"}, "/secret"),
        ("needs", {"area": "astrology", "text": "Tähed"}, "/area"),
        ("needs", {"area": "health", "text": "Arst", "problem_id": "1"}, "/problem_id"),
        ("resources", {"kind": "No Such", "text": "Jah"}, "/kind"),
        ("completion", {"summary": ""}, "/summary"),
    ],
)
async def test_bad_input_is_pointed_at_and_nothing_is_stored(
    city: Office, what: str, words: dict[str, object], pointer: str
) -> None:
    draft = await city.has_all_but_completed(somebody())

    refused = await city.records(draft, what, **words)

    assert refused.status_code == 422
    assert pointers(refused) == [pointer]
    assert made(await city.reads(draft)) == draft


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"client_id": "38001010000"}, "/client_id"),
        ({"kind": "superficial"}, "/kind"),
        ({"instrument": "../library"}, "/instrument"),
        ({"agency": "probation"}, "/agency"),
    ],
)
async def test_a_draft_begun_with_bad_input_is_refused(city: Office, change: dict[str, str], pointer: str) -> None:
    refused = await city.starts(**({"client_id": somebody()} | change))

    assert refused.status_code == 422
    assert pointers(refused) == [pointer]


async def test_an_instrument_that_is_not_published_cannot_be_used(city: Office) -> None:
    refused = await city.starts(somebody(), instrument="palm-reading")

    assert refused.status_code == 404
    assert refused.json()["type"].endswith("instrument-not-found")


async def test_a_kind_of_resource_that_the_instrument_does_not_know_is_refused(city: Office) -> None:
    draft = await city.has_a_draft(somebody())

    refused = await city.records(draft, "resources", kind="telepathy", text="Loeb mõtteid")

    assert codes(refused) == ["assessment.resource-kind-unknown"]


async def test_a_life_area_that_does_not_exist_is_refused(city: Office) -> None:
    draft = await city.has_a_draft(somebody())

    refused = await city.describes(draft, "astrology", comment="Tähed")

    assert refused.status_code == 422
    assert pointers(refused) == ["/path/area"]


@pytest.mark.parametrize("role", [Role.REGISTRAR, Role.SUPERVISOR, Role.DATA_PROTECTION_OFFICER])
async def test_only_a_case_manager_assesses(assessment: Running, role: Role) -> None:
    async with assessment.agency("tamme", roles={role}) as http:
        refused = await Office(http).starts(somebody())

    assert refused.status_code == 403
