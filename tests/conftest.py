"""What tests of several floors share: a headless Chromium and a headless Firefox of the system, and PostgreSQL."""

import gc
import os
import secrets
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import hypothesis
import pytest
import structlog
from memory_disk import roomy_memory
from playwright.sync_api import Browser, Playwright, expect, sync_playwright
from playwright.sync_api import Error as PlaywrightError
from postgresql_server import PostgresqlServer, address_of, running_server

from annotation_store.store import Store, open_store

if (memory := roomy_memory()) is not None:
    os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", memory)  # where pytest makes tmp_path; what is durable is flushed

# Ray reads these when it is imported. Clusters of tests are open to nobody else, and leave no token in the home folder.
os.environ.update(RAY_AUTH_MODE="token", RAY_AUTH_TOKEN=secrets.token_hex(32), RAY_USAGE_STATS_ENABLED="0")
for name in ("RAY_ADDRESS", "RAY_AUTH_TOKEN_PATH"):
    os.environ.pop(name, None)

hypothesis.settings.register_profile("untimed", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow])
hypothesis.settings.load_profile("untimed")

FLAGS = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run "
    "--disable-background-networking --disable-component-update --disable-sync"
)
FIREFOXES = ("firefox-esr", "firefox")  # Debian's name, everybody else's


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """How many processes share the tests: two where a folder of them is asked for, else there is only this one.

    Tests of many processes have the computer to themselves.
    """
    is_worth_it = any(Path(named).is_dir() for named in config.args) and config.option.markexpr != "scale"
    return min(2, os.cpu_count() or 1) if is_worth_it else 0


def pytest_configure(config: pytest.Config) -> None:
    if config.getoption("numprocesses"):  # each has a core for itself, and hands this on to what it starts
        os.environ.setdefault("OMP_NUM_THREADS", "1")
        os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")


def pytest_collection_finish() -> None:
    """What is loaded by now stays: looking through it again and again for garbage took a fifth of the time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


@pytest.fixture(scope="session", autouse=True)
def _no_tables_but_their_own() -> Iterator[None]:
    """Wherever the developer's own studio has tables and blobs: no test touches them, nor a program that one starts."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MATTELOOP_DATABASE_URL", "")
        patch.setenv("MATTELOOP_BLOB_URL", "")
        yield


@pytest.fixture(autouse=True)
def _usual_logs() -> None:
    """Whatever a command that ran in this process before has let through, and with tracebacks as a studio writes them.

    By itself structlog draws a traceback with all that its variables hold: 14 s of CPU for one through the web.
    """
    structlog.reset_defaults()
    renderer = structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
    structlog.configure(processors=[*structlog.get_config()["processors"][:-1], renderer])


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    """One driver for all browsers: a thread can hold no second one."""
    expect.set_options(timeout=30_000)  # of a test that fails; by itself 5 s, too few now and then for a busy machine
    with sync_playwright() as driver:
        yield driver


@pytest.fixture(scope="session")
def browser(request: pytest.FixtureRequest) -> Iterator[Browser]:
    """Headless Chromium of the system; its tests are skipped where there is none, and say how to get it."""
    executable = shutil.which("chromium")
    if executable is None:
        pytest.skip("no `chromium` on the PATH: install it (Debian: apt-get install chromium) to run this test")
    playwright: Playwright = request.getfixturevalue("playwright")
    chromium = playwright.chromium.launch(executable_path=executable, args=FLAGS.split())
    yield chromium
    chromium.close()


@pytest.fixture(scope="session")
def launch_firefox(request: pytest.FixtureRequest) -> Iterator[Callable[..., Browser]]:
    """A function that launches the system's Firefox headlessly with the given preferences of about:config.

    Playwright's own `firefox` needs a patched build. The channel `moz-firefox` drives Firefox as Mozilla and Debian
    ship it, over WebDriver BiDi. Tests are skipped where that does not work, and say what to install.
    """
    executable = next(filter(None, map(shutil.which, FIREFOXES)), None)
    if executable is None:
        pytest.skip("no `firefox-esr` on the PATH: install it (Debian: apt-get install firefox-esr) to run this test")
    playwright: Playwright = request.getfixturevalue("playwright")
    with ExitStack() as stack:

        def launch(preferences: dict[str, bool | int | str] | None = None) -> Browser:
            try:  # the one or the other asks for what an older Firefox does not know
                firefox = playwright.firefox.launch(
                    channel="moz-firefox", executable_path=executable, headless=True, firefox_user_prefs=preferences
                )
                stack.callback(firefox.close)
                firefox.new_context().close()
            except PlaywrightError as error:
                if "unknown command" not in str(error):
                    raise
                pytest.skip(
                    f"this Playwright is too new for {executable} ({error.message.splitlines()[0]}): "
                    "pip install -r requirements-dev.txt, or a newer Firefox, to run this test"
                )
            return firefox

        yield launch


@pytest.fixture(scope="session")
def firefox(launch_firefox: Callable[..., Browser]) -> Browser:
    """Headless Firefox of the system, as it comes."""
    return launch_firefox()


@pytest.fixture(scope="session")
def empty_store_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store on SQLite with nothing in it, to copy: its tables take half a second to build, longer than most tests."""
    store = open_store(tmp_path_factory.mktemp("template") / "data")
    store.database.close()
    return store.folder


@pytest.fixture(scope="session")
def new_store(empty_store_folder: Path) -> Callable[[Path], Store]:
    """``new_store(folder)``: what `open_store` comes to where nothing is yet, at a hundredth of the cost."""
    return lambda folder: open_store(shutil.copytree(empty_store_folder, folder))


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[PostgresqlServer]:
    """The server of ``DATABASE_URL``, else one that is started once."""
    with running_server() as server:
        yield server


@pytest.fixture(scope="session")
def _migrated_template(postgresql_server: PostgresqlServer) -> Iterator[str]:
    """The name of a database with the store's tables: copying it is quicker than making them."""
    with postgresql_server.migrated_database() as url:
        assert url.database is not None
        yield url.database


@pytest.fixture
def postgresql_url(postgresql_server: PostgresqlServer, _migrated_template: str) -> Iterator[str]:
    """The address of a fresh database with the store's tables."""
    with postgresql_server.database(template=_migrated_template) as url:
        yield address_of(url)


@pytest.fixture
def bare_postgresql_url(postgresql_server: PostgresqlServer) -> Iterator[str]:
    """The address of a fresh database with nothing in it."""
    with postgresql_server.database() as url:
        yield address_of(url)
