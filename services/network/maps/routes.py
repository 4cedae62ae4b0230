"""HTTP: keep a network map, read it, list a client's maps, look at the picture."""

from hashlib import blake2b
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Path, Request, Response
from starlette.concurrency import run_in_threadpool

from services.network.labels import LABELS
from services.network.maps import drawing, service, store
from services.network.maps.models import NetworkMap
from services.network.maps.problems import MapNotFound, MapRefused
from services.network.maps.schemas import MapIn, MapOut
from shared.actor import Role
from shared.http.clients import AskedClient
from shared.http.paging import Page, Paged
from shared.http.problems import Invalid, NoGround, problems
from shared.http.routing import OFFICERS, InLanguage, Router, Work

SVG = "image/svg+xml"

TAGS = ["Network maps"]

router = Router(prefix="/maps", tags=TAGS)
for_the_person_too = Router(prefix="/maps", tags=TAGS, roles=OFFICERS | {Role.PERSON})


async def map_in_path(map_id: Annotated[UUID, Path(description="The map's id.")], work: Work) -> NetworkMap:
    """The map of the path, under the actor's rights."""
    return await store.drawn(work, map_id)


MapInPath = Annotated[NetworkMap, Depends(map_in_path)]


@router.post("", status_code=201, responses=problems(MapNotFound, MapRefused, Invalid))
async def keep_map(drawn: MapIn, work: Work) -> MapOut:
    """Keep a network map (võrgustikukaart) that a client drew, as a dated snapshot that never changes."""
    return await work.answer(MapOut, await service.keep(work, drawn))


@for_the_person_too.get("", responses=problems(NoGround, Invalid))
async def list_maps(client_id: AskedClient, work: Work, paging: Paged) -> Page[MapOut]:
    """A client's maps that the actor may see, the latest drawn first."""
    return (await service.of_client(work, client_id, paging)).shown(MapOut)


@for_the_person_too.get("/{map_id}", responses=problems(MapNotFound))
async def read_map(drawn: MapInPath, work: Work) -> MapOut:
    """One network map."""
    return await work.answer(MapOut, drawn)


@for_the_person_too.get(
    "/{map_id}/map.svg",
    response_class=Response,
    responses={**problems(MapNotFound), 200: {"content": {SVG: {}}, "description": "The picture."}},
)
async def draw_map(drawn: MapInPath, language: InLanguage, request: Request) -> Response:
    """The map as a picture in the handbook's notation, with its key, in the language asked for."""
    picture = await run_in_threadpool(drawing.svg, drawn.sketch(), LABELS, language)
    tag = f'"{blake2b(picture.encode(), digest_size=12).hexdigest()}"'
    headers = {
        "ETag": tag,
        "Content-Language": language,
        "Vary": "Accept-Language",
        "Content-Security-Policy": "default-src 'none'",
        "X-Content-Type-Options": "nosniff",
    }
    if tag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    return Response(picture, media_type=SVG, headers=headers)
