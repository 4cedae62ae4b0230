"""Makes a PDF of a template and data. Templates are Typst files beside the feature that prints them.

Data reach a template as data (`sys.inputs.data`, JSON), never as markup, so nothing a person wrote can change the
document. The fonts come with the library and hold Estonian and Russian letters. The files are tagged for screen
readers.
"""

import asyncio
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import orjson
import typst

from shared.labels import Language

MEDIA_TYPE = "application/pdf"
_ROOT = Path(__file__).parents[2]
"""Templates import what they have in common as `/shared/printing/sheet.typ`."""


async def printed(template: Path, content: Mapping[str, Any], *, language: Language, at: datetime) -> bytes:
    """The PDF of a template filled with content; the same content at the same moment makes the same file."""
    data = orjson.dumps({"language": language, **content}).decode()
    return await asyncio.to_thread(_compiled, template, data, at)


def _compiled(template: Path, data: str, at: datetime) -> bytes:
    file = typst.compile(
        template,
        root=_ROOT,
        font_paths=_fonts(),
        format="pdf",
        sys_inputs={"data": data},
        pdf_standards="ua-1",
        timestamp=int(at.timestamp()),
    )
    assert isinstance(file, bytes)
    return file


@cache
def _fonts() -> typst.Fonts:
    """The fonts of the library alone: what a machine happens to have must not change a document."""
    return typst.Fonts(include_system_fonts=False)
