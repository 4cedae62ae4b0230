"""What people read: links lead somewhere, and the README's tour, pasted whole, does what it says."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import deploy
from tests.support.system import LiveSystem

ROOT = Path(deploy.__file__).parents[1]
TEXTS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
LINK = re.compile(r"\]\(([^)\s]+)\)")
SHELL = re.compile(r"```bash\n(.*?)```", re.DOTALL)


@pytest.mark.parametrize("text", TEXTS, ids=lambda text: str(text.relative_to(ROOT)))
def test_links_lead_to_something_in_the_repository(text: Path) -> None:
    links = [link for link in LINK.findall(text.read_text(encoding="utf-8")) if "://" not in link]
    targets = {link: text.parent / link.partition("#")[0] for link in links}
    assert [link for link, target in targets.items() if not target.exists()] == []


def test_decisions_are_numbered_without_gaps_and_say_what_a_decision_must() -> None:
    records = sorted((ROOT / "docs" / "adr").glob("[0-9]*.md"))
    assert [int(record.name[:4]) for record in records] == list(range(1, len(records) + 1))
    for record in records:
        headings = re.findall(r"^## (.+)$", record.read_text(encoding="utf-8"), re.MULTILINE)
        assert headings == ["Context", "Decision", "Consequences", "Alternatives"], record.name


def toured(system: LiveSystem) -> list[dict[str, Any]]:
    """What the commands of the README's tour print, one answer a line."""
    tour = "".join(SHELL.findall((ROOT / "README.md").read_text(encoding="utf-8")))
    sidus = f"{sys.executable} -m deploy.embedded token --data {system.data.root}"
    here = tour.replace(".venv/bin/python", sys.executable).replace("http://127.0.0.1:8080", system.url)
    assert ".venv/bin/sidus token" in here
    script = "set -euo pipefail\n" + here.replace(".venv/bin/sidus token", sidus)
    ran = subprocess.run(["bash", "-c", script], cwd=ROOT, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    return [json.loads(line) for line in ran.stdout.splitlines()]


@pytest.mark.skipif(not shutil.which("curl"), reason="the tour calls with curl")
def test_the_tour_does_what_the_readme_says(system: LiveSystem) -> None:
    registered, exists, unseen, fund_case, withheld, city_case, consent, opened, log, receipt, closed = toured(system)
    assert registered["missing"]
    assert exists["status"] == 409
    assert exists["client_id"] == registered["id"]
    assert unseen["status"] == 404
    assert (fund_case["agency"], city_case["agency"]) == ("unemployment-fund", "tamme")
    assert (withheld["health"], withheld["withheld"][1]) == (None, "health")
    assert consent["categories"] == ["health"]
    assert opened["health"] == registered["health"]
    assert {entry["agency"] for entry in log["items"]} == {"tamme", "unemployment-fund"}
    assert {entry["service"] for entry in log["items"]} == {"case"}
    assert receipt["complete"]
    assert closed["health"] is None
