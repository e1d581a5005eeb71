"""Lists a page at a time; where the next one begins stands in the body and in a Link header (RFC 8288)."""

from collections.abc import Callable, Sequence
from typing import Annotated, TypeVar

from fastapi import Depends, Query, Request, Response

from studio.api.dependencies import LARGEST_ID

Item = TypeVar("Item")

MOST = 200
USUAL = 60

Limit = Annotated[int, Query(ge=1, le=MOST, description="How many items at most.")]
Before = Annotated[int | None, Query(ge=1, le=LARGEST_ID, description="What the page before has told as `before`.")]
After = Annotated[int | None, Query(ge=1, le=LARGEST_ID, description="What the page before has told as `after`.")]


class Pager:
    """What ends a page of this request's list, and tells where the next one begins."""

    def __init__(self, request: Request, response: Response) -> None:
        self._url = request.url
        self._response = response

    def cut(
        self, found: Sequence[Item], limit: int, *, by: str, place: Callable[[Item], int]
    ) -> tuple[Sequence[Item], int | None]:
        """The page, and its last item's `place` if there are more, else None. found: more than `limit` if there are.

        by: the parameter, ``before`` or ``after``, that asks for the next page.
        """
        if len(found) <= limit:
            return found, None
        at = place(found[limit - 1])
        following = self._url.include_query_params(**{by: at})
        self._response.headers["Link"] = f'<{following.path}?{following.query}>; rel="next"'
        return found[:limit], at


async def the_pager(request: Request, response: Response) -> Pager:
    return Pager(request, response)


PagerDep = Annotated[Pager, Depends(the_pager)]
