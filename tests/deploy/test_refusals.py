"""A condition that keeps Sidus from starting is told in one sentence, never in a traceback."""

import errno
import re
import socket
from pathlib import Path

import pytest

from deploy.embedded import cli, state
from deploy.embedded.account import unprivileged
from deploy.embedded.errors import LauncherError
from tests.deploy.checkout import Launcher


def refused(launcher: Launcher, **environment: str) -> str:
    """The one line `sidus up` complains with."""
    ended = launcher.sidus("up", **environment)
    assert ended.returncode == 1
    assert ended.stderr.count("\n") == 1, ended.stderr
    return ended.stderr.strip()


def test_a_taken_port_is_named_with_its_part_and_the_way_out(launcher: Launcher) -> None:
    with socket.create_server(("127.0.0.1", launcher.ports["network"])):
        sentence = refused(launcher)

    assert sentence == (
        f"Port {launcher.ports['network']}, for network, is taken by another program: "
        "choose others with --port-base or this one with SIDUS_NETWORK_PORT."
    )


def test_a_port_that_is_no_number_is_refused(launcher: Launcher) -> None:
    assert refused(launcher, SIDUS_CASE_PORT="high") == "SIDUS_CASE_PORT is 'high', which is no port number."


def test_a_missing_nats_server_is_named(launcher: Launcher) -> None:
    sentence = refused(launcher, NATS_SERVER_BIN="/nowhere/nats-server")

    assert sentence == "NATS_SERVER_BIN names /nowhere/nats-server, which is no program that can be run."


def test_a_database_server_that_cannot_be_reached_is_named(launcher: Launcher) -> None:
    unused = launcher.ports["postgres"]

    sentence = refused(launcher, SIDUS_DATABASE_URL=f"postgresql://nobody:none@127.0.0.1:{unused}/postgres")

    assert sentence.startswith("The database server cannot be used: ")


def test_a_data_folder_that_cannot_be_made_is_named(launcher: Launcher) -> None:
    file = launcher.checkout / "file"
    file.touch()
    launcher.data = file / "data"

    assert refused(launcher) == f"{file}/data cannot be written to: choose another folder with --data."


def test_the_reason_for_which_postgres_refuses_is_passed_on(launcher: Launcher) -> None:
    cluster = launcher.data / "postgres"
    cluster.mkdir(parents=True)
    launcher.data.chmod(0o711)
    cluster.chmod(0o700)
    if account := unprivileged():
        account.owns(cluster)

    sentence = refused(launcher)

    assert re.match(r"postgres did not start: .*postgresql\.conf.* \(see .*/logs/postgres\.log\)$", sentence)
    assert launcher.left_running() == []


def test_a_disk_with_no_room_to_start_is_named(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(state, "NEEDED_BYTES", 2**62)

    with pytest.raises(LauncherError, match=r"^The disk that holds .* is full: \d+ MB are left"):
        state.DataFolder(folder).held().__enter__()


@pytest.mark.parametrize(
    ("number", "sentence"),
    [
        (errno.ENOSPC, "The disk is full: /somewhere/file could not be written.\n"),
        (errno.EROFS, "/somewhere/file cannot be written to: choose another folder with --data.\n"),
    ],
)
def test_an_error_of_the_file_system_is_put_into_words(
    number: int, sentence: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def failing() -> None:
        raise OSError(number, "no", "/somewhere/file")

    monkeypatch.setattr(cli, "app", failing)

    with pytest.raises(SystemExit) as ending:
        cli.main()

    assert ending.value.code == 1
    assert capsys.readouterr().err == sentence


def test_without_a_running_system_there_is_no_token(launcher: Launcher) -> None:
    ended = launcher.sidus("token", "--agency", "tamme", "--role", "case_manager")

    assert ended.stderr == f"Sidus is not up on {launcher.data}: start it with make run or sidus up.\n"


def test_the_doctor_names_a_taken_port(launcher: Launcher) -> None:
    with socket.create_server(("127.0.0.1", launcher.ports["case"])):
        doctor = launcher.sidus("doctor")

    assert doctor.returncode == 1
    assert "taken; set SIDUS_CASE_PORT" in doctor.stdout
