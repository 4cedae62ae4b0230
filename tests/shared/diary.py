"""The smallest possible service, whose tables and endpoints are there to be tried: a diary about clients."""

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Request, Response
from pydantic import Field
from sqlalchemy import BigInteger, ForeignKey, Identity, MetaData, func, select, text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

from shared.access.categories import Category
from shared.access.models import Scoped
from shared.actor import Role
from shared.db.base import NAMING, Versioned
from shared.events.catalog.case import CaseOpened
from shared.http.app import Service, create_app
from shared.http.clients import AskedClient
from shared.http.paging import Page, Paged, page
from shared.http.problems import NotFound, problems
from shared.http.routing import Router, Work
from shared.http.schemas import LongText, Resource, Schema
from shared.ids import new_id
from shared.labels import Labels

SECRET = "Mari Maasikas"
"""A name of nobody, that tests look for where no name may be."""


class Base(DeclarativeBase):
    """Tables of the diary."""

    metadata = MetaData(naming_convention=NAMING)


class Entry(Base, Scoped, Versioned):
    """What an agency wrote about a client on a day."""

    __tablename__ = "entry"

    text: Mapped[str]
    mood: Mapped[int] = mapped_column(default=0)
    remarks: Mapped[list["Remark"]] = relationship(back_populates="entry")


class Remark(Base, Scoped):
    """What an agency, perhaps another one, adds to an entry."""

    __tablename__ = "remark"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    entry_id: Mapped[UUID] = mapped_column(ForeignKey("entry.id", ondelete="CASCADE"))
    text: Mapped[str]
    entry: Mapped[Entry | None] = relationship(back_populates="remarks")


class Promise(Base):
    """A row whose foreign key is looked at when the transaction commits, and not before."""

    __tablename__ = "promise"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    entry_id: Mapped[UUID] = mapped_column(ForeignKey("entry.id", deferrable=True, initially="DEFERRED"))


class Heard(Base):
    """An event as a follower took it in; `seq` tells in which order."""

    __tablename__ = "heard"

    seq: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    subject: Mapped[UUID]
    number: Mapped[int]


class Place(Schema):
    """Where something happened."""

    county: LongText
    number: Annotated[int, Field(ge=1, le=100)] | None = None


class EntryForm(Schema):
    """An entry to be written."""

    client_id: UUID
    text: LongText
    category: Category = Category.JOURNAL
    mood: Annotated[int, Field(ge=-5, le=5)] = 0
    on: date | None = None
    place: Place | None = None


class EntryChange(Schema):
    """What to write instead."""

    text: LongText


class EntryOut(Resource):
    """An entry as written."""

    client_id: UUID
    text: str
    mood: int
    created_at: datetime


class EntryNotFound(NotFound):
    """There is no such entry, or it is not visible."""


router = Router(prefix="/entries", tags=["Diary"])


async def entry_in_path(entry_id: UUID, work: Work) -> Entry:
    """The entry of the path, under the actor's rights."""
    return await work.one(select(Entry).where(Entry.id == entry_id), EntryNotFound)


EntryInPath = Annotated[Entry, Depends(entry_in_path)]


@router.post("", status_code=201)
async def write_entry(form: EntryForm, work: Work) -> EntryOut:
    """Write an entry."""
    entry = Entry(id=new_id(), owner_agency=work.actor.agency, **form.model_dump(exclude={"on", "place"}))
    work.add(entry)
    work.announce(CaseOpened(client_id=form.client_id, case_id=entry.id), of=entry)
    return await work.answer(EntryOut, entry)


@router.get("")
async def list_entries(client_id: AskedClient, work: Work, paging: Paged) -> Page[EntryOut]:
    """Entries about a client, newest first."""
    query = select(Entry).where(Entry.client_id == client_id)
    return (await page(work, query, paging, Entry.created_at, Entry.id)).shown(EntryOut)


@router.get("/{entry_id}", responses=problems(EntryNotFound))
async def read_entry(entry: EntryInPath, work: Work) -> EntryOut:
    """One entry."""
    return await work.answer(EntryOut, entry)


@router.patch("/{entry_id}")
async def change_entry(entry: EntryInPath, change: EntryChange, work: Work) -> EntryOut:
    """Write it otherwise."""
    work.expect(entry)
    entry.text = change.text
    return await work.answer(EntryOut, entry)


@router.post("/{entry_id}/broken-promise")
async def break_promise(entry_id: UUID, work: Work) -> Response:
    """Everything goes well until the transaction commits."""
    work.add(Promise(entry_id=entry_id))
    await work.flush()
    return Response(SECRET)


@router.post("/{entry_id}/lost-connection")
async def lose_connection(entry_id: UUID, work: Work, request: Request) -> Response:
    """The connection is gone when the transaction is about to commit."""
    backend = (await work.execute(select(func.pg_backend_pid()))).scalar_one()
    async with request.app.state.runtime.engine.connect() as other:
        await other.execute(text("SELECT pg_terminate_backend(:pid, 5000)"), {"pid": backend})
    return Response(SECRET)


@router.post("/{entry_id}/crash")
async def crash(entry_id: UUID, body: Any = None) -> None:
    """Something breaks while a person's name is at hand."""
    raise RuntimeError(f"cannot read {SECRET}: {body}")


service = Service(
    name="diary",
    title="a diary",
    tables=Base,
    labels=Labels.read(),
    routers=(router, operators := Router(prefix="/operators", roles={Role.OPERATOR})),
)


@operators.get("/bell")
async def ring_bell(work: Work) -> dict[str, str]:
    """For operators only."""
    return {"heard": "yes"}


app = create_app(service)
