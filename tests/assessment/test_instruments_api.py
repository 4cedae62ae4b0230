"""Published instruments through the API."""

import pytest

from tests.assessment.office import Office, made

INSTRUMENTS = "/api/v1/instruments"
MAPPING = f"{INSTRUMENTS}/initial-mapping/versions/1"


@pytest.mark.parametrize(
    ("language", "title", "housing", "client_word"),
    [
        ("et", "Esmase info kaardistamine", "Eluase ja elukeskkond", "Info teenuse saajalt"),
        ("ru", "Первичное картирование сведений", "Жильё и среда проживания", "Сведения от получателя услуги"),
        ("en", "Mapping of initial information", "Housing and living environment", "What the service recipient says"),
        ("fi, et;q=0.8, en;q=0.5", "Esmase info kaardistamine", "Eluase ja elukeskkond", "Info teenuse saajalt"),
        ("fi", "Mapping of initial information", "Housing and living environment", "What the service recipient says"),
    ],
)
async def test_an_instrument_speaks_the_language_asked_for(
    city: Office, language: str, title: str, housing: str, client_word: str
) -> None:
    read = made(await city.http.get(MAPPING, headers={"Accept-Language": language}))

    assert read["title"] == title
    assert read["areas"][1]["label"] == housing
    assert read["columns"]["client_word"] == client_word


async def test_an_instrument_says_where_each_of_its_parts_comes_from(city: Office) -> None:
    read = made(await city.http.get(MAPPING))

    kinds = [kind for group in read["resource_groups"] for kind in group["kinds"]]
    assert len(read["areas"]) == 7
    assert [len(group["kinds"]) for group in read["resource_groups"]] == [4, 2, 2, 1]
    assert read["complex_need"] == {"areas": 2, "source": "002 L1491-1499"}
    assert all(part["source"] for part in [*read["areas"], *read["resource_groups"], *kinds])


async def test_the_published_versions_are_listed(city: Office) -> None:
    listed = (await city.http.get(INSTRUMENTS)).json()

    assert [(one["code"], one["version"], one["kinds"]) for one in listed] == [
        ("initial-mapping", 1, ["in_depth", "initial"])
    ]


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("initial-mapping/versions/2", 404),
        ("palm-reading/versions/1", 404),
        ("initial-mapping/versions/0", 422),
        ("initial-mapping/versions/99999999999999999999", 422),
        ("initial-mapping/versions/one", 422),
    ],
)
async def test_what_was_not_published_is_not_there(city: Office, path: str, status: int) -> None:
    assert (await city.http.get(f"{INSTRUMENTS}/{path}")).status_code == status
