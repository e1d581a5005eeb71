"""Pictures as files: small enough for git, and always under the same names."""

from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

Picture = npt.NDArray[np.uint8]
"""HxWx3, in OpenCV's order of colours."""

LARGEST_FILE = 250_000
QUALITIES = range(86, 40, -6)
GAP = 10


class Album:
    """Pictures go into one folder; it remembers which."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.sizes: dict[str, int] = {}
        folder.mkdir(parents=True, exist_ok=True)

    def keep(self, name: str, picture: Picture | bytes, *, widest: int = 1400) -> None:
        """Write NAME.webp, as fine as LARGEST_FILE allows. picture: an array or a PNG."""
        array = decoded(picture) if isinstance(picture, bytes) else picture
        if array.shape[1] > widest:
            size = (widest, round(array.shape[0] * widest / array.shape[1]))
            array = np.asarray(cv2.resize(array, size, interpolation=cv2.INTER_AREA), np.uint8)
        for quality in QUALITIES:
            _, data = cv2.imencode(".webp", array, [cv2.IMWRITE_WEBP_QUALITY, quality])
            if len(data) <= LARGEST_FILE:
                break
        (self.folder / f"{name}.webp").write_bytes(data.tobytes())
        self.sizes[name] = len(data)


def decoded(png: bytes) -> Picture:
    return np.asarray(cv2.imdecode(np.frombuffer(png, np.uint8), cv2.IMREAD_COLOR), np.uint8)


def row(*pngs: bytes | Picture) -> Picture:
    """Pictures side by side, as high as the lowest."""
    pictures = [decoded(each) if isinstance(each, bytes) else each for each in pngs]
    height = min(each.shape[0] for each in pictures)
    parts: list[Picture] = []
    for each in pictures:
        size = (round(each.shape[1] * height / each.shape[0]), height)
        if parts:
            parts.append(np.full((height, GAP, 3), 255, np.uint8))
        parts.append(np.asarray(cv2.resize(each, size, interpolation=cv2.INTER_AREA), np.uint8))
    return np.hstack(parts)


def numbered(picture: Picture, number: int) -> Picture:
    """With a number in its upper left corner."""
    made = picture.copy()
    cv2.circle(made, (28, 28), 19, (255, 255, 255), -1, cv2.LINE_AA)
    cv2.circle(made, (28, 28), 17, (96, 27, 216), -1, cv2.LINE_AA)
    (width, height), _ = cv2.getTextSize(str(number), cv2.FONT_HERSHEY_SIMPLEX, 0.8, 2)
    place = (28 - width // 2, 28 + height // 2)
    cv2.putText(made, str(number), place, cv2.FONT_HERSHEY_SIMPLEX, 0.8, (255, 255, 255), 2, cv2.LINE_AA)
    return made
