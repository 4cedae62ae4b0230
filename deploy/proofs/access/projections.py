"""What events have told each service: the grants it follows are those of the oracle, and no event carries a word."""

from collections.abc import Iterator

from deploy.proofs.access.finding import Finding
from deploy.proofs.access.oracle import Closing, Opening
from deploy.proofs.access.world import World

Door = tuple[str, str, str, str | None]
"""A client, the agency let in, the category, and whose rows (None: everybody's)."""

FOLLOWED = """
    SELECT client_id::text, grantee, category, source_agency FROM access_grant
    WHERE client_id = ANY($1::uuid[]) AND valid_from <= $2 AND (valid_until IS NULL OR valid_until > $2)
"""
CLOSED = """
    SELECT client_id::text, named FROM access_restriction
    WHERE client_id = ANY($1::uuid[]) AND valid_from <= $2 AND valid_until > $2
"""
TOLD = "SELECT subject, envelope::text FROM outbox"


async def compare(world: World, finding: Finding) -> None:
    """Hold every service's projection of grants against the oracle's openings, and read every event for words."""
    expected = {door for opening in world.facts.open_at(world.now) for door in _doors(opening)}
    for service in world.site.services:
        async with world.site.database(service) as connection:
            followed = await connection.fetch(FOLLOWED, list(world.clients.values()), world.now)
            closed = await connection.fetch(CLOSED, list(world.clients.values()), world.now)
            told = await connection.fetch(TOLD)
        where, found = f"grants of {service}", {tuple(row) for row in followed}
        for door in expected | found:
            finding.look(where)
            if door not in found:
                finding.wrong(where, door[1], world.state_of[door[0]], f"should see {_told(door)} and is not let in")
            if door not in expected:
                finding.wrong(where, door[1], world.state_of[door[0]], f"is let into {_told(door)} and should not be")
        closings = {Closing(client, frozenset(named)) for client, named in closed}
        for closing in closings ^ set(world.facts.closings):
            is_missing = closing in world.facts.closings
            what = "should be closed to all but the officers named" if is_missing else "is closed and should not be"
            finding.wrong(f"restrictions of {service}", "everybody", world.state_of[closing.client], what)
        for subject, envelope in told:
            if words := world.marks.found_in(envelope):
                finding.wrong(f"events of {service}", "whoever follows", subject, f"carries {sorted(words)}")


def _doors(opening: Opening) -> Iterator[Door]:
    for category in opening.categories:
        yield opening.client, opening.grantee, category, opening.source


def _told(door: Door) -> str:
    return f"{door[2]} of {door[3] or 'every agency'}"
