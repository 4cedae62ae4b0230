"""The parts of the system: which processes there are and who may call whom."""

SERVICES = ("case", "assessment", "network", "feedback")
GATEWAY = "gateway"
REGISTER = "register"
"""Stands in for the population register."""

HTTP_PARTS = (GATEWAY, *SERVICES)
CALLS = {GATEWAY: SERVICES, "case": ("assessment", "network", "feedback"), "feedback": ("case",)}


def app_of(part: str) -> str:
    """The ASGI application of a part, as uvicorn names it."""
    others = {GATEWAY: "gateway.app:app", REGISTER: "deploy.sandbox.register:app"}
    return others.get(part, f"services.{part}.app:app")


def callers_of(service: str) -> tuple[str, ...]:
    """The parts whose calls a service believes."""
    return tuple(caller for caller, called in CALLS.items() if service in called)
