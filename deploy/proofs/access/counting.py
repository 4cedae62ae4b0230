"""Statistics: what is counted for an agency is what the agency was given on records open to the officer."""

from collections import defaultdict
from collections.abc import Sequence

from deploy.proofs.access.finding import Finding
from deploy.proofs.access.onlookers import Onlooker
from deploy.proofs.access.operations import Operation
from deploy.proofs.access.reading import is_refused_by_role
from deploy.proofs.access.site import Asked
from deploy.proofs.access.world import World


async def count(world: World, operation: Operation, onlookers: Sequence[Onlooker], finding: Finding) -> None:
    """Everybody asks for the index of every agency's service; it rests on the asking agency's answers alone."""
    answers: dict[str, list[str | None]] = defaultdict(list)
    for row in world.rows:
        if row.table == "answer":
            answers[row.owner].append(row.client)
    for agency, clients in answers.items():
        query = {"survey": "recommendation", "service": world.service_of(agency)}
        for onlooker in onlookers:
            answer = await world.site.ask(onlooker, Asked(operation.method, operation.path, query))
            finding.look(operation)
            if is_refused_by_role(answer):
                continue
            counts = [not world.facts.is_closed_to(onlooker, client) for client in clients]
            expected = sum(counts) if agency == onlooker.agency else 0
            counted = max(index["answers"] for index in answer.content["indices"])
            if counted != expected:
                about = f"answers to {agency}"
                finding.wrong(operation, onlooker, about, f"counts {counted}, and was given {expected}")
