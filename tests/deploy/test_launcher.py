"""`sidus up` and the commands beside it, as an operator meets them."""

import json
import signal
from collections.abc import Mapping
from urllib.request import urlopen

import asyncpg
import psutil

from deploy.embedded.landscape import CALLS, HTTP_PARTS, SERVICES
from tests.deploy.checkout import Launcher
from tests.support.waiting import wait_until


def environment_of(launcher: Launcher, part: str) -> Mapping[str, str]:
    with urlopen(f"http://127.0.0.1:{launcher.ports[part]}/") as answer:
        environment: Mapping[str, str] = json.load(answer)["environment"]
        return environment


async def rows_of_migrations(url: str) -> int:
    connection = await asyncpg.connect(url)
    try:
        return int(await connection.fetchval("SELECT count(*) FROM migrated"))
    finally:
        await connection.close()


async def test_the_second_start_keeps_the_data_and_neither_migrates_nor_plays_again(launcher: Launcher) -> None:
    launcher.up()
    assert launcher.said.index("gateway ready") < launcher.said.index("the scenario was played")
    url = environment_of(launcher, "case")["SIDUS_DATABASE_URL"]
    assert launcher.ends_by(signal.SIGTERM) == 0
    assert launcher.left_running() == []

    launcher.up()

    assert "the scenario was played" not in launcher.said
    assert environment_of(launcher, "case")["SIDUS_DATABASE_URL"] == url
    assert await rows_of_migrations(url) == 1
    assert launcher.ends_by(signal.SIGINT) == 0
    assert launcher.left_running() == []


def test_a_migration_that_fails_is_told_and_the_next_start_tries_again(launcher: Launcher) -> None:
    migrations = launcher.checkout / "shared" / "db" / "migrations.py"
    working = migrations.read_text()
    migrations.write_text("async def upgrade(service, url):\n    raise RuntimeError(f'{service} went wrong')\n")

    refused = launcher.sidus("up")

    assert refused.stderr == "The databases could not be migrated: RuntimeError: case went wrong\n"
    assert (refused.returncode, launcher.left_running()) == (1, [])
    migrations.write_text(working)
    launcher.begins_until("migrations ready")


def test_reset_removes_what_was_made_and_nothing_else(launcher: Launcher) -> None:
    launcher.begins_until("postgres ready")
    launcher.ends_by(signal.SIGTERM)
    (launcher.data / "notes.txt").write_text("mine")

    assert launcher.sidus("reset").returncode == 0

    assert [path.name for path in launcher.data.iterdir()] == ["notes.txt"]


def test_a_second_up_on_the_same_folder_is_refused(running: Launcher) -> None:
    second = running.sidus("up")

    assert second.returncode == 1
    assert second.stderr.startswith(f"Sidus already runs on {running.data} (process ")
    assert second.stderr.count("\n") == 1


def test_what_is_up_is_not_reset(running: Launcher) -> None:
    refused = running.sidus("reset")

    assert refused.returncode == 1
    assert "stop it before the reset" in refused.stderr


def test_the_doctor_finds_a_running_system_well(running: Launcher) -> None:
    doctor = running.sidus("doctor")

    assert doctor.returncode == 0, doctor.stdout
    assert doctor.stdout.count(", ready") == len(HTTP_PARTS)


def test_a_token_is_asked_of_the_gateway_with_the_agencys_secret(running: Launcher) -> None:
    (running.data / "sandbox" / "clients.json").write_text(json.dumps({"tamme": "s3cret"}))

    token = running.sidus("token", "--agency", "tamme", "--role", "case_manager", "--officer", "mari.maasikas")
    unknown = running.sidus("token", "--agency", "nowhere", "--role", "case_manager")

    assert token.stdout == (
        "token for grant_type=client_credentials&client_id=tamme&client_secret=s3cret"
        "&scope=role%3Acase_manager+officer%3Amari.maasikas\n"
    )
    assert unknown.stderr == "There is no agency 'nowhere' in the sandbox; there are: tamme.\n"


def test_each_process_is_given_its_own_secrets_and_no_others(running: Launcher) -> None:
    environments = {part: environment_of(running, part) for part in HTTP_PARTS}
    trusted = {service: json.loads(environments[service]["SIDUS_TRUSTED_KEYS"]) for service in SERVICES}
    signing = {part: json.loads(environments[part]["SIDUS_PEER_KEYS"]) for part in HTTP_PARTS}

    for caller in HTTP_PARTS:
        assert set(signing[caller]) == set(CALLS.get(caller, ()))
        assert all(signing[caller][called] == trusted[called][caller] for called in signing[caller])
    keys = [key for believed in trusted.values() for key in believed.values()]
    assert len(set(keys)) == len(keys) == sum(map(len, CALLS.values()))
    assert "SIDUS_DATABASE_URL" not in environments["gateway"]
    assert len({environment["SIDUS_SIGNING_KEY"] for environment in environments.values()}) == len(HTTP_PARTS)


def test_a_part_that_is_killed_comes_back(running: Launcher) -> None:
    pid = json.loads((running.data / "processes.json").read_text())["case"][0]

    psutil.Process(pid).kill()

    wait_until(lambda: "case ended, starting again" in running.said)
    wait_until(lambda: running.said.rstrip().endswith("case ready"))
