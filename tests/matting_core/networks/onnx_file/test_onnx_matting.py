"""A studio's own ONNX file: fed as its card says, its answer checked, and every mismatch told in plain words."""

import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from onnx_files import onnx, weighted_sum
from small_images import disc

from matting_core.errors import InvalidArrayError, MattingError, MissingPackageError, WeightsError
from matting_core.matting import Matting
from matting_core.networks.onnx_file import onnx_matting
from matting_core.networks.onnx_file.onnx_card import OnnxCard, TrimapClass, TrimapEncoding
from matting_core.networks.onnx_file.onnx_matting import OnnxMatting, encoded_trimap, resized_trimap

pytest.importorskip("onnxruntime")

RED = [1, 0, 0, 0]
LEVEL = [0, 0, 0, 1]
CLASSES = ["background", "unknown", "foreground"]


def card(**changes: Any) -> OnnxCard:
    given = {
        "name": "ours",
        "licence": "in-house",
        "layout": "stacked",
        "size": {"multiple_of": 8},
        "trimap": {"values": [0, 0.5, 1]},
        "output_range": "0..1",
    } | changes
    return OnnxCard.model_validate(given, strict=False)


def alpha_of(model: bytes, rgb: np.ndarray | None = None, **changes: Any) -> np.ndarray:
    """Of the unknown band, in which a network's answer shows."""
    photo, trimap, _ = disc()
    return OnnxMatting(model, card(**changes)).predict(photo if rgb is None else rgb, trimap)[trimap == 128]


def red_of(rgb: np.ndarray) -> np.ndarray:
    return rgb[..., 0] / np.iinfo(rgb.dtype).max


def test_stands_behind_the_protocol_under_the_name_on_its_card() -> None:
    matting = OnnxMatting(weighted_sum(LEVEL), card())
    assert isinstance(matting, Matting)
    assert matting.name == "ours"


