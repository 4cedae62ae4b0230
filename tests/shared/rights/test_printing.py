"""Printed documents: the same content makes the same file, and nothing a person wrote is taken for markup."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import typst

from shared.labels import LANGUAGES, Language
from shared.printing.pdf import printed

RECORD = Path(__file__).parents[3] / "gateway/record/record.typ"
AT = datetime(2026, 3, 1, tzinfo=UTC)


def content(text: str) -> dict[str, Any]:
    row = {"title": text, "agency": text, "pairs": [{"label": text, "value": text}]}
    return {
        "title": text,
        "notice": text,
        "facts": [{"label": text, "value": text}],
        "services": [{"title": text, "sections": [{"title": text, "rows": [row]}]}],
    }


@pytest.mark.parametrize("language", LANGUAGES)
async def test_the_same_content_makes_the_same_file(language: Language) -> None:
    files = [await printed(RECORD, content("Õäöüšž Привет"), language=language, at=AT) for _ in range(2)]
    assert files[0] == files[1]
    assert files[0].startswith(b"%PDF-")


@pytest.mark.parametrize(
    "text", ["#panic()", "$ x $", "*_`<a>@b", '#import "/etc/passwd"', "\\", "= x", "a\n\nb", "// x"]
)
async def test_what_a_person_wrote_is_never_markup(text: str) -> None:
    assert (await printed(RECORD, content(text), language="et", at=AT)).startswith(b"%PDF-")


async def test_a_template_that_asks_for_what_is_not_there_fails() -> None:
    with pytest.raises(typst.TypstError):
        await printed(RECORD, {"title": "x"}, language="et", at=AT)
