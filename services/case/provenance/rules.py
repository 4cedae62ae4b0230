"""How a field of the record is named. Pure."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Place:
    """A field of the record: of a section, or of one of the parts that may be there several times."""

    piece: str
    field: str
    part_id: UUID | None = None

    @property
    def pointer(self) -> str:
        """The JSON pointer of the field; a part of a list is named by its id."""
        return "/".join(["", self.piece, *([str(self.part_id)] if self.part_id else []), self.field])

    @classmethod
    def at(cls, pointer: str) -> "Place":
        """The place that a pointer names, whether or not there is one; ValueError when it names none."""
        empty, piece, *part_id, field = pointer.split("/")
        if empty or len(part_id) > 1:
            raise ValueError(pointer)
        return cls(piece, field, UUID(part_id[0]) if part_id else None)


PERSONAL_CODE = Place("identity", "personal_code")
OTHER_IDENTIFIER = Place("identity", "other_identifier")
KNOWN_BY = (PERSONAL_CODE, OTHER_IDENTIFIER)
"""What a person is known by: fields of the identity whose values stand among the identifiers, with their history."""
