"""Rows that are about nobody yet, such as a notice before its client is registered."""

from sqlalchemy import select

from services.case.notices.models import Notice
from shared.actor import Role
from tests.support.service import Running


async def test_a_person_without_a_record_does_not_see_rows_about_nobody(case: Running) -> None:
    async with case.agency("tamme") as city:
        notice = {"received_on": "2026-05-04", "manner": "phone", "description": "Somebody calls for help."}
        made = await city.post("/api/v1/notices", json=notice)
    assert made.status_code == 201, made.text
    async with case.work(case.actor("residents", Role.PERSON, person=None)) as work:
        assert await work.all(select(Notice)) == []
