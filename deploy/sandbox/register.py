"""A stand-in for the population register: an invented address for every possible personal code. Keeps nothing."""

from hashlib import sha256

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route
from stdnum.ee import ik

STREETS = ("Kase", "Kuuse", "Pihlaka", "Sireli", "Tamme", "Vahtra", "Õuna", "Jõe")
NOBODY = "37605030299"
"""A code from Estonian documentation, of whom the stand-in knows nothing."""


def address_of(personal_code: str) -> dict[str, str]:
    """The address that the stand-in invents for a person, always the same one."""
    digest = sha256(personal_code.encode()).digest()
    house = 1 + int.from_bytes(digest[1:4]) % 99_000
    return {
        "address": f"{STREETS[digest[0] % len(STREETS)]} tn {house}-{1 + digest[4]}",
        "municipality": "Tamme linn",
        "since": f"20{10 + digest[5] % 15}-0{1 + digest[6] % 9}-01",
    }


async def look_up(request: Request) -> JSONResponse:
    """The address of the person whose code is in the body; 404 where there is none."""
    code = str((await request.json())["personal_code"])
    if not ik.is_valid(code) or code == NOBODY:
        return JSONResponse({}, status_code=404)
    return JSONResponse(address_of(code))


async def ready(request: Request) -> JSONResponse:
    """The stand-in answers."""
    return JSONResponse({})


app = Starlette(routes=[Route("/addresses", look_up, methods=["POST"]), Route("/health/ready", ready)])
