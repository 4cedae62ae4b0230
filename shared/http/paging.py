"""Keyset pages: an opaque signed cursor, a bound on every list, a `Link` to what follows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Any, Generic, Protocol, Self, TypeVar
from uuid import UUID

from fastapi import Depends, Query, Request, Response
from itsdangerous import BadSignature, URLSafeSerializer
from pydantic import BaseModel
from sqlalchemy import ColumnElement, Select, select, tuple_
from sqlalchemy.orm import InstrumentedAttribute

from shared.db.base import Versioned
from shared.db.work import UnitOfWork
from shared.http.problems import Invalid, InvalidField

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)
V = TypeVar("V", bound=Versioned)
MOST = 100
_READERS: dict[type, Any] = {UUID: UUID, datetime: datetime.fromisoformat, date: date.fromisoformat}


class _Shape(Protocol):
    @classmethod
    def of(cls, row: Any) -> Self: ...


S = TypeVar("S", bound=_Shape)


@dataclass(frozen=True, slots=True)
class Paging:
    """How much of a list is asked for, and after which row."""

    limit: int
    after: list[Any] | None
    request: Request
    response: Response

    def cursor(self, values: Sequence[Any]) -> str:
        """The opaque place after a row; signed, and good for this path only."""
        return str(_serializer(self.request).dumps([str(_plain(value)) for value in values]))


class Page(BaseModel, Generic[T]):
    """A part of a list; `next` is the cursor of the part that follows, null at the end."""

    items: list[T]
    next: str | None


@dataclass(frozen=True, slots=True)
class Slice(Generic[T_co]):
    """The rows of one page and the cursor of the next."""

    rows: Sequence[T_co]
    next: str | None
    is_continued: bool = False

    def shown(self, shape: type[S]) -> "Page[S]":
        """The page as it travels."""
        return Page[shape](items=[shape.of(row) for row in self.rows], next=self.next)  # type: ignore[valid-type]


async def paging(
    request: Request,
    response: Response,
    limit: Annotated[int, Query(ge=1, le=MOST, description="How many items at the most.")] = 20,
    cursor: Annotated[str | None, Query(max_length=500, description="`next` of the page before.")] = None,
) -> Paging:
    """What part of a list the caller asks for."""
    after = None
    if cursor is not None:
        try:
            after = _serializer(request).loads(cursor)
        except BadSignature as error:
            wrong = InvalidField(pointer="/query/cursor", code="cursor", detail="This is not a cursor of this list.")
            raise Invalid(errors=[wrong]) from error
    return Paging(limit, after, request, response)


Paged = Annotated[Paging, Depends(paging)]


async def page(
    work: UnitOfWork, query: Select[T], asked: Paging, *by: InstrumentedAttribute[Any], ascending: bool = False
) -> Slice[T]:
    """One page of a query, newest first (or last) by the columns `by`, which must end in a unique one."""
    if asked.after is not None:
        places = [
            _READERS.get(column.type.python_type, int)(text) for column, text in zip(by, asked.after, strict=True)
        ]
        place, last = tuple_(*by), tuple_(*places)
        query = query.where(place > last if ascending else place < last)
    order = by if ascending else [column.desc() for column in by]
    rows = await work.all(query.order_by(*order).limit(asked.limit + 1))
    if len(rows) <= asked.limit:
        return Slice(rows, None, asked.after is not None)
    shown = rows[: asked.limit]
    cursor = asked.cursor([getattr(shown[-1], column.key) for column in by])
    following = asked.request.url.include_query_params(cursor=cursor)
    asked.response.headers["Link"] = f'<{following.path}?{following.query}>; rel="next"'
    return Slice(shown, cursor, asked.after is not None)


async def newest(work: UnitOfWork, table: type[V], asked: Paging, *which: ColumnElement[bool]) -> Slice[V]:
    """One page of the resources of which all this holds, newest first."""
    return await page(work, select(table).where(*which), asked, table.created_at, table.id)


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def _serializer(request: Request) -> URLSafeSerializer:
    return URLSafeSerializer(request.app.state.runtime.settings.signing_key, salt=request.url.path)
