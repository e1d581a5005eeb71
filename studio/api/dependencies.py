"""What routes ask for: the studio, the person at the keyboard, and the number of an image."""

from typing import Annotated

from fastapi import Depends, Path, Request

from studio.studio import Studio


def the_studio(request: Request) -> Studio:
    studio: Studio = request.app.state.studio
    return studio


StudioDep = Annotated[Studio, Depends(the_studio)]


def the_person(studio: StudioDep) -> str:
    """The name written beside what is done. Bound to one computer, the studio has one local user."""
    return studio.settings.person


PersonDep = Annotated[str, Depends(the_person)]

LARGEST_ID = 2**63 - 1  # of SQLite
ImageId = Annotated[int, Path(ge=1, le=LARGEST_ID)]
