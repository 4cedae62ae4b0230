"""Makes a PDF of a template and data. Templates are Typst files beside the feature that prints them.

Data reach a template as data (`sys.inputs.data`, JSON), never as markup, so nothing a person wrote can change the
document. The fonts come with the library and hold Estonian and Russian letters. The files are tagged for screen
readers. A long document takes seconds of one core, so it is made in a process beside, which ends with its caller.
"""

from collections.abc import Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import orjson
import typst
from anyio import CapacityLimiter, to_process

from shared.labels import Language

MEDIA_TYPE = "application/pdf"
AT_ONCE = 1
"""How many documents one process of a service makes at a time; others wait."""

_ROOT = Path(__file__).parents[2]
"""Templates import what they have in common as `/shared/printing/sheet.typ`."""


async def printed(template: Path, content: Mapping[str, Any], *, language: Language, at: datetime) -> bytes:
    """The PDF of a template filled with content; the same content at the same moment makes the same file."""
    data = orjson.dumps({"language": language, **content}).decode()
    return await to_process.run_sync(_compiled, template, data, at, cancellable=True, limiter=_press())


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
def _press() -> CapacityLimiter:
    return CapacityLimiter(AT_ONCE)


@cache
def _fonts() -> typst.Fonts:
    """The fonts of the library alone: what a machine happens to have must not change a document."""
    return typst.Fonts(include_system_fonts=False)
