"""A studio's own network as a matting model: FILE.onnx with its card FILE.json, run by ONNX Runtime.

ONNX Runtime is an optional package. The file runs as it is: no code comes with it, and it may not name other
files (`onnx_external_data.py`).
"""

import threading
from pathlib import Path
from typing import Any, Self

import cv2
import numpy as np
import numpy.typing as npt

from matting_core.arrays import (
    BACKGROUND,
    FOREGROUND,
    UNKNOWN,
    Alpha,
    Floats,
    Rgb,
    Trimap,
    check_rgb,
    check_trimap,
    unit_colours,
)
from matting_core.errors import MattingError, WeightsError
from matting_core.networks.onnx_file.onnx_card import (
    Layout,
    OnnxCard,
    OutputRange,
    Padding,
    TrimapClass,
    TrimapEncoding,
    card_beside,
)
from matting_core.networks.onnx_file.onnx_external_data import names_other_files
from matting_core.networks.onnx_file.onnx_ports import find_inputs, find_output
from matting_core.optional_packages import require
from matting_core.tiles import blended
from matting_core.trimap import force_known

TILE = 1024
"""Core of a tile in pixels, for networks without a fixed size; bounds the memory whatever the photo."""
MARGIN = 128
"""Context around a tile; neighbouring tiles are blended across it."""
OVERSHOOT = 0.5
"""How far outside [0, 1] an alpha is cut off silently; further off, the card has the wrong `output_range`."""

LEVELS = {TrimapClass.BACKGROUND: BACKGROUND, TrimapClass.UNKNOWN: UNKNOWN, TrimapClass.FOREGROUND: FOREGROUND}
# value of background, and how far above it foreground lies
RANGES = {OutputRange.UNIT: (0.0, 1.0), OutputRange.BYTE: (0.0, 255.0), OutputRange.TANH: (-1.0, 2.0)}
PROVIDERS = {"cpu": "CPUExecutionProvider", "cuda": "CUDAExecutionProvider"}


class OnnxMatting:
    """Implements `matting_core.matting.Matting`. Thread-safe: predictions run one after the other."""

    def __init__(self, model: bytes, card: OnnxCard, *, device: str = "cpu", tile: int = TILE) -> None:
        """From the bytes of an ONNX file and its card. device: ``cpu`` or ``cuda``.

        Raises WeightsError if the file is damaged, names other files, or is not what its card says;
        MissingPackageError without ONNX Runtime; MattingError if it does not run on that device.
        """
        self.name, self.card, self._tile = card.name, card, tile
        self._session = _session(model, device)
        self._inputs = find_inputs(self._session.get_inputs(), card)
        self._output = find_output(self._session.get_outputs(), card)
        self._one_at_a_time = threading.Lock()

    @classmethod
    def from_file(cls, path: Path, *, device: str = "cpu") -> Self:
        """From FILE.onnx and the card FILE.json beside it. Raises WeightsError if either cannot be read."""
        card = card_beside(path)
        try:
            model = path.read_bytes()
        except OSError as error:
            raise WeightsError(f"{path.name} cannot be read ({error})") from error
        return cls(model, card, device=device)

    def predict(self, rgb: Rgb, trimap: Trimap) -> Alpha:
        """See `Matting.predict`. Raises InvalidArrayError on arrays that break their contract.

        Raises WeightsError if the network's answer has another shape than the photo, holds values that are no
        numbers, or lies further than half a unit outside the card's range; less than that is cut off.
        """
        check_trimap(trimap, like=check_rgb(rgb))
        fixed = self.card.size.fixed
        alpha = blended(
            trimap == UNKNOWN,
            side=self._tile,
            margin=MARGIN,
            whole=fixed is not None,
            run=lambda box: (
                self._padded(rgb[box.slices], trimap[box.slices])
                if fixed is None
                else self._resized(rgb, trimap, height=fixed[0], width=fixed[1])
            ),
        )
        return force_known(np.clip(alpha, 0, 1), trimap)

    def _padded(self, rgb: Rgb, trimap: Trimap) -> Floats:
        height, width = trimap.shape
        step = self.card.size.multiple_of or 1
        edges = ((0, 0), (0, -height % step), (0, -width % step))
        mode = "edge" if self.card.size.padding is Padding.EDGE else "constant"
        planes = (self._colour_planes(unit_colours(rgb)), encoded_trimap(trimap, self.card.trimap))
        colours, classes = (np.pad(plane, edges, mode=mode) for plane in planes)  # type: ignore[call-overload]
        return self._run(colours, classes)[:height, :width]

    def _resized(self, rgb: Rgb, trimap: Trimap, *, height: int, width: int) -> Floats:
        colours = self._colour_planes(resized(unit_colours(rgb), height=height, width=width))
        classes = encoded_trimap(resized_trimap(trimap, height=height, width=width), self.card.trimap)
        return resized(self._run(colours, classes), height=trimap.shape[0], width=trimap.shape[1])

    def _colour_planes(self, colours: Floats) -> Floats:
        """HxWx3 in [0, 1] as 3xHxW, normalised."""
        wanted = self.card.colours
        mean, std = np.array(wanted.mean, np.float32), np.array(wanted.std, np.float32)
        planes: Floats = ((np.float32(wanted.scale) * colours - mean) / std).transpose(2, 0, 1)
        return planes

    def _run(self, colours: Floats, classes: Floats) -> Floats:
        """Alpha, HxW, [0, 1], of planes CxHxW."""
        stacked = self.card.layout is Layout.STACKED
        tensors = (np.concatenate([colours, classes]),) if stacked else (colours, classes)
        feed = {port.name: tensor[None].astype(port.dtype) for port, tensor in zip(self._inputs, tensors, strict=True)}
        try:
            with self._one_at_a_time:
                (answer,) = self._session.run([self._output], feed)
        except Exception as error:  # ONNX Runtime's errors have no base of their own
            raise WeightsError(
                f"{self.name} failed on {colours.shape[2]}x{colours.shape[1]} pixels: {error}"
            ) from error
        return alpha_of_answer(answer, height=colours.shape[1], width=colours.shape[2], card=self.card)


