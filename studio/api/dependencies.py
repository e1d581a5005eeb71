"""What routes ask for: the studio, the person who asks, and the number of an image.

None of this waits for anything, so all of it is `async`: FastAPI would send plain functions through its pool of
threads, one after the other, and every edit would wait for four turns of the interpreter instead of one.
"""

from typing import Annotated

from fastapi import Depends, Path, Request

from studio.sign_in.visitor import Visitor, visitor_of
from studio.studio import Studio


async def the_studio(request: Request) -> Studio:
    studio: Studio = request.app.state.studio
    return studio


StudioDep = Annotated[Studio, Depends(the_studio)]


async def the_visitor(request: Request) -> Visitor:
    """Whoever asks; `authorise` has made sure that somebody does."""
    visitor = visitor_of(request.scope)
    assert visitor is not None  # noqa: S101, see above
    return visitor


VisitorDep = Annotated[Visitor, Depends(the_visitor)]


async def the_person(visitor: VisitorDep) -> str:
    """The name that is written beside what is done."""
    return visitor.name


PersonDep = Annotated[str, Depends(the_person)]

LARGEST_ID = 2**63 - 1  # of the store
ImageId = Annotated[int, Path(ge=1, le=LARGEST_ID)]
