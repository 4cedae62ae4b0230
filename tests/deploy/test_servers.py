"""PostgreSQL and NATS alone: who may enter, what they may do there, and what the logs keep silent about."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path

import asyncpg
import nats
import pytest
from nats.aio.client import Client
from nats.js import JetStreamContext

from deploy.embedded.databases import create_missing, url_of
from deploy.embedded.landscape import SERVICES
from deploy.embedded.nats import ADMINISTRATOR, EmbeddedNats
from deploy.embedded.postgres import EmbeddedPostgres
from shared.events.topology import ensure_consumer, ensure_stream
from tests.support.waiting import PATIENCE_SECONDS

PASSWORDS = {service: f"password-of-{service}" for service in SERVICES}
CANARY = "Canary Kanaarilind"


@pytest.fixture(scope="module")
def postgres() -> Iterator[EmbeddedPostgres]:
    with EmbeddedPostgres.temporary() as server:
        yield server


@pytest.fixture(scope="module")
def nats_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedNats]:
    passwords = {**PASSWORDS, ADMINISTRATOR: "password-of-the-administrator"}
    with EmbeddedNats(tmp_path_factory.mktemp("nats"), passwords=passwords, durable=False) as server:
        yield server


async def test_a_role_enters_its_own_database_and_no_other(postgres: EmbeddedPostgres) -> None:
    await create_missing(postgres.url, PASSWORDS, ours_alone=True)
    await create_missing(postgres.url, PASSWORDS, ours_alone=True)
    own = url_of("case", PASSWORDS["case"], postgres.url)
    connection = await asyncpg.connect(own)
    await connection.execute("CREATE TABLE kept (id integer)")
    await connection.close()

    for database in ("sidus_network", "postgres", "template1"):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await asyncpg.connect(own.replace("/sidus_case", f"/{database}"))


async def test_nobody_enters_postgres_without_the_password(postgres: EmbeddedPostgres) -> None:
    with pytest.raises(asyncpg.InvalidPasswordError):
        await asyncpg.connect(postgres.url.replace(postgres.password, "guessed"))


async def test_the_log_of_postgres_holds_nothing_that_a_client_sent(postgres: EmbeddedPostgres) -> None:
    connection = await asyncpg.connect(postgres.url)
    await connection.execute("CREATE TABLE person (name text PRIMARY KEY)")
    await connection.execute("INSERT INTO person VALUES ($1)", CANARY)
    with pytest.raises(asyncpg.UniqueViolationError):
        await connection.execute("INSERT INTO person VALUES ($1)", CANARY)
    with pytest.raises(asyncpg.InvalidTextRepresentationError):
        await connection.execute(f"SELECT '{CANARY}'::text::integer")
    await connection.close()

    log = (postgres.folder / "postgres.log").read_text()

    assert "ready to accept connections" in log
    assert CANARY not in log


def test_a_cluster_that_was_left_running_is_taken_over(folder: Path) -> None:
    password = "kept"
    with EmbeddedPostgres(folder, password=password, durable=False) as left:
        left_running = left.cluster / "postmaster.pid"
        first = left_running.read_text().splitlines()[0]
        with EmbeddedPostgres(folder, password=password, durable=False) as taken:
            assert taken.is_ready()
            assert left_running.read_text().splitlines()[0] != first


def test_a_stale_pid_file_does_not_keep_postgres_from_starting(folder: Path) -> None:
    with EmbeddedPostgres(folder, durable=False) as server:
        kept = (server.cluster / "postmaster.pid").read_text()
    (server.cluster / "postmaster.pid").write_text(kept.replace(kept.splitlines()[0], "1", 1))

    with EmbeddedPostgres(folder, durable=False) as again:
        assert again.is_ready()


As = Callable[..., Awaitable[JetStreamContext]]


@pytest.fixture
async def connected(nats_server: EmbeddedNats) -> AsyncIterator[As]:
    """Connects as a service, which gives up what is not answered after so many seconds."""
    clients: list[Client] = []

    async def silent(_: Exception) -> None:
        return

    async def connect(service: str, patience: float = PATIENCE_SECONDS) -> JetStreamContext:
        client = await nats.connect(
            nats_server.url_for(service), inbox_prefix=f"_INBOX_{service}".encode(), error_cb=silent
        )
        clients.append(client)
        return client.jetstream(timeout=patience)

    yield connect
    for client in clients:
        await client.close()


async def test_a_service_follows_another_through_its_own_durable(connected: As) -> None:
    case, feedback = await connected("case"), await connected("feedback")
    await ensure_stream(case, "case", 1)
    await ensure_consumer(feedback, "feedback", "case", ["evt.case.case.>", "evt.case.client.>"])
    await ensure_consumer(feedback, "feedback", "case", ["evt.case.case.>"])
    subscription = await feedback.pull_subscribe_bind(durable="feedback-on-case", stream="CASE")

    await case.publish("evt.case.case.opened.1", b"{}")
    (message,) = await subscription.fetch(1, timeout=PATIENCE_SECONDS)
    await message.ack_sync()

    floor = (await subscription.consumer_info()).ack_floor
    assert floor is not None
    assert floor.stream_seq == message.metadata.sequence.stream


FORBIDDEN: dict[str, Callable[[JetStreamContext], Awaitable[object]]] = {
    "publish another's event": lambda js: js.publish("evt.case.case.opened.1", b"{}"),
    "read another's raw message": lambda js: js.get_msg("CASE", 1),
    "delete a stream": lambda js: js.delete_stream("CASE"),
    "purge a stream": lambda js: js.purge_stream("CASE"),
    "make a durable in another's name": lambda js: ensure_consumer(js, "network", "case", ["evt.case.>"]),
    "delete another's durable": lambda js: js.delete_consumer("CASE", "network-on-case"),
    "make another's stream": lambda js: ensure_stream(js, "network", 1),
}


@pytest.mark.parametrize("what", FORBIDDEN)
async def test_a_service_may_not(what: str, connected: As) -> None:
    case, feedback = await connected("case"), await connected("feedback", 0.5)
    await ensure_stream(case, "case", 1)

    with pytest.raises(nats.errors.TimeoutError):
        await FORBIDDEN[what](feedback)


async def test_only_the_case_service_announces_how_far_grants_have_come(connected: As) -> None:
    case, feedback = (await connected("case"))._nc, (await connected("feedback"))._nc
    heard = await feedback.subscribe("sys.watermark.case")
    await feedback.flush()

    await feedback.publish("sys.watermark.case", b"forged")
    await feedback.flush()
    await case.publish("sys.watermark.case", b"true")

    assert (await heard.next_msg(timeout=PATIENCE_SECONDS)).data == b"true"


async def test_nobody_enters_nats_without_a_password(nats_server: EmbeddedNats) -> None:
    with pytest.raises((nats.errors.Error, OSError)):
        await nats.connect(f"nats://127.0.0.1:{nats_server.port}", allow_reconnect=False, connect_timeout=1)


def test_what_was_published_is_flushed_before_it_is_acknowledged(tmp_path: Path) -> None:
    EmbeddedNats(tmp_path).prepare()

    assert '"sync_interval": "always"' in (tmp_path / "nats.conf").read_text()
    assert (tmp_path / "nats.conf").stat().st_mode & 0o077 == 0
