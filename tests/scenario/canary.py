"""A person who must not be found anywhere afterwards, and whoever sends what no officer would send."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import httpx

from tests.support.caller import Told
from tests.support.people import form_a

CANARY = "Kanaarlinnuke"
CODE = "47707070776"
SOMEBODY = "0198c0de-0000-7000-8000-000000000001"
"""An id that no client has."""


def about_the_canary(pointer: str, value: Any) -> dict[str, Any]:
    """Form A of the canary with another value at one place."""
    form = form_a()
    form["identity"] |= {"first_name": CANARY, "last_name": CANARY, "personal_code": CODE}
    *sections, field = pointer[1:].split("/")
    place = form
    for section in sections:
        place = place[section]
    place[field] = value
    return form


@dataclass(frozen=True, slots=True)
class Sender:
    """Somebody without a token, and an officer of the municipality, who both send what cannot be."""

    nobody: httpx.AsyncClient
    officer: httpx.AsyncClient

    async def sends(
        self, method: str, path: str, *, under: str | None = None, headers: Mapping[str, str] | None = None, **more: Any
    ) -> Told:
        """The problem that is answered, in which nothing of what was sent stands; `under` is a token to use instead."""
        http = self.nobody if under else self.officer
        token = {"Authorization": f"Bearer {under}"} if under else {}
        problem = Told(await http.request(method, path, headers={**token, **(headers or {})}, **more))
        assert CANARY not in str(problem)
        assert CODE not in str(problem)
        return problem
