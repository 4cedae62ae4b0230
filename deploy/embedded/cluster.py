"""PostgreSQL's data directory: made whole or not at all, and freed of what a crash left."""

import os
import secrets
import shutil
import signal
import subprocess
from contextlib import suppress
from pathlib import Path

import psutil

from deploy.embedded.account import Account
from deploy.embedded.child import dying_with
from deploy.embedded.errors import LauncherError

SUPERUSER = "postgres"
OPTIONS = (
    f"--username={SUPERUSER}",
    "--auth=scram-sha-256",
    "--encoding=UTF8",
    "--locale=C",
    "--locale-provider=builtin",
    "--builtin-locale=C.UTF-8",
    "--no-instructions",
)
STOP_SECONDS = 10.0


def make_cluster(cluster: Path, initdb: Path, account: Account | None, password: str, *, durable: bool) -> None:
    """Make a cluster whose superuser has the password; one that a kill left half made is removed.

    It is made beside its place and moved there whole. Raises LauncherError where `initdb` refuses.
    """
    for half_made in cluster.parent.glob("initdb-*"):
        shutil.rmtree(half_made, ignore_errors=True)
    making = cluster.with_name(f"initdb-{secrets.token_hex(4)}")
    data, secret = making / "cluster", making / "password"
    data.mkdir(mode=0o700, parents=True)
    secret.touch(mode=0o600)
    secret.write_text(password)
    if account:
        account.owns(making)
    flush = () if durable else ("--no-sync",)
    _run((str(initdb), "-D", str(data), f"--pwfile={secret}", *OPTIONS, *flush), data, account)
    data.rename(cluster)
    shutil.rmtree(making)


def end_leftovers(cluster: Path) -> None:
    """End a server that a killed launcher left on this cluster, and remove its stale pid file.

    A process is believed to be that server only when it works inside the cluster's own folder.
    """
    left = [process for process in psutil.process_iter() if _works_in(process, cluster)]
    for process in left:
        with suppress(psutil.NoSuchProcess):
            process.send_signal(signal.SIGINT)
    _, stubborn = psutil.wait_procs(left, timeout=STOP_SECONDS)
    for process in stubborn:
        with suppress(psutil.NoSuchProcess):
            process.kill()
    psutil.wait_procs(stubborn, timeout=STOP_SECONDS)
    (cluster / "postmaster.pid").unlink(missing_ok=True)


def _run(command: tuple[str, ...], folder: Path, account: Account | None) -> None:
    made = subprocess.run(
        command,
        cwd=folder,
        env={},
        capture_output=True,
        text=True,
        check=False,
        start_new_session=True,
        preexec_fn=dying_with(os.getpid(), signal.SIGTERM),
        user=account.uid if account else None,
        group=account.gid if account else None,
        extra_groups=[] if account else None,
    )
    if made.returncode != 0:
        reason = made.stderr.strip().splitlines() or ["it gave no reason"]
        raise LauncherError(f"PostgreSQL could not make its data folder: {reason[0]}")


def _works_in(process: psutil.Process, folder: Path) -> bool:
    with suppress(psutil.Error):
        return process.name() == "postgres" and process.cwd() == str(folder)
    return False
