"""The codes that the service can show to a person, read from its own code."""

import ast
from pathlib import Path

import services.network
from services.network.maps import key
from services.network.maps import problems as map_problems
from services.network.maps.members import Field, Hand
from services.network.meetings import problems as meeting_problems
from services.network.networks import problems as network_problems
from shared.http.problems import Problem

HERE = Path(services.network.__file__).parent
SUBJECTS = ("map", "meeting", "decision", "network")


def rule_codes() -> list[str]:
    """Every text in a rules file that has the form of a code, such as `map.tie-to-self`."""
    return [text for text in _texts("*/rules.py") if text.split(".")[0] in SUBJECTS and "." in text and " " not in text]


def problem_codes() -> list[str]:
    """The codes of the service's own problems."""
    kinds = [
        kind
        for module in (map_problems, meeting_problems, network_problems)
        for kind in vars(module).values()
        if isinstance(kind, type) and issubclass(kind, Problem) and kind.__module__ == module.__name__
    ]
    return [kind.code for kind in kinds]


def drawing_codes() -> list[str]:
    """Every code whose words a drawing shows."""
    plain = [text for text in _texts("maps/*.py") if text.startswith("map.") and text.count(".") == 1]
    drawn = [code for code in plain if code not in rule_codes()]
    fields = [f"map.field.{field}" for field in Field]
    hands = [f"map.hand.{hand}" for hand in Hand]
    return [*drawn, *fields, *hands, *(f"map.key.{entry}" for entry in key.ENTRIES)]


def _texts(pattern: str) -> list[str]:
    return sorted(
        {
            node.value
            for file in HERE.glob(pattern)
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
            if isinstance(node, ast.Constant) and isinstance(node.value, str)
        }
    )
