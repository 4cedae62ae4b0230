"""What the data folder keeps, for whom, and where the dropped account finds its part of it."""

import stat
from pathlib import Path

import pytest

from deploy.embedded.account import SHELTER, Account, home_for, is_reachable, readable_copy
from deploy.embedded.errors import LauncherError
from deploy.embedded.files import write_private
from deploy.embedded.ports import LISTENERS, chosen_ports
from deploy.embedded.state import DataFolder

NOBODY = Account(65534, 65534)


def test_a_secret_stays_the_same_and_is_nobody_elses_to_read(tmp_path: Path) -> None:
    data = DataFolder(tmp_path)

    first = data.secret("key gateway to case")

    assert DataFolder(tmp_path).secret("key gateway to case") == first
    assert data.secret("key feedback to case") != first
    assert len(bytes.fromhex(first)) == 32
    assert stat.S_IMODE((tmp_path / "secrets.json").stat().st_mode) == 0o600


def test_a_private_file_is_replaced_whole(tmp_path: Path) -> None:
    write_private(tmp_path / "file", "one")
    (tmp_path / ".file.new").write_text("half of tw")

    write_private(tmp_path / "file", "two")

    assert [(path.name, path.read_text()) for path in tmp_path.iterdir()] == [("file", "two")]


def test_a_folder_is_held_by_one_launcher_at_a_time(tmp_path: Path) -> None:
    data = DataFolder(tmp_path)
    with data.held():
        assert data.is_held()
        with pytest.raises(LauncherError, match="already runs"), DataFolder(tmp_path).held():
            pass
    assert not data.is_held()


def test_ports_follow_the_first_one_except_those_with_a_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SIDUS_NATS_PORT", "4222")

    ports = chosen_ports(9000)

    assert ports == {**dict(zip(LISTENERS, range(9000, 9008), strict=True)), "nats": 4222}


def test_a_folder_that_others_cannot_walk_to_gets_a_shelter(folder: Path) -> None:
    closed = folder / "closed" / "data"
    closed.mkdir(parents=True)
    assert home_for(NOBODY, closed) == closed

    closed.parent.chmod(0o700)

    assert home_for(NOBODY, closed).parent == SHELTER
    assert home_for(None, closed) == closed
    assert not is_reachable(closed)


def test_programs_that_others_cannot_walk_to_are_copied_once_with_their_libraries(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("deploy.embedded.account.version", lambda package: "1.0")
    home = folder / "closed" / "wheel" / "pginstall18"
    (home / "bin").mkdir(parents=True)
    (home / "bin" / "postgres").write_text("program")
    (folder / "closed" / "wheel.libs").mkdir()
    (folder / "closed" / "wheel.libs" / "libpq.so").write_text("library")
    assert readable_copy(home, folder / "shelter", NOBODY) == home
    (folder / "closed").chmod(0o700)
    here = Account(folder.stat().st_uid, folder.stat().st_gid)

    copy = readable_copy(home, folder / "shelter", here)
    again = readable_copy(home, folder / "shelter", here)

    assert copy == again == folder / "shelter" / "programs-1.0" / "wheel" / "pginstall18"
    assert (copy / "bin" / "postgres").read_text() == "program"
    assert (copy.parents[1] / "wheel.libs" / "libpq.so").read_text() == "library"