@settings(max_examples=25, deadline=None)
@given(height=st.integers(1, 40), width=st.integers(1, 40), step=st.sampled_from([1, 8, 32]), seed=st.integers(0, 99))
def test_padding_and_cropping_leave_every_pixel_its_own_answer(height: int, width: int, step: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    rgb = rng.integers(0, 256, (height, width, 3)).astype(np.uint8)
    trimap = rng.choice(np.array([0, 128, 255], np.uint8), (height, width))
    alpha = OnnxMatting(weighted_sum(RED), card(size={"multiple_of": step})).predict(rgb, trimap)
    expected = np.where(trimap == 128, red_of(rgb), trimap // 255)
    np.testing.assert_allclose(alpha, expected, atol=1e-6)


@pytest.mark.parametrize("size", [(64, 96), (7, 9), (1, 1), (300, 200)])
def test_a_network_of_one_size_answers_photos_of_any_size(size: tuple[int, int]) -> None:
    rgb, trimap, _ = disc(height=size[0], width=size[1])
    network = OnnxMatting(weighted_sum(RED, size=(48, 32)), card(size={"fixed": [48, 32]}))
    alpha = network.predict(rgb, trimap)
    assert alpha.shape == size
    np.testing.assert_array_equal(alpha[trimap != 128], trimap[trimap != 128] // 255)
    # its answer is the photo's red, at its own resolution
    assert np.abs(alpha - red_of(rgb))[trimap == 128].mean() < 0.1


def test_channels_come_in_the_order_and_scale_of_the_card() -> None:
    rgb, trimap, _ = disc()
    unknown = rgb[trimap == 128] / 255
    colours = {"mean": [0.1, 0.2, 0.3], "std": [2, 4, 8], "scale": 2}
    for channel, (mean, std) in enumerate([(0.1, 2), (0.2, 4), (0.3, 8)]):
        weights = np.eye(4)[channel]
        expected = ((2 * unknown[:, channel] - mean) / std).clip(0, 1)
        np.testing.assert_allclose(alpha_of(weighted_sum(weights), colours=colours), expected, atol=1e-6)
    np.testing.assert_allclose(alpha_of(weighted_sum(LEVEL), trimap={"values": [0, 0.25, 1]}), 0.25)


def test_each_class_of_a_one_hot_trimap_has_its_channel() -> None:
    trimap = np.array([[0, 128, 255]], np.uint8)
    planes = encoded_trimap(
        trimap, TrimapEncoding(one_hot=(TrimapClass.FOREGROUND, TrimapClass.BACKGROUND, TrimapClass.UNKNOWN))
    )
    assert planes.tolist() == [[[0, 0, 1]], [[1, 0, 0]], [[0, 1, 0]]]
    values = encoded_trimap(trimap, TrimapEncoding(values=(-1, 0, 1)))
    assert values.tolist() == [[[-1, 0, 1]]]
    answer = alpha_of(weighted_sum([0, 0, 0, 0.1, 0.2, 0.3]), trimap={"one_hot": CLASSES})
    np.testing.assert_allclose(answer, 0.2, atol=1e-6)


@pytest.mark.parametrize("inputs", [{"image": 3, "trimap": 1}, {"trimap": 1, "image": 3}])
def test_two_inputs_are_told_apart_by_their_channels(inputs: dict[str, int]) -> None:
    weights = [1, 0, 0, 0] if next(iter(inputs)) == "image" else [0, 1, 0, 0]
    rgb, trimap, _ = disc()
    answer = alpha_of(weighted_sum(weights, inputs=inputs), layout="separate")
    np.testing.assert_allclose(answer, red_of(rgb)[trimap == 128], atol=1e-6)


def test_two_inputs_that_look_alike_are_told_apart_by_the_card() -> None:
    model = weighted_sum([0, 0, 0, 0, 0.4, 0], inputs={"a": 3, "b": 3})
    separate = {"layout": "separate", "trimap": {"one_hot": CLASSES}}
    with pytest.raises(WeightsError, match=r'which input is the photo: add "input_names", the photo first'):
        OnnxMatting(model, card(**separate))
    np.testing.assert_allclose(alpha_of(model, **separate, input_names=["a", "b"]), 0.4, atol=1e-6)


def test_half_precision_is_fed_and_read() -> None:
    rgb, trimap, _ = disc()
    answer = alpha_of(weighted_sum(RED, half_precision=True))
    np.testing.assert_allclose(answer, red_of(rgb)[trimap == 128], atol=1e-3)


def test_sixteen_bits_give_the_same_matte_as_eight() -> None:
    rgb, _, _ = disc()
    deep = alpha_of(weighted_sum(RED), rgb.astype(np.uint16) * 257)
    np.testing.assert_allclose(deep, alpha_of(weighted_sum(RED)), atol=1e-6)


@pytest.mark.parametrize(("output_range", "value"), [("0..1", 0.75), ("0..255", 191.25), ("-1..1", 0.5)])
def test_the_range_of_the_output_is_brought_to_zero_and_one(output_range: str, value: float) -> None:
    answer = alpha_of(weighted_sum([0] * 4, bias=value), output_range=output_range)
    np.testing.assert_allclose(answer, 0.75, atol=1e-6)


@pytest.mark.parametrize(("value", "alpha"), [(1.4, 1), (-0.4, 0)])
def test_a_little_outside_the_range_is_cut_off(value: float, alpha: float) -> None:
    np.testing.assert_array_equal(alpha_of(weighted_sum([0] * 4, bias=value)), alpha)


@pytest.mark.parametrize("value", [-1.0, 1.6, 255.0])
def test_far_outside_the_range_is_refused(value: float) -> None:
    with pytest.raises(WeightsError, match=r'far outside 0\.\.1: correct "output_range"'):
        alpha_of(weighted_sum([0] * 4, bias=value))


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_values_that_are_no_numbers_are_refused(value: float) -> None:
    with pytest.raises(WeightsError, match="not numbers"):
        alpha_of(weighted_sum([0] * 4, bias=value))


def test_an_answer_of_another_shape_is_refused() -> None:
    with pytest.raises(WeightsError, match=r"given 64x96 pixels \(height x width\) and answered 1x1x62x94"):
        alpha_of(weighted_sum(LEVEL, kernel=3))


def test_a_network_that_fails_says_on_what() -> None:
    with pytest.raises(WeightsError, match="ours failed on 8x8 pixels"):
        OnnxMatting(weighted_sum(LEVEL, kernel=9), card()).predict(*disc(height=8, width=8)[:2])


@pytest.mark.parametrize(
    ("model", "changes", "complaint"),
    [
        ({"weights": RED, "size": (32, 48)}, {}, r'shape 1x4x32x48, .* write "size": \{"fixed": \[32, 48\]\}'),
        ({"weights": RED, "size": (32, 48)}, {"size": {"fixed": [48, 32]}}, r'"fixed": \[32, 48\]'),
        ({"weights": [1] * 6}, {}, "has 6 channels, by the card it has 4"),
        ({"weights": RED, "batch": 2}, {}, "takes 2 photos at a time"),
        ({"weights": RED}, {"layout": "separate"}, r"has 1 inputs \('photo and trimap'\).* correct \"layout\""),
        ({"weights": RED}, {"input_names": ["x"]}, r"no input 'x': \"input_names\" can be of 'photo and trimap'"),
        ({"weights": RED, "outputs": ["a", "b"]}, {}, r"several outputs: .*\"output_name\": 'a', 'b'"),
        ({"weights": RED}, {"output_name": "a"}, r"no output 'a': \"output_name\" can be 'alpha'"),
        ({"weights": RED * 2, "inputs": {"x": 4, "y": 4}}, {"input_names": ["x"]}, "also wants 'y'"),
    ],
)
def test_a_file_that_is_not_what_its_card_says_is_refused(
    model: dict[str, Any], changes: dict[str, Any], complaint: str
) -> None:
    with pytest.raises(WeightsError, match=complaint):
        OnnxMatting(weighted_sum(**model), card(**changes))


def test_one_of_several_outputs_is_chosen_by_the_card() -> None:
    answer = alpha_of(weighted_sum(LEVEL, outputs=["features", "matte"]), output_name="matte")
    np.testing.assert_allclose(answer, 0.5)


def test_a_shrunken_trimap_is_known_only_where_all_beneath_is() -> None:
    trimap = np.zeros((8, 12), np.uint8)
    trimap[:, 6:], trimap[3, 2] = 255, 128
    np.testing.assert_array_equal(resized_trimap(trimap, height=4, width=6)[1], [0, 128, 0, 255, 255, 255])
    assert set(np.unique(resized_trimap(trimap, height=16, width=24))) == {0, 128, 255}
    np.testing.assert_array_equal(resized_trimap(trimap, height=8, width=12), trimap)


def test_a_large_photo_is_done_in_tiles_without_seams(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(onnx_matting, "MARGIN", 16)
    rgb, trimap, _ = disc(height=150, width=190)
    trimap[:] = 128
    tiled = OnnxMatting(weighted_sum(RED), card(), tile=64).predict(rgb, trimap)
    np.testing.assert_allclose(tiled, red_of(rgb), atol=1e-5)


def test_a_fully_known_trimap_asks_no_network() -> None:
    rgb, trimap, _ = disc()
    trimap[trimap == 128] = 0
    broken = OnnxMatting(weighted_sum(RED, bias=np.nan), card())
    np.testing.assert_array_equal(broken.predict(rgb, trimap), trimap // 255)


def test_arrays_that_break_their_contract_are_refused() -> None:
    rgb, trimap, _ = disc()
    with pytest.raises(InvalidArrayError, match="does not fit"):
        OnnxMatting(weighted_sum(RED), card()).predict(rgb, trimap[:-1])


def test_weights_in_other_files_are_refused_even_if_the_file_is_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = onnx.load_from_string(weighted_sum(RED))
    onnx.save_model(model, tmp_path / "m.onnx", save_as_external_data=True, location="w.bin", size_threshold=0)
    monkeypatch.chdir(tmp_path)  # where ONNX Runtime by itself would find and open w.bin
    with pytest.raises(WeightsError, match="takes weights from other files: export it with all weights inside"):
        OnnxMatting((tmp_path / "m.onnx").read_bytes(), card())


@pytest.mark.parametrize("damaged", [b"", b"junk", b"\x00\x00\x00\x00ORTM" + bytes(64)])
def test_what_is_no_onnx_file_is_refused(damaged: bytes) -> None:
    with pytest.raises(WeightsError, match="export it anew"):
        OnnxMatting(damaged, card())


def test_a_file_is_read_with_the_card_beside_it(tmp_path: Path) -> None:
    path = tmp_path / "ours.onnx"
    (tmp_path / "ours.json").write_text(card().model_dump_json(exclude_none=True))
    with pytest.raises(WeightsError, match=r"ours\.onnx cannot be read"):
        OnnxMatting.from_file(path)
    path.write_bytes(weighted_sum(LEVEL))
    assert OnnxMatting.from_file(path).name == "ours"


def test_a_device_that_is_not_there_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(MattingError, match="runs on cpu or cuda, not on 'tpu'"):
        OnnxMatting(weighted_sum(LEVEL), card(), device="tpu")
    monkeypatch.setattr("onnxruntime.get_available_providers", lambda: ["CPUExecutionProvider"])
    with pytest.raises(MattingError, match=r"cannot use cuda: install onnxruntime-gpu, or choose cpu"):
        OnnxMatting(weighted_sum(LEVEL), card(), device="cuda")


def test_without_onnx_runtime_the_error_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    model = weighted_sum(LEVEL)
    monkeypatch.setitem(sys.modules, "onnxruntime", None)
    with pytest.raises(MissingPackageError, match=r"ONNX file needs .* onnxruntime.*pip install"):
        OnnxMatting(model, card())


def test_predictions_of_several_threads_do_not_disturb_each_other() -> None:
    matting = OnnxMatting(weighted_sum(RED), card())
    scenes = [disc(0)[:2], disc(1, width=80)[:2]]
    alone = [matting.predict(*scene) for scene in scenes]
    with ThreadPoolExecutor(2) as pool:
        together = list(pool.map(lambda scene: matting.predict(*scene), scenes * 2))
    for index, alpha in enumerate(together):
        np.testing.assert_array_equal(alpha, alone[index % 2])
