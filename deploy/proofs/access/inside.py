"""What services ask of each other: no gateway leads there, and nobody but a service is let in."""

from collections.abc import Sequence

from deploy.proofs.access import taught
from deploy.proofs.access.aims import CannotAim, aims_of
from deploy.proofs.access.bodies import CannotFill, Filler
from deploy.proofs.access.finding import Finding
from deploy.proofs.access.onlookers import Onlooker
from deploy.proofs.access.operations import operations_of
from deploy.proofs.access.reading import is_refused_by_role
from deploy.proofs.access.world import World

PREFIX = "/internal/"


async def knock(world: World, onlookers: Sequence[Onlooker], finding: Finding) -> None:
    """Everybody tries every internal operation, through the gateway and past it."""
    for service, document in (await world.site.behind()).items():
        filler = Filler(document, world.now)
        for operation in operations_of(document):
            if not operation.path.startswith(PREFIX):
                continue
            try:
                aim = aims_of(operation, world)[0]
                asked = aim.asked(operation, filler.fill(operation.body) if operation.body else None)
            except (CannotAim, CannotFill) as reason:
                finding.wrong(operation, "proof", "aim", f"{reason} (deploy/proofs/access/taught.py)")
                continue
            for onlooker in onlookers:
                finding.look(operation)
                past = await world.site.ask_behind(service, onlooker, asked)
                is_asked_for_them = onlooker.person is not None and operation.name in taught.ASKED_AS_THE_PERSON
                if not is_refused_by_role(past) and not is_asked_for_them:
                    finding.wrong(operation, onlooker, aim, f"is let into {service} ({past.status})")
                through = await world.site.ask(onlooker, asked)
                if through.status != 404:
                    finding.wrong(operation, onlooker, aim, f"comes through the gateway ({through.status})")
