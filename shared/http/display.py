"""Display-only data (esitlusinfo): fetched live from an outside register, shown once, and kept nowhere.

A `DisplayOnly` value is opaque: it is no text, no number, nothing that a column, an event, a log line or a cache takes.
One thing opens it, `Displayed`: an answer that nobody may store, and that is not remembered for a repeated request.
"""

from typing import Any, Final, Generic, NoReturn, TypeVar, get_args

from pydantic import BaseModel, GetCoreSchemaHandler, GetJsonSchemaHandler, SerializationInfo
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, core_schema
from starlette.responses import Response

T = TypeVar("T")
_SHOWING: Final = object()


class MayNotBeKept(Exception):
    """Something tried to turn a display-only value into what can be kept."""


def _refuse(self: "DisplayOnly[Any]", *_: Any) -> NoReturn:
    raise MayNotBeKept


class DisplayOnly(Generic[T]):
    """A value of an outside register that may be shown in one answer, and nowhere else."""

    __slots__ = ("__value",)

    def __init__(self, value: T) -> None:
        self.__value = value

    def __repr__(self) -> str:
        return "<display only>"

    __str__ = __format__ = __bytes__ = __iter__ = __len__ = __eq__ = __hash__ = __reduce_ex__ = _refuse

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """An instance going in; going out, the value, in an answer that is being displayed."""
        inner = handler.generate_schema(get_args(source)[0])
        shown = core_schema.plain_serializer_function_ser_schema(cls._shown, info_arg=True, return_schema=inner)
        return core_schema.is_instance_schema(cls, serialization=shown)

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        """As callers see it: the value itself."""
        return handler(schema["serialization"]["return_schema"])

    def _shown(self, info: SerializationInfo) -> T:
        if info.context is not _SHOWING:
            raise MayNotBeKept
        return self.__value


class Displayed(Response):
    """An answer that holds display-only values. It may be shown, and stored neither by us nor on the way."""

    media_type = "application/json"

    def __init__(self, content: BaseModel) -> None:
        body = content.model_dump_json(context=_SHOWING)
        super().__init__(body, headers={"Cache-Control": "no-store"})
