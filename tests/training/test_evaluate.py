import numpy as np
import pytest
from small_images import BlurredTrimap, disc, png

from matting_core.metrics import BANDS, boundary_errors, measure, measure_whole_image
from training.evaluate import EvaluationFolderError, evaluate, find_truth


@pytest.fixture
def folder(tmp_path):
    """Two images with their true alphas in 16 bits, and two folders of trimaps."""
    for part in ("image", "trimap", "alpha", "wide"):
        (tmp_path / part).mkdir()
    for seed, name in enumerate(("scarf", "cup")):
        rgb, trimap, alpha = disc(seed)
        (tmp_path / "image" / f"{name}.png").write_bytes(png(rgb))
        (tmp_path / "trimap" / f"{name}.png").write_bytes(png(trimap))
        (tmp_path / "wide" / f"{name}.png").write_bytes(png(np.full_like(trimap, 128)))
        (tmp_path / "alpha" / f"{name}.png").write_bytes(png(np.rint(alpha * 65535).astype(np.uint16)))
    return tmp_path


def expected(seed, *, wide=False):
    rgb, trimap, alpha = disc(seed)
    trimap = np.full_like(trimap, 128) if wide else trimap
    return measure(BlurredTrimap().predict(rgb, trimap), alpha, trimap)


def test_each_image_is_scored_by_name_and_told_as_it_comes(folder):
    told = []
    result = evaluate(BlurredTrimap(), folder, on_score=told.append)
    assert [score.name for score in result.scores] == ["cup", "scarf"]
    assert tuple(told) == result.scores
    for score, seed in zip(result.scores, (1, 0), strict=True):
        ours, theirs = score.errors, expected(seed)
        assert (ours.sad, ours.mse) == pytest.approx((theirs.sad, theirs.mse), rel=0.01)
        assert (ours.grad, ours.conn) == pytest.approx((theirs.grad, theirs.conn), rel=0.01)


def test_the_mean_is_over_the_images(folder):
    result = evaluate(BlurredTrimap(), folder)
    for error in ("sad", "mse", "grad", "conn"):
        values = [getattr(score.errors, error) for score in result.scores]
        assert getattr(result.mean, error) == pytest.approx(sum(values) / 2)


def test_the_trimaps_may_lie_in_a_folder_of_another_name(folder):
    wide = evaluate(BlurredTrimap(), folder, trimaps="wide")
    assert wide.scores[0].errors.sad == pytest.approx(expected(1, wide=True).sad, rel=0.01)


def test_whole_images_are_scored_where_the_trimap_is_wrong_and_the_unknown_region_sees_nothing(folder):
    for name in ("cup", "scarf"):
        (folder / "trimap" / f"{name}.png").write_bytes(png(np.zeros_like(disc()[1])))
    truth = disc()[2]
    assert evaluate(BlurredTrimap(), folder).mean.sad == 0
    assert evaluate(BlurredTrimap(), folder, whole=True).mean.sad == pytest.approx(truth.sum() / 1000, rel=0.01)


def test_whole_images_are_scored_as_the_metrics_define_them_and_by_distance_from_the_edge(folder):
    score = evaluate(BlurredTrimap(), folder, whole=True).scores[0]
    rgb, trimap, truth = disc(1)
    alpha = BlurredTrimap().predict(rgb, trimap)
    assert score.errors.sad == pytest.approx(measure_whole_image(alpha, truth).sad, rel=0.01)
    assert [band.mean for band in score.boundary] == pytest.approx(
        [band.mean for band in boundary_errors(alpha, truth)], abs=1e-3
    )


def test_the_mean_by_distance_is_over_the_images_that_have_pixels_there(folder):
    result = evaluate(BlurredTrimap(), folder, whole=True)
    assert [(band.near, band.far, band.images) for band in result.boundary] == [(*band, 2) for band in BANDS]
    one, other = (score.boundary[0].mean for score in result.scores)
    assert result.boundary[0].mean == pytest.approx((one + other) / 2)
    (folder / "alpha" / "cup.png").write_bytes(png(np.zeros_like(disc()[1])))  # a truth without an edge
    without = evaluate(BlurredTrimap(), folder, whole=True).boundary[0]
    assert (without.images, without.mean) == (1, pytest.approx(other))


def test_no_distances_are_measured_in_the_unknown_region(folder):
    assert evaluate(BlurredTrimap(), folder).boundary == ()


def test_a_perfect_model_has_no_error(folder):
    class Perfect:
        name = "perfect"

        def predict(self, rgb, trimap):
            return disc()[2]

    assert evaluate(Perfect(), folder).mean.sad == 0


@pytest.mark.parametrize("missing", ["image", "alpha", "trimap"])
def test_a_folder_that_is_missing_is_named(folder, missing):
    (folder / missing).rename(folder / "elsewhere")
    with pytest.raises(EvaluationFolderError, match=f"has no folder {missing}/"):
        find_truth(folder)


@pytest.mark.parametrize("part", ["alpha", "trimap"])
def test_an_image_without_its_partner_is_named(folder, part):
    (folder / part / "cup.png").unlink()
    with pytest.raises(EvaluationFolderError, match=f"{part}/ has no file named cup to go with cup.png"):
        find_truth(folder)


def test_an_empty_folder_is_said(tmp_path):
    for part in ("image", "trimap", "alpha"):
        (tmp_path / part).mkdir()
    with pytest.raises(EvaluationFolderError, match="there is no image in"):
        find_truth(tmp_path)


def test_partners_are_found_whatever_the_case_of_their_suffix_and_lossless_ones_first(folder):
    (folder / "alpha" / "cup.png").rename(folder / "alpha" / "cup.PNG")
    (folder / "alpha" / "cup.jpg").write_bytes(b"")
    assert find_truth(folder)[0].alpha.name == "cup.PNG"
