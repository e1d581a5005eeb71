from collections import Counter
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_images import disc

from training.drafter import understudies
from training.drafter.drafter_samples import DrafterSample, sample_of, shrink
from training.drafter.drafter_training import DrafterSettings, DrafterStep
from training.drafter.understudies import MOST, Understudies, dealt, teach_understudies
from training.learning.loop import TrainingStopped

QUICK = DrafterSettings(steps=1, batch=2, side=64, start=False)
PRODUCTS = ["cup", "cup", "scarf", "hat"]


@pytest.fixture
def samples() -> list[DrafterSample]:
    return [sample_of(shrink(rgb, alpha)) for rgb, _, alpha in map(disc, range(len(PRODUCTS)))]


@given(st.sets(st.text(max_size=5), max_size=30))
def test_each_product_is_left_out_once_and_all_understudies_miss_about_as_many(products: set[str]) -> None:
    numbers = dealt(products)
    if len(products) < 2:
        assert numbers == {}
        return
    assert set(numbers) == products
    missed = Counter(numbers.values())
    assert set(missed) == set(range(min(MOST, len(products))))
    assert max(missed.values()) - min(missed.values()) <= 1
    assert numbers == dealt(sorted(products, reverse=True))


def test_none_learns_from_what_it_stands_in_on(samples, tmp_path, monkeypatch) -> None:
    taught_by = []

    def train(given: list[DrafterSample], settings: DrafterSettings, **more: object) -> object:
        taught_by.append({PRODUCTS[next(at for at, one in enumerate(samples) if one is each)] for each in given})
        return teach(given, settings, **more)

    teach = understudies.train_drafter
    monkeypatch.setattr(understudies, "train_drafter", train)
    assert teach_understudies(samples, PRODUCTS, QUICK, tmp_path) == 3
    for product, number in dealt(PRODUCTS).items():
        assert taught_by[number] == {"cup", "scarf", "hat"} - {product}


def test_each_drafts_what_it_has_not_learnt_from(samples, tmp_path) -> None:
    teach_understudies(samples, PRODUCTS, QUICK, tmp_path)
    found = Understudies(tmp_path, PRODUCTS)
    assert all(product in found for product in PRODUCTS)
    assert "shoe" not in found
    assert found.drafter("cup") is found.drafter("cup")
    assert found.drafter("cup") is not found.drafter("hat")
    assert found.drafter("cup").draft(disc()[0]).trimap.shape == disc()[1].shape


def test_one_whose_file_is_missing_stands_in_for_nobody(samples, tmp_path) -> None:
    teach_understudies(samples, PRODUCTS, QUICK, tmp_path)
    (tmp_path / understudies.NAME.format(dealt(PRODUCTS)["cup"])).unlink()
    found = Understudies(tmp_path, PRODUCTS)
    assert "cup" not in found
    assert "hat" in found
    assert "cup" not in Understudies(tmp_path / "never made", PRODUCTS)


def test_one_product_has_none(samples, tmp_path) -> None:
    assert teach_understudies(samples[:2], PRODUCTS[:2], QUICK, tmp_path) == 0
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("last", [0, 1])
def test_teaching_stops_when_asked_to(samples, tmp_path, last: int) -> None:
    goes_on: Callable[[int, DrafterStep], bool] = lambda number, _: number < last  # noqa: E731
    with pytest.raises(TrainingStopped):
        teach_understudies(samples, PRODUCTS, QUICK, tmp_path, on_step=goes_on)
    assert len(list(tmp_path.glob("*.safetensors"))) == last
