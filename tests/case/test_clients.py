"""The client record through the API."""

from tests.support.people import form_a
from tests.support.service import Running


async def test_a_person_is_registered_and_read_back(case: Running) -> None:
    form = form_a()
    async with case.agency("tamme") as city:
        made = await city.post("/api/v1/clients", json=form)
        assert made.status_code == 201, made.text
        read = await city.get(made.headers["Location"])
    assert read.status_code == 200
    assert read.json()["identity"]["first_name"] == form["identity"]["first_name"]
    assert read.json()["withheld"] == []
    assert read.headers["ETag"] == '"1"'
