"""The interface described: `/openapi.json`, and a page to read and try it that asks nothing of the network outside."""

from pathlib import Path
from typing import Final

import fastapi_offline
from fastapi import APIRouter, Request, Response
from fastapi.responses import FileResponse, HTMLResponse

from gateway.runtime import Running
from shared.http.problems import NotFound

router = APIRouter(include_in_schema=False)

_ASSETS: Final = Path(fastapi_offline.__file__).parent / "static"
_MEDIA_TYPES: Final = {
    "swagger-ui-bundle.js": "text/javascript",
    "swagger-ui.css": "text/css",
}
_POLICY: Final = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        # Swagger UI sets styles from its script.
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data:",
        "connect-src 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
        "form-action 'none'",
    )
)
_SAFE: Final = {
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}
_PAGE: Final = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Sidus: the interface</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/docs/assets/swagger-ui.css">
</head>
<body>
<div id="interface"></div>
<script src="/docs/assets/swagger-ui-bundle.js"></script>
<script src="/docs/start.js"></script>
</body>
</html>
"""
_START: Final = """SwaggerUIBundle({
  url: "/openapi.json",
  dom_id: "#interface",
  deepLinking: true,
  docExpansion: "none",
  filter: true,
  validatorUrl: null,
  presets: [SwaggerUIBundle.presets.apis],
});
"""


@router.get("/openapi.json")
async def whole_interface(request: Request, runtime: Running) -> Response:
    """The OpenAPI 3.1 document of all services and the gateway together."""
    merged = await runtime.documents.merged(request.app.openapi)
    headers = {"ETag": merged.etag, "Cache-Control": "no-cache"}
    if merged.etag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    return Response(merged.body, media_type="application/json", headers=headers)


@router.get("/docs")
async def reading_page() -> HTMLResponse:
    """The interface as a page."""
    return HTMLResponse(_PAGE, headers=_SAFE)


@router.get("/docs/start.js")
async def page_script() -> Response:
    """What starts the page; a file of its own, as the page allows no script within it."""
    return Response(_START, media_type="text/javascript", headers=_SAFE)


@router.get("/docs/assets/{name}")
async def page_asset(name: str) -> FileResponse:
    """The page's script and style, served from the installation."""
    if name not in _MEDIA_TYPES:
        raise NotFound
    headers = _SAFE | {"Cache-Control": "public, max-age=86400"}
    return FileResponse(_ASSETS / name, media_type=_MEDIA_TYPES[name], headers=headers)
