"""The compact network on whole photos: any size and depth, tiles without seams, known pixels exact."""

import threading
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from striped_ellipse import photo_and_trimap

from matting_core.cancelling import Cancellation, Cancelled
from matting_core.errors import DeviceFullError, InvalidArrayError
from matting_core.matting import Matting, footprint_of, live_form
from matting_core.networks.compact import compact_matting
from matting_core.networks.compact.compact import CompactNetwork
from matting_core.networks.compact.compact_matting import CompactMatting
from matting_core.predictor import predict
from matting_core.prior import classical_prior as prior_module
from matting_core.prior.classical_prior import classical_prior


def network() -> CompactNetwork:
    """Untrained, narrow for speed."""
    torch.manual_seed(3)
    return CompactNetwork(widths=(8, 8, 12, 12, 16), depths=(1, 1, 1, 1, 1), detail=8)


def asleep(*, tile: int | None = compact_matting.TILE) -> CompactMatting:
    return CompactMatting(network(), tile=tile)


def awake(*, tile: int | None = compact_matting.TILE) -> CompactMatting:
    """With random corrections."""
    alert = network()
    torch.nn.init.normal_(alert.corrections.weight, std=0.03)
    return CompactMatting(alert, tile=tile)


def test_stands_behind_the_protocol() -> None:
    matting = asleep()
    assert isinstance(matting, Matting)
    assert matting.name == "compact"


AWAKE = awake()


@pytest.mark.parametrize("size", [(61, 75), (64, 75), (61, 64), (64, 128), (9, 7)])
def test_any_size_gives_a_matte_of_that_size(size: tuple[int, int]) -> None:
    photo, trimap = photo_and_trimap(*size)
    alpha = awake().predict(photo, trimap)
    assert alpha.shape == size
    assert alpha.dtype == np.float32
    assert alpha.min() >= 0
    assert alpha.max() <= 1
    np.testing.assert_array_equal(alpha[trimap == 0], 0)
    np.testing.assert_array_equal(alpha[trimap == 255], 1)


