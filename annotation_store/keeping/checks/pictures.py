"""Photos and mattes, decoded one by one: they fit their rows, and each other."""

from collections.abc import Callable, Iterator
from typing import Any

from sqlalchemy import select

from annotation_store import schema
from annotation_store.blobs import ALREADY_TAKEN_IN, digest_of
from annotation_store.errors import DamagedBlobError
from annotation_store.keeping.checks.database import RESTORE
from annotation_store.keeping.finding import Finding, damage
from annotation_store.revisions import count_contradictions
from annotation_store.store import Store
from matting_core.edits.marks import Retouch
from matting_core.errors import MattingError
from matting_core.image_io import decode_alpha, decode_photo, decode_trimap

Say = Callable[[float, str], None]
Image, Revision = schema.Image, schema.Revision


def photos(store: Store, say: Say) -> Iterator[Finding]:
    """Every photo can be opened, and has the size that its row says."""
    query = select(Image.id, Image.name, Image.sha256, Image.width, Image.height).order_by(Image.id)
    for row in _told(store, query, say, "photo"):
        if (data := _sound(store, row.sha256)) is None:
            continue
        of_image = f"“{row.name}” (image {row.id})"
        try:
            height, width = decode_photo(data, limits=ALREADY_TAKEN_IN).rgb.shape[:2]
        except MattingError as error:
            yield damage("photos", f"The photo {of_image} cannot be opened any more: {error}")
            continue
        if (width, height) != (row.width, row.height):
            yield damage(
                "photos",
                f"The photo {of_image} is {width}x{height}, but is kept as {row.width}x{row.height}: {RESTORE}.",
            )


def mattes(store: Store, say: Say) -> Iterator[Finding]:
    """Trimap and alpha of every revision have the size of their photo, and agree with each other."""
    query = (
        select(
            Revision.number,
            Revision.trimap_blob,
            Revision.alpha_blob,
            Revision.retouch_blob,
            Image.id,
            Image.name,
            Image.width,
            Image.height,
        )
        .join(Image, Image.id == Revision.image_id)
        .order_by(Revision.id)
    )
    for row in _told(store, query, say, "matte"):
        if words := _fault_of(store, row):
            yield damage("mattes", f"Revision {row.number} of “{row.name}” (image {row.id}) {words}: {RESTORE}.")


def _fault_of(store: Store, row: Any) -> str | None:
    trimap_png, alpha_png = _sound(store, row.trimap_blob), _sound(store, row.alpha_blob)
    retouch_png = None if row.retouch_blob is None else _sound(store, row.retouch_blob)
    if trimap_png is None or alpha_png is None:
        return None
    try:
        trimap = decode_trimap(trimap_png, limits=ALREADY_TAKEN_IN)
        alpha = decode_alpha(alpha_png, limits=ALREADY_TAKEN_IN)
        painted = None if retouch_png is None else Retouch.from_png(retouch_png).coverage
    except MattingError as error:
        return f"cannot be opened any more ({error})"
    for what, plane in (("trimap", trimap), ("alpha", alpha), ("painted alpha", painted)):
        if plane is not None and plane.shape != (row.height, row.width):
            size = f"{plane.shape[1]}x{plane.shape[0]}"
            return f"is {size} in its {what}, but {row.width}x{row.height} in its photo"
    if count := count_contradictions(trimap, alpha):
        return f"has an alpha that differs from its trimap at {count} known pixels"
    return None


def _told(store: Store, query: Any, say: Say, noun: str) -> Iterator[Any]:
    """The rows of `query`, read in one go: decoding them takes long, and no transaction should stay open for it."""
    with store.database.read() as session:
        rows = session.execute(query).all()
    for done, row in enumerate(rows, start=1):
        yield row
        say(done / len(rows), f"{noun} {done} of {len(rows)}")


def _sound(store: Store, name: str) -> bytes | None:
    """The bytes of a blob, which is not moved; None if it is missing or damaged, which another check tells."""
    try:
        data = b"".join(store.blobs.chunks(name))
    except DamagedBlobError:
        return None
    return data if digest_of(data) == name else None
