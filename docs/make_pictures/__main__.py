"""Take all pictures anew.

    python -m docs.make_pictures [--folder docs/pictures] [--only en]

A real studio with an empty data folder and scikit-image's sample photos is opened once for each language, and looked at
in headless Chromium (Debian's package `chromium`; `fonts-noto-cjk` for Japanese). Some corrections are made by script,
some by moving the mouse, so this also is a try of the whole desk. Look at the pictures before you commit them: fonts of
another computer change them a little.
"""

import tempfile
from pathlib import Path
from typing import Annotated

import typer
from playwright.sync_api import Browser

from benchmarks.open_studio import headless_chromium, open_studio, wait_for_drafts
from docs.make_pictures.files import Album
from docs.make_pictures.scenes import WORDS, Scenes
from studio.samples import SAMPLES

FOLDER = Path(__file__).parents[1] / "pictures"


def main(
    folder: Annotated[Path, typer.Option(help="Where the pictures go.")] = FOLDER,
    only: Annotated[str, typer.Option(help="One language only: en or ja.")] = "",
) -> None:
    """Take all pictures, and print how large they are."""
    album = Album(folder)
    with headless_chromium() as browser:
        for language in [only] if only else list(WORDS):
            take(browser, album, language)
    for name, size in album.sizes.items():
        print(f"{size / 1000:6.0f} kB  {name}.webp")
    print(f"{sum(album.sizes.values()) / 1000:6.0f} kB  all together")


def take(browser: Browser, album: Album, language: str) -> None:
    with tempfile.TemporaryDirectory() as data:
        Path(data, "guidelines.md").write_text(WORDS[language]["guidelines"], encoding="utf-8")
        with open_studio(Path(data), MATTELOOP_OPERATOR="hanako") as address:
            page = browser.new_page()
            page.goto(address)
            page.locator("#load-samples").click()
            wait_for_drafts(page, address, len(SAMPLES))
            page.close()
            Scenes(browser, address, album, language).take_all()


if __name__ == "__main__":
    typer.run(main)
