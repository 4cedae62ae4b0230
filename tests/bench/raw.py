"""The yardstick: the same reads and writes by hand, in raw ASGI over asyncpg, with the same SQL and the same body."""

import os
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

import asyncpg
import orjson
from uuid_utils.compat import uuid7

READ = """
    SELECT c.id, c.version, c.client_id, c.number, c.coordinator, c.source, c.voluntary, c.purpose, c.created_at,
           c.closed_at, c.owner_agency, d.decision, d.summary, d.problems, d.needs, d.activities, d.legal_basis,
           d.decided_at, d.decided_by
    FROM "case" c LEFT JOIN initial_decision d ON d.case_id = c.id
    WHERE c.id = $1 AND c.owner_agency = $2 LIMIT 1
"""
AGREED = """
    SELECT 1 FROM consent WHERE client_id = $1 AND owner_agency = $2 AND withdrawn_at IS NULL AND valid_until >= $3
"""
LOG = """
    WITH entry AS (
        INSERT INTO access_log (id, at, client_id, agency, officer, action, operation, categories, ground, request_id)
        VALUES ($1, $2, $3, $4, 'officer', $5, 'raw', $6, 'own', 'raw') RETURNING seq, id
    )
    INSERT INTO access_seal (seq, entry_id, digest) SELECT seq, id, $7 FROM entry
"""
CONTACT = """
    INSERT INTO service_contact (id, case_id, client_id, owner_agency, category, service, channel, occurred_at, officer)
    VALUES ($1, $2, $3, $4, 'journal', $5, $6, $7, 'officer')
"""
SEQUENCE = 'UPDATE "case" SET sequence = sequence + 1, version = version + 1 WHERE id = $1 RETURNING sequence'
OUTBOX = """
    INSERT INTO outbox (id, subject, aggregate_id, envelope, created_at, published_at) VALUES ($1, $2, $3, $4, $5, $5)
"""
AGENCY = "tamme"


async def _with_json(connection: asyncpg.Connection) -> None:
    await connection.set_type_codec(
        "jsonb", encoder=lambda value: orjson.dumps(value).decode(), decoder=orjson.loads, schema="pg_catalog"
    )


async def _log(connection: asyncpg.Connection, *facts: Any) -> None:
    now, client_id, action, categories = facts
    entry = (uuid7(), now, client_id, AGENCY, action, categories)
    await connection.execute(LOG, *entry, sha256(orjson.dumps(entry, default=str)).digest())


class Raw:
    """An ASGI application without a framework."""

    def __init__(self) -> None:
        self._pool: Any = None

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer one request, or start and stop with the server."""
        if scope["type"] == "lifespan":
            await self._lifespan(receive, send)
            return
        case_id = UUID(scope["path"].split("/")[2])
        status, body = await (self._read(case_id) if scope["method"] == "GET" else self._write(case_id, receive))
        headers = [(b"content-type", b"application/json")]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": orjson.dumps(body, default=str)})

    async def _lifespan(self, receive: Any, send: Any) -> None:
        await receive()
        self._pool = await asyncpg.create_pool(
            os.environ["SIDUS_DATABASE_URL"], min_size=8, max_size=16, init=_with_json
        )
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await self._pool.close()
        await send({"type": "lifespan.shutdown.complete"})

    async def _read(self, case_id: UUID) -> tuple[int, dict[str, Any]]:
        now = datetime.now(UTC)
        async with self._pool.acquire() as connection, connection.transaction():
            row = await connection.fetchrow(READ, case_id, AGENCY)
            agreed = await connection.fetchval(AGREED, row["client_id"], AGENCY, now.date())
            await _log(connection, now, row["client_id"], "read", ["case"])
        return 200, dict(row) | {"agreed": bool(agreed)}

    async def _write(self, case_id: UUID, receive: Any) -> tuple[int, dict[str, Any]]:
        form = orjson.loads((await receive())["body"])
        now, contact = datetime.now(UTC), uuid7()
        occurred = datetime.fromisoformat(form["occurred_at"])
        async with self._pool.acquire() as connection, connection.transaction():
            row = await connection.fetchrow(READ, case_id, AGENCY)
            facts = (row["client_id"], AGENCY, form["service"], form["channel"], occurred)
            await connection.execute(CONTACT, contact, case_id, *facts)
            sequence = await connection.fetchval(SEQUENCE, case_id)
            envelope = {"id": str(contact), "sequence": sequence, "data": form}
            await connection.execute(OUTBOX, uuid7(), f"raw.{case_id}", case_id, envelope, now)
            await _log(connection, now, row["client_id"], "create", ["case", "journal"])
        return 201, form | {"id": str(contact)}


app = Raw()
