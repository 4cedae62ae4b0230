"""The account PostgreSQL runs under: root may not run it, so root drops to `nobody`."""

import os
import pwd
import shutil
from dataclasses import dataclass
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path

from deploy.embedded.errors import LauncherError

SHELTER = Path("/var/lib/sidus")


@dataclass(frozen=True, slots=True)
class Account:
    """A user of the operating system, by number."""

    uid: int
    gid: int

    def owns(self, folder: Path) -> Path:
        """Give the folder, with all it holds, to this account; returns the folder."""
        os.chown(folder, self.uid, self.gid)
        for parent, folders, files in os.walk(folder):
            for name in (*folders, *files):
                os.chown(os.path.join(parent, name), self.uid, self.gid, follow_symlinks=False)
        return folder


def unprivileged() -> Account | None:
    """The account to drop to; None when this process is not root and need not drop."""
    if os.geteuid() != 0:
        return None
    try:
        nobody = pwd.getpwnam("nobody")
    except KeyError as error:
        raise LauncherError(
            "PostgreSQL does not run as root, and there is no user 'nobody' to run it as: "
            "start Sidus as an ordinary user."
        ) from error
    return Account(nobody.pw_uid, nobody.pw_gid)


def is_reachable(path: Path) -> bool:
    """Whether an account without rights of its own can walk down to what is at the path."""
    return all(step.stat().st_mode & 0o001 for step in path.resolve().parents)


def shelter_of(folder: Path) -> Path:
    """The place in /var/lib/sidus that belongs to this folder alone."""
    return SHELTER / sha256(str(folder.resolve()).encode()).hexdigest()[:16]


def home_for(account: Account | None, folder: Path) -> Path:
    """Where the account can hold what belongs in `folder`: there, or in its shelter.

    A checkout below /root is closed to every other user, so what the dropped account needs stands outside.
    """
    shelter = shelter_of(folder)
    needs_shelter = account is not None and (shelter.exists() or not is_reachable(folder / "postgres"))
    return shelter if needs_shelter else folder


def readable_copy(home: Path, shelter: Path, account: Account) -> Path:
    """The server's programs where the account can run them: `home`, or a copy in the shelter.

    `home` lies in a wheel, and its programs find their libraries beside it.
    """
    if is_reachable(home / "bin" / "postgres"):
        return home
    package = home.parent
    copy = shelter / f"programs-{version(package.name)}" / package.name
    if not copy.exists():
        half_made = shelter / "programs.new"
        shutil.rmtree(half_made, ignore_errors=True)
        shutil.copytree(home, half_made / package.name / home.name, symlinks=True)
        libraries = package.with_name(f"{package.name}.libs")
        if libraries.exists():
            shutil.copytree(libraries, half_made / libraries.name, symlinks=True)
        account.owns(half_made).rename(copy.parent)
    return copy / home.name
