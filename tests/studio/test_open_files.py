import subprocess
import sys

import pytest

pytest.importorskip("resource", reason="this system has no limit of open files")

SCRIPT = """
import resource
from studio.open_files import allow_open_files
resource.setrlimit(resource.RLIMIT_NOFILE, ({soft}, {hard}))
allow_open_files()
print(*resource.getrlimit(resource.RLIMIT_NOFILE))
"""


@pytest.mark.parametrize(
    ("soft", "hard", "then"), [(1024, 20_000, 16_384), (1024, 4096, 4096), (18_000, 20_000, 18_000)]
)
def test_as_many_files_as_an_upload_needs_may_be_open(soft, hard, then):
    import resource

    if 0 <= resource.getrlimit(resource.RLIMIT_NOFILE)[1] < hard:
        pytest.skip(f"this system does not let tests open {hard} files")
    script = SCRIPT.format(soft=soft, hard=hard)
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.split() == [str(then), str(hard)]
