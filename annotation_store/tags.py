"""Tags: words by which people find images. Two that look alike are one; case is kept and tells them apart."""

import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from annotation_store import schema
from annotation_store.errors import StoreError
from annotation_store.events import record_event
from annotation_store.file_names import printable
from annotation_store.queue.copies import IS_NO_COPY
from annotation_store.rows import find_image
from annotation_store.store import Store

MAX_TAG = 60
MOST_TAGS = 50
"""Of one image."""
SEPARATORS = re.compile(r"[;|,、]")
_MANY = 500  # numbers in one query: SQLite takes 32,766


class InvalidTagError(StoreError, ValueError):
    """A word that cannot be a tag, or too many of them."""


@dataclass(frozen=True, slots=True)
class TagCount:
    """A tag, and how many images have it."""

    tag: str
    images: int


def clean_tag(text: str) -> str:
    """`text` as it is kept: composed, without white space around it. Raises InvalidTagError."""
    tag = " ".join(unicodedata.normalize("NFC", text).split())
    if not tag or len(tag) > MAX_TAG or not tag.isprintable():
        raise InvalidTagError(f"A tag has 1 to {MAX_TAG} letters: “{printable(tag[:MAX_TAG])}” cannot be one.")
    if SEPARATORS.search(tag):
        raise InvalidTagError(f"“{tag}” holds a comma, a semicolon or a bar, which stand between tags: leave it out.")
    return tag


def split_tags(text: str) -> tuple[str, ...]:
    """The tags in a cell of a table, or in a line that a person wrote, each once. Raises InvalidTagError."""
    return tuple(dict.fromkeys(clean_tag(part) for part in SEPARATORS.split(text) if part.strip()))


def tags_of(store: Store, image_id: int) -> tuple[str, ...]:
    """Of one image, sorted."""
    return tags_by_image(store, [image_id]).get(image_id, ())


def tags_by_image(store: Store, image_ids: Collection[int]) -> Mapping[int, tuple[str, ...]]:
    """Of each of these images that has any, sorted."""
    with store.database.read() as session:
        return read_tags(session, image_ids)


def read_tags(session: Session, image_ids: Collection[int]) -> Mapping[int, tuple[str, ...]]:
    """As `tags_by_image`, in a session; for this floor only."""
    found: dict[int, list[str]] = {}
    numbers = list(image_ids)
    for start in range(0, len(numbers), _MANY):
        some = numbers[start : start + _MANY]
        for row in session.scalars(select(schema.ImageTag).where(schema.ImageTag.image_id.in_(some))):
            found.setdefault(row.image_id, []).append(row.tag)
    return {image_id: tuple(sorted(tags)) for image_id, tags in found.items()}


def list_tags(store: Store, *, project_ids: Collection[int] | None = None) -> tuple[TagCount, ...]:
    """All tags of images in these projects, None for all, by name."""
    image, row = schema.Image, schema.ImageTag
    query = select(row.tag, func.count()).join(image, image.id == row.image_id).where(IS_NO_COPY).group_by(row.tag)
    if project_ids is not None:
        query = query.where(image.project_id.in_(project_ids))
    with store.database.read() as session:
        found = [TagCount(tag, number) for tag, number in session.execute(query)]
    # here, not in the query: a database orders names by the language that it was set up with
    return tuple(sorted(found, key=lambda each: each.tag))


def set_tags(store: Store, image_id: int, tags: Iterable[str], *, by: str) -> tuple[str, ...]:
    """Let an image have these tags and no others; returns them. Raises NotFoundError, InvalidTagError."""
    wanted = {clean_tag(tag) for tag in tags}
    with store.database.write() as session:
        image = find_image(session, image_id)
        have = _tags(session, image.id)
        change_tags(session, image, add=wanted - have, remove=have - wanted, by=by)
    return tuple(sorted(wanted))


def add_tags(store: Store, image_ids: Collection[int], tags: Iterable[str], *, by: str) -> int:
    """Give images these tags as well, all or none; how many got one that they had not. Raises as `set_tags`."""
    wanted = {clean_tag(tag) for tag in tags}
    with store.database.write() as session:
        images = [find_image(session, image_id) for image_id in image_ids]
        return sum(change_tags(session, image, add=wanted, by=by) for image in images)


def remove_tags(store: Store, image_ids: Collection[int], tags: Iterable[str], *, by: str) -> int:
    """Take these tags from images, all or none; how many had one of them. Raises as `set_tags`."""
    unwanted = {clean_tag(tag) for tag in tags}
    with store.database.write() as session:
        images = [find_image(session, image_id) for image_id in image_ids]
        return sum(change_tags(session, image, remove=unwanted, by=by) for image in images)


def change_tags(
    session: Session,
    image: schema.Image,
    *,
    add: Collection[str] = frozenset(),
    remove: Collection[str] = frozenset(),
    by: str,
) -> bool:
    """Change the tags of an image, which are clean; whether anything became different. For this floor only.

    Raises InvalidTagError if it would have too many.
    """
    have = _tags(session, image.id)
    added, removed = sorted(set(add) - have), sorted(set(remove) & have)
    if len(have) + len(added) - len(removed) > MOST_TAGS:
        raise InvalidTagError(f"“{image.name}” would have more than {MOST_TAGS} tags: take some away first.")
    if not added and not removed:
        return False
    row = schema.ImageTag
    session.execute(delete(row).where(row.image_id == image.id, row.tag.in_(removed)))
    session.add_all(row(image_id=image.id, tag=tag) for tag in added)
    record_event(session, actor=by, action="image.tagged", image_id=image.id, data={"added": added, "removed": removed})
    session.flush()
    return True


def _tags(session: Session, image_id: int) -> set[str]:
    return set(session.scalars(select(schema.ImageTag.tag).filter_by(image_id=image_id)))
