import pytest

from annotation_store.errors import InvalidTextError
from annotation_store.remarks import MAX_REMARK, check_remark, require_remark


def test_white_space_around_a_remark_does_not_count():
    assert check_remark(f" \n{'x' * MAX_REMARK}\t") == "x" * MAX_REMARK
    assert check_remark(" ") == ""


def test_a_remark_that_is_needed_is_asked_for():
    assert require_remark(" why ", asked_for="a reason") == "why"
    with pytest.raises(InvalidTextError, match="write a reason"):
        require_remark(" \n", asked_for="a reason")
