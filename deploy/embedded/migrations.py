"""Which databases need migrating, and having it done."""

import asyncio
import json
import os
import signal
import sys
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path

from deploy.embedded.child import dying_with
from deploy.embedded.errors import LauncherError
from deploy.embedded.files import write_private

SOURCES = Path(__file__).parents[2] / "services"


def fingerprint(service: str) -> str:
    """A digest of the service's revisions: when it is unchanged there is nothing to migrate."""
    digest = sha256()
    for revision in sorted((SOURCES / service / "migrations" / "versions").glob("*.py")):
        digest.update(revision.name.encode() + revision.read_bytes())
    return digest.hexdigest()


async def migrate_changed(databases: Mapping[str, str], marks: Path) -> None:
    """Migrate the databases whose revisions changed since `marks` was written, and mark them."""
    known: dict[str, str] = json.loads(marks.read_text()) if marks.exists() else {}
    now = {service: fingerprint(service) for service in databases}
    changed = {service: url for service, url in databases.items() if known.get(service) != now[service]}
    if changed:
        await migrate(changed)
        write_private(marks, json.dumps(now))


async def migrate(databases: Mapping[str, str]) -> None:
    """Bring every database named to its newest revision. Raises LauncherError with the reason it cannot."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "deploy.embedded.migrate"),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
        preexec_fn=dying_with(os.getpid(), signal.SIGTERM),
    )
    _, said = await process.communicate(json.dumps(dict(databases)).encode())
    if process.returncode != 0:
        lines = said.decode(errors="replace").strip().splitlines() or ["no reason was given"]
        raise LauncherError(f"The databases could not be migrated: {lines[-1]}")
