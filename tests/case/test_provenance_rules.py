"""How a field of the record is named."""

from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from services.case.provenance.rules import Place


@given(
    st.from_regex(r"[a-z_]{1,20}", fullmatch=True),
    st.from_regex(r"[a-z_]{1,20}", fullmatch=True),
    st.none() | st.uuids(),
)
def test_the_pointer_of_a_place_names_that_place(piece: str, field: str, part_id: UUID | None) -> None:
    place = Place(piece, field, part_id)
    assert Place.at(place.pointer) == place
