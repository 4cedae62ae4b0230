"""The walls between the parts hold, and each gives way visibly when somebody plants a hole in it."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PARTS = ("gateway", "services", "shared", "deploy")
LINTER = Path(sys.executable).with_name("lint-imports")


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the source to plant in, with the contracts."""
    tree = tmp_path_factory.mktemp("tree")
    shutil.copy(ROOT / "pyproject.toml", tree)
    for part in PARTS:
        shutil.copytree(ROOT / part, tree / part, ignore=shutil.ignore_patterns("__pycache__"))
    return tree


def broken_contracts(tree: Path) -> list[str]:
    """Names of the contracts that the linter finds broken in the tree."""
    said = subprocess.run([LINTER], cwd=tree, capture_output=True, text=True, check=False).stdout
    assert "Contracts: " in said, said
    return [line.removesuffix(" BROKEN") for line in said.splitlines() if line.endswith(" BROKEN")]


def test_the_source_keeps_every_contract(tree: Path) -> None:
    assert broken_contracts(tree) == []


@pytest.mark.parametrize(
    ("place", "planted", "contract"),
    [
        (
            "services/case/clients/service.py",
            "from services.network.app import app",
            "Services know nothing of each other",
        ),
        (
            "shared/actor.py",
            "from services.case.app import app",
            "What is shared knows no service, no gateway, no deployment",
        ),
        (
            "services/case/clients/service.py",
            "from gateway.app import app",
            "A service knows neither the gateway nor how it is deployed",
        ),
        (
            "gateway/proxy.py",
            "from sqlalchemy import select",
            "The gateway holds no data and knows no service",
        ),
        (
            "services/case/clients/rules.py",
            "from pathlib import Path",
            "Rules do no input or output and ask no clock",
        ),
        (
            "services/feedback/triggers/rules.py",
            "from shared.clock import Clock",
            "Rules do no input or output and ask no clock",
        ),
        (
            "services/case/clients/routes.py",
            "from sqlalchemy import select",
            "Only models, stores and migrations know the database",
        ),
    ],
)
def test_a_planted_hole_is_found(tree: Path, place: str, planted: str, contract: str) -> None:
    source = tree / place
    whole = source.read_text()
    source.write_text(f"{whole}\n\n{planted}\n")
    try:
        assert contract in broken_contracts(tree)
    finally:
        source.write_text(whole)