def alpha_of_answer(answer: npt.NDArray[Any], *, height: int, width: int, card: OnnxCard) -> Floats:
    """A network's output as alpha: float32, HxW, [0, 1].

    Raises WeightsError unless it is one plane of that size, all numbers, about in the card's range.
    """
    if answer.size != height * width or answer.shape[-2:] != (height, width):
        raise WeightsError(
            f"{card.name} was given {height}x{width} pixels (height x width) and answered "
            f'{"x".join(map(str, answer.shape))}: correct "output_name" or "size" in its card'
        )
    background, span = RANGES[card.output_range]
    alpha = (answer.reshape(height, width).astype(np.float32) - np.float32(background)) / np.float32(span)
    if not np.isfinite(alpha).all():
        raise WeightsError(f"{card.name} answered with values that are not numbers: its weights are damaged")
    if alpha.min() < -OVERSHOOT or alpha.max() > 1 + OVERSHOOT:
        raise WeightsError(
            f"{card.name} answered with values from {answer.min():.3g} to {answer.max():.3g}, far outside "
            f'{card.output_range.value}: correct "output_range" in its card'
        )
    clipped: Floats = np.clip(alpha, 0, 1)
    return clipped


def encoded_trimap(trimap: Trimap, encoding: TrimapEncoding) -> Floats:
    """A trimap (uint8, HxW, {0, 128, 255}) as the network takes it: float32, 1xHxW or 3xHxW."""
    if encoding.values is not None:
        table = np.zeros(256, np.float32)
        table[[BACKGROUND, UNKNOWN, FOREGROUND]] = encoding.values
        return table[trimap][None]
    return np.stack([trimap == LEVELS[label] for label in encoding.one_hot or ()]).astype(np.float32)


def resized_trimap(trimap: Trimap, *, height: int, width: int) -> Trimap:
    """A trimap of another size; a pixel is known where all that it covers is, and agrees."""
    result = np.full((height, width), UNKNOWN, np.uint8)
    for label in (BACKGROUND, FOREGROUND):
        share = resized((trimap == label).astype(np.float32), height=height, width=width)
        result[share > 1 - 1e-4] = label
    return result


def resized(plane: Floats, *, height: int, width: int) -> Floats:
    """HxW or HxWxC at another size: the mean of what a pixel covers, linear between pixels where a side grows."""
    shrinks = height <= plane.shape[0] and width <= plane.shape[1]
    result: Floats = cv2.resize(plane, (width, height), interpolation=cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR)
    return result


def _session(model: bytes, device: str) -> Any:
    """ONNX Runtime, ready to run the file on the device."""
    if device not in PROVIDERS:
        raise MattingError(f"an ONNX file runs on {' or '.join(PROVIDERS)}, not on {device!r}")
    onnxruntime = require("onnxruntime", purpose="a model in an ONNX file")
    if names_other_files(model):
        raise WeightsError("this ONNX file takes weights from other files: export it with all weights inside")
    provider = PROVIDERS[device]
    if provider not in onnxruntime.get_available_providers():
        raise MattingError(f"this ONNX Runtime cannot use {device}: install onnxruntime-gpu, or choose cpu")
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3  # errors; they come as exceptions
    # never its own .ort format, which was not looked through for other files
    options.add_session_config_entry("session.load_model_format", "ONNX")
    try:
        session = onnxruntime.InferenceSession(model, options, providers=[provider])
    except Exception as error:  # ONNX Runtime's errors have no base of their own
        raise WeightsError(f"ONNX Runtime cannot load this file ({error}): export it anew") from error
    if provider not in session.get_providers():  # where a driver is missing it would silently take the CPU
        raise MattingError(f"ONNX Runtime could not start on {device}: check its driver, or choose cpu")
    return session
