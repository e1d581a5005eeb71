"""The editor's modules and style sheet, as the web application serves them under ``/editor``."""

from pathlib import Path

from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

SERVED = (".js", ".css")


class EditorFiles(StaticFiles):
    """Serves this folder's scripts and styles, and nothing else that lies in it.

    The browser asks each time whether a file is still the same (and is told so in a few bytes): after an update of
    the studio no operator works with half of the old editor.
    """

    def __init__(self) -> None:
        super().__init__(directory=Path(__file__).parent)

    async def get_response(self, path: str, scope: Scope) -> Response:
        if not path.endswith(SERVED):
            raise HTTPException(status_code=404)
        response = await super().get_response(path, scope)
        response.headers["Cache-Control"] = "no-cache"
        return response
