"""Whoever dies, and whenever: what was acknowledged is there, once, and the store is sound."""

from pathlib import Path

import pytest

from faults.ordeal import Ordeal


@pytest.mark.slow
def test_nothing_acknowledged_is_lost_or_doubled_whoever_dies_and_whenever(
    tmp_path: Path, kills: int, seed: str
) -> None:
    with Ordeal(tmp_path, seed=seed) as ordeal:
        ordeal.go_on(kills - kills // 4)  # the others die while they open a store
        ordeal.end()
        assert ordeal.aimed * 2 >= ordeal.kills
        # a studio that refused everything would pass the rest, too
        promises = ordeal.promises
        assert sum(map(len, promises.logs.values())) > kills
        assert sum(map(len, promises.decisions.values())) > kills / 2
        assert len(promises.photos) > kills / 2
