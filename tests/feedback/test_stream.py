"""From a contact noted at one service to a letter sent by the other, over the stream, everything at work."""

from pathlib import Path

import pytest

from deploy.embedded.nats import EmbeddedNats
from tests.feedback.conftest import listening
from tests.feedback.driver import DAY, WORKING_DAY, CityRecord, Feedback
from tests.feedback.sink import Sink
from tests.support.service import KEY, serve, settings
from tests.support.waiting import eventually


async def test_a_contact_noted_on_a_case_becomes_a_letter(
    case_database: str,
    database: str,
    clock_file: Path,
    nats_server: EmbeddedNats,
    sink: Sink,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from services.case import app as case
    from services.feedback import app as feedback

    monkeypatch.setenv("SIDUS_SMTP_URL", sink.url)
    monkeypatch.setenv("SIDUS_MAIL_FROM", "tagasiside@agency.example")
    of_case = settings(case_database, nats_server.url, clock_file=clock_file)
    async with serve(case.service, case.app, of_case, at_work=True) as running, listening(case.app) as url:
        peers = {"peer_urls": {"case": url}, "peer_keys": {"case": KEY}}
        of_feedback = settings(database, nats_server.url, clock_file=clock_file, **peers)
        async with serve(feedback.service, feedback.app, of_feedback, at_work=True) as at_work:
            service, record = Feedback(at_work), CityRecord(running, url)
            service.set_clock(WORKING_DAY)
            client_id = await record.registers(email="kiri@example.org")
            case_id = await record.serves(client_id)
            await eventually(lambda: service.outcomes_on(case_id), ["deferred"])

            service.pass_time(DAY)

            await eventually(lambda: service.outcomes_on(case_id), ["sent"])
            assert sink.recipients == ["kiri@example.org"]
            await eventually(service.unpublished, 0)
