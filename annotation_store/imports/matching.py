"""Of which photo a matte is that came without one: told by the photo's SHA-256, else by its name."""

import re
from pathlib import PurePosixPath

from sqlalchemy import select

from annotation_store import schema
from annotation_store.exports.export_names import unique_stems
from annotation_store.gallery import get_image
from annotation_store.imports.import_errors import UnusableMatteError
from annotation_store.imports.layouts.bundle import Bundle
from annotation_store.intake import known_photo
from annotation_store.queue.copies import IS_NO_COPY
from annotation_store.records import ImageRecord
from annotation_store.store import Store

_NUMBERED = re.compile(r"(.+)-(?:[2-9]|[1-9][0-9]+)")  # as `export_names.unique_stems` tells photos of one name apart


class Names:
    """The photos of a project by their names, read once, when the first matte comes without its photo."""

    def __init__(self, store: Store, project_id: int) -> None:
        self._store = store
        self._project_id = project_id
        self._by_name: dict[str, list[int]] = {}
        self._by_stem: dict[str, list[int]] = {}
        self._is_read = False

    def image_of(self, bundle: Bundle) -> ImageRecord:
        """The one photo that the bundle is of. Raises UnusableMatteError if there is none, or more than one."""
        if bundle.sha256 is not None:
            if (image := known_photo(self._store, self._project_id, bundle.sha256)) is not None:
                return image
            raise UnusableMatteError(
                f"the very photo that it was made of (“{bundle.photo_name or bundle.stem}”) is not in this project: "
                "send it along, or take it in first"
            )
        self._read()
        found = self._by_name.get(_key(bundle.photo_name or bundle.stem)) or []
        if not found:
            found = self._by_stem.get(_key(bundle.stem)) or []
            self._check_is_clear(bundle.stem, found)
        if not found:
            raise UnusableMatteError(
                f"no photo of this project is called “{bundle.stem}”: send the photo along, or name the matte like it"
            )
        if len(found) > 1:
            raise UnusableMatteError(
                f"{len(found)} photos of this project are called “{bundle.stem}”: send the photo along"
            )
        return get_image(self._store, found[0])

    def _check_is_clear(self, stem: str, found: list[int]) -> None:
        """Raise UnusableMatteError for ``cup-2`` if it names a photo, and may be an export's second ``cup`` as well."""
        if not found or (numbered := _NUMBERED.fullmatch(stem)) is None:
            return
        if (count := len(self._by_stem.get(_key(numbered[1]), []))) > 1:
            raise UnusableMatteError(
                f"a photo is called “{stem}”, but an export calls the second of {count} photos “{numbered[1]}” like "
                "this, too: send the photo along, or the export's manifest.json"
            )

    def _read(self) -> None:
        if self._is_read:
            return
        query = select(schema.Image.id, schema.Image.name).where(schema.Image.project_id == self._project_id)
        with self._store.database.read() as session:
            rows = session.execute(query.where(IS_NO_COPY).order_by(schema.Image.id)).all()
        for number, name in rows:
            self._by_name.setdefault(_key(name), []).append(number)
            stems = {
                _key(PurePosixPath(name).stem),
                *map(_key, unique_stems([name])),
            }  # as it is, and as exports name it
            for stem in stems:
                self._by_stem.setdefault(stem, []).append(number)
        self._is_read = True


def _key(name: str) -> str:
    return name.casefold()
