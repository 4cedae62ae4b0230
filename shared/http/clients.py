"""The client that a request names. Every endpoint takes the id from here, so that the id of a merged record answers."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Path, Query, Request, Response

from shared.http.routing import Work

ABOUT = "The client's id in Sidus; never a personal code. The id of a merged record stands for the surviving one."


async def client_in_path(
    client_id: Annotated[UUID, Path(description=ABOUT)], request: Request, response: Response, work: Work
) -> UUID:
    """The client of the path."""
    survivor_id = await work.aliases.survivor(client_id)
    if survivor_id != client_id:
        given = request.path_params["client_id"]
        _tell(request, response, request.url.path.replace(given, str(survivor_id), 1))
    return survivor_id


async def client_in_query(
    client_id: Annotated[UUID, Query(description=ABOUT)], request: Request, response: Response, work: Work
) -> UUID:
    """The client that a list is asked for."""
    survivor_id = await work.aliases.survivor(client_id)
    if survivor_id != client_id:
        asked = request.url.include_query_params(client_id=survivor_id)
        _tell(request, response, f"{asked.path}?{asked.query}")
    return survivor_id


async def client_perhaps_in_query(
    request: Request,
    response: Response,
    work: Work,
    client_id: Annotated[UUID | None, Query(description=ABOUT)] = None,
) -> UUID | None:
    """The client that a list is asked for, where the list may be asked for otherwise."""
    return None if client_id is None else await client_in_query(client_id, request, response, work)


ClientId = Annotated[UUID, Depends(client_in_path)]
AskedClient = Annotated[UUID, Depends(client_in_query)]
PerhapsClient = Annotated[UUID | None, Depends(client_perhaps_in_query)]


def _tell(request: Request, response: Response, where: str) -> None:
    """Name the address under which the same is found from now on. What a POST answers with is found elsewhere."""
    if request.method != "POST":
        response.headers["Content-Location"] = where
