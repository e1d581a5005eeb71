"""What is photographed. A scene leaves its photo as it found it, except where its name says that it corrects."""

from typing import Any

import cv2
import numpy as np
from playwright.sync_api import Browser

from docs.make_pictures import corrections
from docs.make_pictures.corrections import moved_out
from docs.make_pictures.files import Album, decoded, numbered, row
from docs.make_pictures.hands import Area, Desk
from matting_core.image_io import decode_alpha

ASTRONAUT, CAT, CUP, MOTORCYCLE, ROCKET = range(1, 6)
"""Ids of the samples, in the order in which they come in."""

QUIET: dict[str, Any] = {"areSlipsShown": False}
SHARP = 2.0
WORDS = {
    "en": {
        "note": "Please check the strap: is this gap right?",
        "guidelines": "# Cups and tableware\n\n"
        "- The spoon belongs to the product. The table does not.\n"
        "- Keep the shadow under the saucer, softly: opacity 40 %.\n"
        "- A rim is sharp: an unknown band of 6 to 10 pixels is enough.\n\n"
        "# Send to review\n\nGlass, fur, and whatever you are not sure of.\n",
    },
    "ja": {
        "note": "ストラップの隙間はこれで正しいですか？確認をお願いします。",
        "guidelines": "# カップと食器\n\n"
        "- スプーンは商品に含めます。テーブルは含めません。\n"
        "- ソーサーの下の影は、不透明度 40 % でやわらかく残します。\n"
        "- ふちはくっきりしているので、未確定の帯は 6〜10 ピクセルで足ります。\n\n"
        "# 確認に回すもの\n\nガラス、毛並み、そして判断に迷うもの。\n",
    },
}


