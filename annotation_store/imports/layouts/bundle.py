"""A photo and what came with it: what one rule of a layout has found to belong together."""

from dataclasses import dataclass, field

from annotation_store.imports.found_files import FoundFile


@dataclass(frozen=True, slots=True)
class Bundle:
    """The files of one photo. At least one of them is there.

    name: in reports. photo: the photo itself, if it came along. photo_name: what the photo is called, if something
    tells; else `stem` is what its name begins with. sha256: of the photo's file. alpha, trimap: planes. cutout: a
    picture whose opacity is the alpha, or a layered document. unclear: a picture of which only its content tells what
    it is. notes: what the person should know.
    """

    name: str
    stem: str
    photo: FoundFile | None = None
    photo_name: str | None = None
    sha256: str | None = None
    alpha: FoundFile | None = None
    trimap: FoundFile | None = None
    cutout: FoundFile | None = None
    unclear: FoundFile | None = None
    notes: tuple[str, ...] = field(default=())
