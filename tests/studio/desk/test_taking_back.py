import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from matting_core.box import Box
from matting_core.edits.marks import Covered
from studio.desk.taking_back import TakingBack

SIDE = 20
ALPHA = np.zeros((SIDE, SIDE), np.float32)


def covered(side):
    box = Box(0, 0, side, side)
    return Covered(box, np.zeros((side, side), np.uint8), None)


def alpha(side):
    return Box(0, 0, side, side), ALPHA[:side, :side]


sides = st.integers(0, SIDE)
pushes = st.tuples(st.lists(sides, max_size=3), sides)


@given(st.lists(st.one_of(pushes, st.sampled_from(["pop", "forget", "widen"])), max_size=20))
def test_the_memory_that_is_in_use_is_known_without_counting_it_again(steps):
    before = TakingBack()
    for step in steps:
        if step == "pop":
            if len(before):
                before.pop()
        elif step == "forget":
            before.forget_alphas()
        elif step == "widen":
            before.widen_batch(Box(0, 0, SIDE, SIDE), ALPHA, alpha=ALPHA)
        else:
            before.push([covered(side) for side in step[0]], alpha=alpha(step[1]))
        assert before._bytes == sum(each.bytes for each in before._befores)