class Scenes:
    """language: "en" or "ja"; pictures without words are taken in English only."""

    def __init__(self, browser: Browser, address: str, album: Album, language: str) -> None:
        self.browser, self.address, self.album, self.language = browser, address, album, language

    def take_all(self) -> None:
        if self.language == "en":
            self.what_tools_do()
        self.correct_everything()
        if self.language == "en":
            self.what_a_matte_is()
            self.what_eyes_see()
        self.the_desk()
        self.dialogs()
        self.troubles()
        self.the_photos()

    def desk(self, **window: Any) -> Desk:
        return Desk(self.browser, self.address, language=self.language, **window)

    def keep(self, name: str, picture: Any, **limits: int) -> None:
        """With words in it."""
        self.album.keep(f"{name}.{self.language}", picture, **limits)

    # Before anything is corrected

    def what_tools_do(self) -> None:
        desk = self.desk(sharpness=SHARP)
        self.lasso(desk)
        self.fill(desk)
        self.part(desk)
        self.heat(desk)
        desk.close()

    def lasso(self, desk: Desk) -> None:
        desk.open(CUP, tool="lasso", ink="background", backdrop="white", **QUIET)
        desk.without_titles()
        area: Area = (0, 170, 330, 400)
        before = desk.part("matte", area)
        desk.begin(corrections.AROUND)
        during = desk.part("photo", area)
        desk.end()
        self.album.keep("tool-lasso", row(before, during, desk.part("matte", area)))
        desk.take_back()

    def fill(self, desk: Desk) -> None:
        desk.open(ASTRONAUT, ink="foreground", brushSize=12, backdrop="white", **QUIET)
        desk.without_titles()
        area: Area = (230, 300, 512, 512)
        desk.begin([*corrections.HELMET, corrections.HELMET[0]])
        desk.end()
        outlined = desk.part("photo", area)
        desk.press("g")
        desk.click((400, 440))
        desk.rest()
        desk.settle()
        self.album.keep("tool-fill", row(outlined, desk.part("photo", area), desk.part("matte", area)))
        desk.take_back(2)

    def part(self, desk: Desk) -> None:
        desk.open(CAT, tool="part", backdrop="white", **QUIET)
        desk.without_titles()
        before = desk.part("photo", (0, 0, 451, 300))
        desk.begin([(14, 2), (400, 290)])
        during = desk.part("photo", (0, 0, 451, 300))
        desk.end()
        self.album.keep("tool-part", row(before, during, desk.part("photo", (0, 0, 451, 300))))
        desk.take_back()

    def heat(self, desk: Desk) -> None:
        desk.open(ASTRONAUT, isHeatShown=True, opacity=0, backdrop="white", **QUIET)
        desk.without_titles()
        whole = desk.part("photo", (0, 0, 512, 512))
        desk.press("j", "j", "j")
        desk.calm()
        self.album.keep("doubt", row(whole, desk.part("photo"), desk.part("matte")))

    # Corrected

    def correct_everything(self) -> None:
        desk = self.desk()
        desk.correct(ASTRONAUT, corrections.ASTRONAUT)
        desk.correct(CUP, corrections.CUP)
        desk.correct(CAT, corrections.CAT)
        desk.close()

    def what_a_matte_is(self) -> None:
        """Photo, trimap, matte and cut-out of the astronaut's hair, numbered."""
        desk = self.desk()
        files = {name: desk.api(f"/images/{ASTRONAUT}/{name}") for name in ("photo", "trimap", "alpha")}
        desk.close()
        area = (slice(4, 204), slice(128, 328))
        photo = decoded(files["photo"])[area]
        trimap = decoded(files["trimap"])[area]
        alpha = decode_alpha(files["alpha"])[area][..., np.newaxis]
        colour = np.array((200, 160, 90), np.float32)
        cut_out = (photo * alpha + colour * (1 - alpha)).astype(np.uint8)
        matte = np.repeat(np.round(alpha * 255).astype(np.uint8), 3, axis=2)
        panels = [cv2.resize(each, (340, 340), interpolation=cv2.INTER_CUBIC) for each in (photo, matte, cut_out)]
        labels = cv2.resize(trimap, (340, 340), interpolation=cv2.INTER_NEAREST)
        ordered = [panels[0], labels, panels[1], panels[2]]
        self.album.keep(
            "matte-and-trimap", row(*(numbered(np.asarray(each, np.uint8), i) for i, each in enumerate(ordered, 1)))
        )

    def what_eyes_see(self) -> None:
        desk = self.desk(sharpness=SHARP)
        self.alpha_brush(desk)
        self.whiskers(desk)
        self.backdrops(desk)
        self.band(desk)
        self.slips(desk)
        self.wipe(desk)
        self.loupe(desk)
        desk.close()

    def alpha_brush(self, desk: Desk) -> None:
        liked = {"tool": "soft_brush", "softValue": 40, "softHardness": 0, "brushSize": 60}
        desk.open(CUP, backdrop="white", **liked, **QUIET)
        desk.without_titles()
        area: Area = (50, 220, 330, 400)
        before = desk.part("matte", area)
        desk.begin(corrections.SHADOW)
        desk.end()
        self.album.keep("tool-alpha-brush", row(before, desk.part("photo", area), desk.part("matte", area)))
        desk.take_back()

    def whiskers(self, desk: Desk) -> None:
        """The cat's cheek under a wide unknown band."""
        desk.open(CAT, ink="unknown", brushSize=32, backdrop="black", **QUIET)
        desk.without_titles()
        area: Area = (280, 40, 451, 300)
        self.album.keep(
            "soft-edge", row(desk.part("photo", area), desk.part("matte", area), self._alpha(desk, area)), widest=1000
        )

    def _alpha(self, desk: Desk, area: Area) -> bytes:
        desk.page.get_by_test_id("backdrop-alpha").click()
        desk.calm()
        return desk.part("matte", area)

    def backdrops(self, desk: Desk) -> None:
        desk.open(ASTRONAUT, **QUIET)
        desk.without_titles()
        area: Area = (110, 0, 380, 200)
        seen = []
        for name in ("checkerboard", "black", "white", "colour", "alpha"):
            desk.page.get_by_test_id(f"backdrop-{name}").click()
            desk.calm()
            seen.append(desk.part("matte", area))
        self.album.keep("backdrops", row(*seen))

    def band(self, desk: Desk) -> None:
        desk.open(CAT, tool="lasso", outlineDoes="narrow", bandStep=6, backdrop="black", **QUIET)
        desk.without_titles()
        area: Area = (290, 20, 420, 230)
        desk.begin([(340, 60), (400, 70), (402, 150), (380, 205), (312, 196), (336, 150), (350, 110)])
        during = desk.part("photo", area)
        desk.end()
        self.album.keep("tool-band", row(during, desk.part("photo", area), desk.part("matte", area)), widest=1000)
        desk.take_back()

    def slips(self, desk: Desk) -> None:
        """Some slips of the hand, made on purpose."""
        desk.open(CUP, ink="background", brushSize=14, areSlipsShown=True)
        desk.without_titles()
        desk.begin([(150, 180), (152, 181)])
        desk.end()
        desk.press("f")
        desk.begin([(60, 60), (61, 60)])
        desk.end()
        desk.look()
        area: Area = (20, 30, 260, 230)
        self.album.keep("trimap-check", row(desk.part("photo", area), desk.part("matte", area)), widest=1000)
        desk.take_back(2)

    def wipe(self, desk: Desk) -> None:
        desk.open(ASTRONAUT, backdrop="white", **QUIET)
        desk.without_titles()
        desk.press("w")
        desk.page.wait_for_timeout(2000)
        self.album.keep("wipe", desk.part("matte", (0, 0, 512, 512)), widest=700)
        desk.press("w")

    def loupe(self, desk: Desk) -> None:
        desk.open(ASTRONAUT, backdrop="black", opacity=0.25, **QUIET)
        desk.without_titles()
        desk.point((296, 74))
        desk.page.keyboard.down("z")
        desk.calm()
        area: Area = (120, 0, 420, 190)
        self.album.keep("loupe", row(desk.part("photo", area), desk.part("matte", area)))
        desk.page.keyboard.up("z")

    # With words

    def the_desk(self) -> None:
        self.at_a_glance()
        small, large = (1366, 768), (2560, 1440)
        if self.language == "en":
            dark = self.desk(theme="dark", size=small)
            dark.open(ASTRONAUT, ink="unknown", tool="brush", backdrop="colour", **QUIET)
            dark.point((300, 90))
            dark.calm()
            self.keep("desk-dark-1366x768", dark.screen())
            dark.close()
            light = self.desk(size=large)
            light.open(CUP, tool="lasso", ink="foreground", backdrop="white", **QUIET)
            light.begin(moved_out(corrections.RIM[2:-8], -4))
            self.keep("desk-light-2560x1440", light.screen(), widest=2560)
            light.press("Escape")
            light.page.mouse.up()
            light.close()
        else:
            light = self.desk(size=small)
            light.open(CUP, tool="brush", backdrop="white", **QUIET)
            light.press("w")
            light.page.wait_for_timeout(2000)
            light.rest()
            self.keep("desk-light-1366x768", light.screen())
            light.close()
            dark = self.desk(theme="dark", size=large)
            dark.open(CAT, ink="unknown", backdrop="alpha", brushSize=30, isHeatShown=False, **QUIET)
            dark.zoom((345, 190), 4)
            self.keep("desk-dark-2560x1440", dark.screen(), widest=2560)
            dark.close()

    def at_a_glance(self) -> None:
        desk = self.desk()
        desk.open(ASTRONAUT, ink="foreground", backdrop="checkerboard")
        desk.zoom((250, 130), 3)
        desk.rest()
        desk.look()
        desk.number(
            [
                ('[data-testid="image-name"]', 40, -22),
                ('[data-testid="flag"]', 16, -22),
                (".ml-zoom-bar", 60, -22),
                ('[data-testid="editor-status"]', 10, -22),
                ('[data-testid="next"]', 30, -22),
                ('[data-testid="approve"]', 48, -22),
                ('[data-testid="tool-lasso"]', 42, 0),
                ('[data-testid="ink-background"]', 42, 0),
                ('[data-testid="redo"]', 42, 0),
                ('[data-testid="guidelines"]', 42, 0),
                ('[data-testid="brush-size-pixels"]', 22, 21),
                ('[data-testid="bandStep"]', 22, 21),
                ('[data-testid="overlay-opacity"]', 36, 21),
                ('[data-testid="slips"]', 8, 21),
                ('[data-testid="backdrop-white"]', 40, 21),
                ('[data-testid="pane-photo"]', 330, -290),
                ('[data-testid="pane-matte"]', 330, -290),
                (".ml-minimap", 136, -60),
            ]
        )
        self.keep("desk-at-a-glance", desk.screen())
        desk.close()

    def dialogs(self) -> None:
        desk = self.desk()
        words = WORDS[self.language]
        desk.open(ASTRONAUT, **QUIET)
        desk.press("?")
        desk.calm()
        self.keep("shortcuts", desk.screen())
        desk.press("Escape", "F1")
        desk.page.get_by_test_id("guidelines-text").wait_for()
        desk.calm()
        self.keep("guidelines", desk.screen())
        desk.press("Escape")
        desk.api(f"/images/{ASTRONAUT}/notes", {"x": 262, "y": 400, "text": words["note"]})
        desk.open(ASTRONAUT, **QUIET)
        desk.point((150, 340))
        desk.press("i")
        desk.page.get_by_test_id("note-text").fill(words["note"])
        desk.calm()
        self.keep("notes", desk.screen())
        desk.close()

    def troubles(self) -> None:
        desk = self.desk()
        desk.open(CUP, ink="foreground", brushSize=30, **QUIET)
        desk.context.set_offline(True)
        desk.begin([(500, 60), (540, 90)])
        desk.page.mouse.up()
        desk.rest()
        desk.page.wait_for_timeout(3000)
        self.keep("offline", desk.screen())
        desk.press("Control+z")
        desk.context.set_offline(False)
        desk.page.evaluate("matteloopEditor.whenPainted()")
        desk.open(CUP, ink="foreground", brushSize=24, **QUIET)
        other = self.desk()
        other.correct(CUP, [corrections.brush("background", 60, [(420, 60), (470, 120)])])
        desk.begin([(84, 230), (100, 290)])
        desk.page.mouse.up()
        desk.page.get_by_test_id("conflict-pictures").wait_for()
        desk.rest()
        desk.calm()
        self.keep("conflict", desk.screen())
        desk.page.get_by_test_id("reload").click()
        desk.calm()
        other.close()
        desk.close()

    def the_photos(self) -> None:
        desk = self.desk()
        info = desk.api(f"/images/{ASTRONAUT}")
        desk.api(f"/images/{ASTRONAUT}/approve", {name: info[name] for name in ("revision", "position")})
        info = desk.api(f"/images/{CAT}")
        desk.api(f"/images/{CAT}/submit", {name: info[name] for name in ("revision", "position")})
        desk.api(f"/images/{MOTORCYCLE}/flag", {"note": ""})
        desk.api(f"/images/{ROCKET}/skip", {"reason": ""})
        desk.page.goto(desk.address)
        desk.page.locator("a.card").nth(4).wait_for()
        desk.page.wait_for_timeout(2000)
        self.keep("photos", desk.screen())
        desk.close()
