"""How narrow a search has to be, and how much of a person it shows. Pure."""

MOST_HITS = 10
SHORTEST_FAMILY_NAME = 3
SHORTEST_GIVEN_NAME = 2


def is_narrow(family: str, given: str, birth_year: int | None) -> bool:
    """Whether first letters of names keep one from leafing through people (letters as people are found by).

    Three letters begin the family names of thousands; with the year of birth, or the beginning of the given name, of
    some dozens. One letter of a given name would not do: a tenth of all people share it.
    """
    return len(family) >= SHORTEST_FAMILY_NAME and (birth_year is not None or len(given) >= SHORTEST_GIVEN_NAME)
