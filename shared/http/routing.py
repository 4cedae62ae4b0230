"""Routes that open a unit of work around the endpoint and commit it before the answer is sent.

A dependency with `yield` would commit too late or without knowing the answer; the route knows both, so keyed
requests store their answer in the same transaction as their effect. See docs/adr.
"""

from collections.abc import Callable, Coroutine
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response
from fastapi.routing import APIRoute
from sqlalchemy import delete, select, update
from sqlalchemy.dialects.postgresql import insert

from shared.actor import Actor, Role
from shared.db.errand import Errand
from shared.db.idempotency import KEPT_FOR, KeyedRequest, Reply
from shared.db.work import UnitOfWork, unit_of_work
from shared.http.display import Displayed
from shared.http.problems import ClientErased, Conflict, Forbidden, Malformed, NotFound, Problem, problems
from shared.labels import Language, preferred

API = "/api/v1"
OFFICERS = frozenset({Role.CASE_MANAGER, Role.SUPERVISOR, Role.DATA_PROTECTION_OFFICER, Role.REGISTRAR})
ABOUT_CLIENTS = OFFICERS | {Role.PERSON}
"""Roles whose changes are about clients; services and operators do what they do about nobody, or by events."""

CHANGES = frozenset({"PUT", "PATCH", "DELETE"})
KEY_LENGTHS = range(16, 201)
KEPT_HEADERS = ("etag", "location", "cache-control")

Handler = Callable[[Request], Coroutine[Any, Any, Response]]


class KeyReused(Problem):
    """The Idempotency-Key was used for another request."""

    status = 422
    code = "idempotency-key-reused"


class Route(APIRoute):
    """An endpoint inside its unit of work. Subclasses say which roles may call."""

    roles: frozenset[Role] = OFFICERS

    def __init__(self, path: str, endpoint: Callable[..., Any], **more: Any) -> None:
        """The route; of a change it is told, beside what the endpoint says, that the client may have been erased."""
        if self.roles & ABOUT_CLIENTS and "GET" not in more["methods"]:
            more["responses"] = problems(NotFound, ClientErased) | more["responses"]
        super().__init__(path, endpoint, **more)

    def get_route_handler(self) -> Handler:
        """The endpoint with its unit of work around it."""
        endpoint = super().get_route_handler()

        async def within_unit_of_work(request: Request) -> Response:
            actor = await self._admitted(request)
            errand = _errand(request, self.name)
            async with unit_of_work(request.app.state.runtime.around, actor, errand) as work:
                request.state.work = work
                keyed = await _keyed(request, actor)
                if keyed and (replay := await _replayed(work, keyed)):
                    return replay
                response = await _answered(endpoint, request, work)
                _dress(request, response, errand)
                if keyed:
                    await _remember(work, keyed, response)
                await work.commit()
            return response

        return within_unit_of_work

    async def _admitted(self, request: Request) -> Actor:
        actor: Actor = request.app.state.runtime.actor_of(request)
        request.state.agency = actor.agency
        if not actor.has(*self.roles):
            raise Forbidden(f"This needs one of the roles: {', '.join(sorted(self.roles))}.")
        if Role.PUBLIC in self.roles:
            return Actor.service(request.app.state.runtime.name, actor.request_id)
        return actor


def Router(*, roles: frozenset[Role] | set[Role] = OFFICERS, **more: Any) -> APIRouter:  # noqa: N802
    """A router whose endpoints run inside a unit of work and admit these roles only."""
    admitting = type(
        "RouteFor" + "".join(sorted(role.title() for role in roles)), (Route,), {"roles": frozenset(roles)}
    )
    return APIRouter(route_class=admitting, **more)


async def current_work(request: Request) -> UnitOfWork:
    """The unit of work of this request."""
    work: UnitOfWork = request.state.work
    return work


Work = Annotated[UnitOfWork, Depends(current_work)]


async def language_of(request: Request) -> Language:
    """The language the caller asks labels in."""
    return preferred(request.headers.get("accept-language"))


InLanguage = Annotated[Language, Depends(language_of)]


async def _answered(endpoint: Handler, request: Request, work: UnitOfWork) -> Response:
    try:
        return await endpoint(request)
    except Problem:
        await work.forsake()
        raise


def _errand(request: Request, operation: str) -> Errand:
    return Errand(
        operation=operation,
        traceparent=request.state.traceparent,
        if_match=request.headers.get("if-match"),
        must_match=request.method in CHANGES,
    )


def _dress(request: Request, response: Response, errand: Errand) -> None:
    """Give the answer its ETag and Location, and spare the body of what the caller already has."""
    response.headers.setdefault("Cache-Control", "private, no-cache")
    if errand.tag is None:
        return
    tag = f'"{errand.tag}"'
    response.headers["ETag"] = tag
    if response.status_code == 201:
        response.headers["Location"] = f"{errand.at or request.url.path}/{errand.made}"
    if request.method == "GET" and errand.told_by_version and tag in request.headers.get("if-none-match", ""):
        response.status_code = 304
        response.body = b""
        del response.headers["content-length"]


async def _keyed(request: Request, actor: Actor) -> KeyedRequest | None:
    key = request.headers.get("idempotency-key")
    if key is None or request.method != "POST":
        return None
    if len(key) not in KEY_LENGTHS:
        raise Malformed("Idempotency-Key must have 16 to 200 characters; a UUID does well.")
    return KeyedRequest(actor.agency, actor.officer, key, request.method, request.url.path, await request.body())


async def _replayed(work: UnitOfWork, keyed: KeyedRequest) -> Response | None:
    """The answer given before, if there is one; a twin under way is waited for by the insert itself."""
    claim = insert(Reply).values(
        key_hash=keyed.key_hash, fingerprint=keyed.fingerprint, expires_at=work.clock.now() + KEPT_FOR
    )
    if (await work.execute(claim.on_conflict_do_nothing())).rowcount:
        return None
    reply = (await work.session.scalars(select(Reply).where(Reply.key_hash == keyed.key_hash))).one_or_none()
    if reply is None or not reply.status:
        raise Conflict("A request with this Idempotency-Key is under way.")
    if reply.fingerprint != keyed.fingerprint:
        raise KeyReused
    await work.tell_again(reply.told)
    await work.commit()
    headers = reply.headers | {"Idempotency-Replayed": "true"}
    return Response(keyed.open(reply.sealed), reply.status, headers, reply.media_type)


async def _remember(work: UnitOfWork, keyed: KeyedRequest, response: Response) -> None:
    """Keep the answer for when the request comes again, unless it may only be shown: then it is carried out again."""
    if isinstance(response, Displayed):
        await work.execute(delete(Reply).where(Reply.key_hash == keyed.key_hash))
        return
    kept = {name: response.headers[name] for name in KEPT_HEADERS if name in response.headers}
    await work.execute(
        update(Reply)
        .where(Reply.key_hash == keyed.key_hash)
        .values(
            status=response.status_code,
            headers=kept,
            sealed=keyed.seal(bytes(response.body)),
            told=work.ledger.told(),
            media_type=response.headers.get("content-type", ""),
        )
    )
