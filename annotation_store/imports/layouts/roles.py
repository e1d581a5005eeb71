"""What a file is, by the name of its folder or by what its own name ends in."""

import re
from enum import StrEnum


class Role(StrEnum):
    """What a file is of a photo."""

    PHOTO = "photo"
    ALPHA = "alpha"
    TRIMAP = "trimap"
    CUTOUT = "cutout"
    OTHER = "other"  # known, and nothing that is taken in


PRESETS = "presets"
"""The folder of our own exports for finished pictures; those below it are called as the lead likes, even ``mask``."""

_PHOTO_WORDS = ("image", "images", "img", "photo", "photos", "input", "rgb", "original", "originals", "merged")
_ALPHA_WORDS = ("alpha", "alphas", "alpha_copy", "matte", "mattes", "mask", "masks", "pha", "gt")
_CUTOUTS = ("tiff", "cutout", "cutouts", "rgba", "psd", "webp", "avif")  # the deepest first
_OTHER_WORDS = (
    *("fg", "fgr", "foreground", "foregrounds", "bg", "bgr", "background", "backgrounds"),
    *("composite", "composites", PRESETS),
)

FOLDERS: dict[str, Role] = {
    **dict.fromkeys(_PHOTO_WORDS, Role.PHOTO),
    **dict.fromkeys(("input_training_lowres", "input_training_highres", "input_lowres", "input_highres"), Role.PHOTO),
    **dict.fromkeys(_ALPHA_WORDS, Role.ALPHA),
    **dict.fromkeys(("gt_training_lowres", "gt_training_highres"), Role.ALPHA),
    **dict.fromkeys(("trimap", "trimaps"), Role.TRIMAP),
    **dict.fromkeys(_CUTOUTS, Role.CUTOUT),
    **dict.fromkeys(_OTHER_WORDS, Role.OTHER),
}
"""By the folder's name in lower case. The names of alphamatting.com, of Composition-1k, and of our own exports are
among them."""

ENDINGS: dict[str, Role] = {
    **dict.fromkeys(("alpha", "matte", "mask", "pha"), Role.ALPHA),
    "trimap": Role.TRIMAP,
    **dict.fromkeys(("cutout", "rgba"), Role.CUTOUT),
    **dict.fromkeys(("fg", "fgr", "bg", "bgr"), Role.OTHER),
    **dict.fromkeys(("image", "img", "photo", "rgb", "input"), Role.PHOTO),
}
"""By a word: of a name as in ``NAME_alpha.png``, of a member of a shard as in ``KEY.alpha.png``."""

PICTURES = frozenset({"jpg", "jpeg", "png", "webp", "tif", "tiff", "avif", "heic", "heif"})
_ENDED = re.compile(r"(.+?)[ ._-](" + "|".join(ENDINGS) + ")", re.IGNORECASE)
# alphamatting.com has three trimaps of each photo, from fine to coarse
_NUMBERED_TRIMAPS = re.compile(r"trimap([0-9])", re.IGNORECASE)


def role_of_folder(folder: str) -> tuple[str, Role | None]:
    """(the folder around it, what lies in the folder): None if its name tells nothing."""
    around, _, name = folder.rpartition("/")
    outer, _, outer_name = around.rpartition("/")
    if outer_name.lower() == PRESETS:
        return outer, Role.OTHER
    if numbered := _NUMBERED_TRIMAPS.fullmatch(name):
        is_inside = outer_name.lower().startswith("trimap")
        return (outer if is_inside else around), (Role.TRIMAP if numbered[1] == "1" else Role.OTHER)
    role = FOLDERS.get(name.lower())
    if role is None and name.lower().startswith("trimap"):
        role = Role.OTHER  # trimap2, trimap-wide: others of the same photos, to evaluate with
    return around, role


def role_of_stem(stem: str) -> tuple[str, Role | None]:
    """(``NAME``, ALPHA) of ``NAME_alpha``; (the stem, None) if it ends in nothing of that kind."""
    ended = _ENDED.fullmatch(stem)
    return (ended[1], ENDINGS[ended[2].lower()]) if ended else (stem, None)


def depth_of_cutout(folder: str) -> int:
    """How late a cut-out of this folder is asked for, where a photo has several."""
    name = folder.rpartition("/")[2].lower()
    return _CUTOUTS.index(name) if name in _CUTOUTS else len(_CUTOUTS)
