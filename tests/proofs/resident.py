"""People whom nobody could overlook."""

from secrets import token_hex

from deploy.demo.resident import Resident


def canary() -> Resident:
    """Somebody with names that stand nowhere else, with letters that are written in many ways."""
    return Resident.invented(f"Kanaarius{token_hex(3)}", f"Õitsvöökanaar{token_hex(3)}")
