"""Searches: they find the same people for everybody who may search, masked, so that nobody registers anyone twice."""

import asyncio
from collections.abc import Iterator, Sequence

from deploy.proofs.access.finding import Finding
from deploy.proofs.access.onlookers import Onlooker
from deploy.proofs.access.operations import Operation
from deploy.proofs.access.reading import is_refused_by_role
from deploy.proofs.access.site import Answer, Asked
from deploy.proofs.access.world import World


async def search(world: World, operation: Operation, onlookers: Sequence[Onlooker], finding: Finding) -> None:
    """Everybody looks for every client, by each thing that the client is known by."""
    wanted = [(client, body) for client, bodies in world.searched.items() for body in bodies]
    for client, body in wanted:
        asked = Asked(operation.method, operation.path, body=body)
        answers = await asyncio.gather(*(world.site.ask(onlooker, asked) for onlooker in onlookers))
        for onlooker, answer in zip(onlookers, answers, strict=True):
            finding.look(operation)
            if not is_refused_by_role(answer):
                about = f"{world.state_of[client]} by {' and '.join(body)}"
                is_hidden = client in world.erased or world.facts.is_closed_to(onlooker, client)
                for what in _wrong_with(answer, [] if is_hidden else [world.survivor(client)], world):
                    finding.wrong(operation, onlooker, about, what)


def _wrong_with(answer: Answer, expected: list[str], world: World) -> Iterator[str]:
    found = [hit["client_id"] for hit in answer.content["items"]] if answer.is_given else []
    if found != expected:
        yield f"finds {found}, not {expected}"
    if words := world.marks.found_in(answer.text):
        yield f"is shown {sorted(words)}, which should be masked"
