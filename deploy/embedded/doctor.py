"""Checks that tell why Sidus does not start, or that it is well."""

import asyncio
import os
import platform
import shutil
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from deploy.embedded import binaries, health
from deploy.embedded.errors import LauncherError
from deploy.embedded.landscape import HTTP_PARTS
from deploy.embedded.ports import is_free, variable_of
from deploy.embedded.state import NEEDED_BYTES, DataFolder, Running


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at."""

    what: str
    is_well: bool
    found: str


def checks(data: DataFolder, ports: Mapping[str, int]) -> Iterator[Check]:
    """Everything worth looking at on this machine; `ports` are those a start would use."""
    yield Check("Python", sys.version_info >= (3, 11), f"{platform.python_version()} ({sys.executable})")
    yield _program("PostgreSQL", binaries.postgres_home)
    yield _program("NATS", binaries.nats_server)
    yield _folder(data.root)
    yield _disk(data.root)
    running = data.running() if data.is_held() else None
    if running:
        yield Check("Launcher", True, f"up, process {running.process}")
        yield from _parts(running)
    else:
        yield Check("Launcher", True, "not up")
        yield from (_port(name, port) for name, port in ports.items())


def _program(what: str, find: Callable[[], Path]) -> Check:
    try:
        return Check(what, True, str(find()))
    except LauncherError as error:
        return Check(what, False, str(error))


def _folder(root: Path) -> Check:
    existing = _nearest(root)
    writable = os.access(existing, os.W_OK)
    found = f"{root}{'' if root.exists() else ' (not made yet)'}{'' if writable else ' cannot be written to'}"
    return Check("Data folder", writable, found)


def _disk(root: Path) -> Check:
    free = shutil.disk_usage(_nearest(root)).free
    return Check("Disk", free >= NEEDED_BYTES, f"{free >> 20} MB free")


def _nearest(path: Path) -> Path:
    return next(step for step in (path, *path.parents) if step.exists())


def _parts(running: Running) -> Iterator[Check]:
    for part in HTTP_PARTS:
        ready = asyncio.run(health.is_ready(running.ports[part]))
        yield Check(part, ready, f"port {running.ports[part]}, {'ready' if ready else 'not ready'}")


def _port(name: str, port: int) -> Check:
    free = is_free(port)
    return Check(f"Port {port}", free, f"free for {name}" if free else f"taken; set {variable_of(name)}")
