"""Reports of imports end: which row of a file led to whom is nobody's business for ever."""

import asyncio
from datetime import timedelta
from functools import cache
from pathlib import Path

import structlog
import yaml
from pydantic import Field

from services.case.imports import store
from shared.actor import Actor
from shared.db.errand import Errand, Surroundings
from shared.db.work import unit_of_work
from shared.http.app import Runtime
from shared.http.problems import Unavailable
from shared.http.schemas import Schema
from shared.ids import new_id

log = structlog.get_logger("imports")

LOOK_SECONDS = 3600.0


class Policy(Schema):
    """How long the report of an import is kept, counted from its end, or from its beginning where it has none."""

    report_days: int = Field(ge=1)


@cache
def policy() -> Policy:
    """The policy on disk, read once."""
    return Policy.model_validate(yaml.safe_load(Path(__file__).with_name("policy.yaml").read_text(encoding="utf-8")))


async def forget_old_reports(runtime: Runtime) -> None:
    """Forget every hour what is old, until cancelled."""
    policy()  # a policy that is not one is told at the start
    while True:
        try:
            await forget_once(runtime.around)
        except Unavailable:
            log.info("reports wait", reason="database")
        await asyncio.sleep(LOOK_SECONDS)


async def forget_once(around: Surroundings) -> None:
    """Forget the reports that are old now."""
    actor = Actor.service(around.service, str(new_id()))
    async with unit_of_work(around, actor, Errand(operation="forget_import_reports")) as work:
        await store.forget_reports(work, work.clock.now() - timedelta(days=policy().report_days))
        await work.commit()