@given(
    height=st.integers(1, 40),
    width=st.integers(1, 40),
    block=st.integers(1, 12),
    classes=st.sampled_from([(0, 128, 255), (128,), (0,), (255,), (0, 128), (128, 255), (0, 255)]),
    seed=st.integers(0, 99),
)
@settings(max_examples=40, deadline=None)
def test_any_photo_and_trimap_give_a_matte_that_keeps_the_contract(
    height: int, width: int, block: int, classes: tuple[int, ...], seed: int
) -> None:
    rng = np.random.default_rng(seed)
    photo = rng.integers(0, 256, (height, width, 3), np.uint8)
    coarse = rng.choice(np.array(classes, np.uint8), (-(-height // block), -(-width // block)))
    trimap = coarse.repeat(block, 0).repeat(block, 1)[:height, :width].copy()
    for matting in (AWAKE, AWAKE.live):
        alpha = matting.predict(photo, trimap)
        assert alpha.shape == (height, width)
        assert alpha.dtype == np.float32
        assert np.isfinite(alpha).all()
        assert ((alpha >= 0) & (alpha <= 1)).all()
        np.testing.assert_array_equal(alpha[trimap == 0], 0)
        np.testing.assert_array_equal(alpha[trimap == 255], 1)


def test_an_untrained_network_gives_the_prior_and_corrections_give_something_else() -> None:
    photo, trimap = photo_and_trimap(61, 75)
    prior = classical_prior(photo, trimap).full_alpha(photo, trimap).numpy()
    np.testing.assert_array_equal(asleep().predict(photo, trimap), prior)
    assert np.abs(awake().predict(photo, trimap) - prior)[trimap == 128].mean() > 0.005


def test_sixteen_bits_give_the_same_matte_as_eight() -> None:
    photo, trimap = photo_and_trimap(61, 75)
    matting = awake()
    deep = matting.predict(photo.astype(np.uint16) * 257, trimap)
    np.testing.assert_allclose(deep, matting.predict(photo, trimap), atol=2e-3)


def test_a_fully_known_trimap_asks_no_network() -> None:
    photo, trimap = photo_and_trimap(40, 40)
    trimap[trimap == 128] = 255
    np.testing.assert_array_equal(awake().predict(photo, trimap), trimap / np.float32(255))


def test_arrays_that_break_their_contract_are_refused() -> None:
    photo, trimap = photo_and_trimap(40, 40)
    with pytest.raises(InvalidArrayError, match="does not fit"):
        awake().predict(photo, trimap[:-1])
    with pytest.raises(InvalidArrayError, match="uint8 or uint16"):
        awake().predict(photo.astype(np.float32), trimap)


def test_tiles_agree_with_the_whole_photo_to_two_thousandths(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compact_matting, "LARGE", 128)  # from here on, the context comes from a small copy
    photo, trimap = photo_and_trimap(420, 500)
    prior = classical_prior(photo, trimap)
    whole = awake(tile=None).correct(photo, trimap, prior)
    tiled = awake(tile=128).correct(photo, trimap, prior)
    unknown = trimap == 128
    corrections = np.abs(whole - prior.full_alpha(photo, trimap).numpy())[unknown].mean()
    difference = np.abs(tiled - whole)[unknown].mean()
    assert corrections > 0.01
    assert 0 < difference < 0.002
    assert difference < 0.05 * corrections


def test_tiles_without_corrections_meet_without_seams() -> None:
    photo, trimap = photo_and_trimap(231, 257)
    tiled = asleep(tile=64).predict(photo, trimap)
    whole = classical_prior(photo, trimap).full_alpha(photo, trimap).numpy()
    np.testing.assert_allclose(tiled, whole, atol=1e-5)


def test_tiles_together_give_what_they_give_one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    photo, trimap = photo_and_trimap(256, 320)
    matting, prior = awake(tile=64), classical_prior(photo, trimap)
    alone = matting.correct(photo, trimap, prior)
    monkeypatch.setattr(matting, "_device", "some GPU")
    np.testing.assert_allclose(matting.correct(photo, trimap, prior), alone, atol=1e-5)


def test_the_quick_form_comes_close_to_the_fine_one() -> None:
    photo, trimap = photo_and_trimap(121, 157)
    matting = awake()
    quick = matting.live.predict(photo, trimap)
    assert live_form(matting).name == "compact"
    assert 0 < np.abs(quick - matting.predict(photo, trimap))[trimap == 128].mean() < 0.03


@pytest.mark.parametrize("step", ["sample_colours", "closed_form"])
def test_a_prediction_under_way_ends_soon_after_it_was_cancelled(step: str, monkeypatch: pytest.MonkeyPatch) -> None:
    photo, trimap = photo_and_trimap(121, 157)
    cancellation, original = Cancellation(), getattr(prior_module, step)

    def cancel_first(*args: object, **options: object) -> object:
        cancellation.cancel()
        original(*args, **options)
        raise AssertionError("a checkpoint inside must end it")

    monkeypatch.setattr(prior_module, step, cancel_first)
    with pytest.raises(Cancelled):
        predict(awake(), photo, trimap, cancellation=cancellation)


def test_whoever_waits_for_its_turn_can_be_cancelled_too() -> None:
    photo, trimap = photo_and_trimap(61, 75)
    matting, cancellation, outcome = awake(), Cancellation(), []

    def wait() -> None:
        try:
            predict(matting, photo, trimap, cancellation=cancellation)
        except Cancelled as error:
            outcome.append(error)

    with matting._one_at_a_time:
        thread = threading.Thread(target=wait)
        thread.start()
        cancellation.cancel()
        thread.join(5)
        assert not thread.is_alive()
    assert len(outcome) == 1


def test_predictions_of_several_threads_do_not_disturb_each_other() -> None:
    matting = awake()
    scenes = [photo_and_trimap(61, 75), photo_and_trimap(80, 64)]
    alone = [matting.predict(*scene) for scene in scenes]
    with ThreadPoolExecutor(2) as pool:
        together = list(pool.map(lambda scene: matting.predict(*scene), scenes * 2))
    for index, alpha in enumerate(together):
        np.testing.assert_allclose(alpha, alone[index % 2], atol=1e-5)


def test_photos_of_several_threads_in_one_batch_give_what_they_give_one_by_one() -> None:
    """In float32 on a CPU to a millionth: a batch adds up in the same order, but for the engine's own blocks."""
    photo, trimap = photo_and_trimap(61, 75)
    turned = [(photo, trimap), (photo[:, ::-1], trimap[:, ::-1]), (photo[::-1], trimap[::-1]), (255 - photo, trimap)]
    scenes = [(np.ascontiguousarray(rgb), np.ascontiguousarray(labels)) for rgb, labels in turned]
    single = awake()
    matting = CompactMatting(single.network, batch_pixels=lambda: 1_000_000)
    assert matting.batches is not None
    held, run = threading.Event(), matting.batches._run

    def run_once_all_wait(*inputs: torch.Tensor) -> torch.Tensor:
        assert held.wait(20)
        return run(*inputs)

    matting.batches._run = run_once_all_wait
    with ThreadPoolExecutor(8) as pool:
        found = [pool.submit(form.predict, *scene) for form in (matting, matting.live) for scene in scenes]
        while len(matting.batches._waiting) < 2 * len(scenes) - 1:
            threading.Event().wait(0.005)
        held.set()
        alphas = [future.result(20) for future in found]
    assert max(matting.batches.sizes) >= 3
    alone = [form.predict(*scene) for form in (single, single.live) for scene in scenes]
    for alpha, expected in zip(alphas, alone, strict=True):
        np.testing.assert_allclose(alpha, expected, atol=1e-6)
    assert len({alpha.tobytes() for alpha in alone}) == len(alone)


def test_photos_in_tiles_in_batches_give_what_they_give_one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compact_matting, "LARGE", 128)  # so that the context of each photo is its own
    scenes = [
        photo_and_trimap(256, 320),
        tuple(np.ascontiguousarray(each[::-1]) for each in photo_and_trimap(256, 320)),
    ]
    single = awake(tile=64)
    matting = CompactMatting(single.network, tile=64, batch_pixels=lambda: 10_000_000)
    with ThreadPoolExecutor(2) as pool:
        together = list(pool.map(lambda scene: matting.predict(*scene), scenes))
    for alpha, scene in zip(together, scenes, strict=True):
        np.testing.assert_allclose(alpha, single.predict(*scene), atol=1e-6)


def test_a_prediction_without_room_on_its_device_says_so() -> None:
    def full(*_inputs: object) -> torch.Tensor:
        raise torch.OutOfMemoryError("CUDA out of memory")

    full.name = "full"  # type: ignore[attr-defined]
    photo, trimap = photo_and_trimap(61, 75)
    for batch_pixels in (None, lambda: 1):
        with pytest.raises(DeviceFullError):
            CompactMatting(network(), backend=full, batch_pixels=batch_pixels).predict(photo, trimap)  # type: ignore[arg-type]


def test_a_model_knows_what_it_holds_of_its_device() -> None:
    small, large = CompactMatting(network()), CompactMatting(CompactNetwork())
    assert footprint_of(large) > 10 * footprint_of(small) > 0
