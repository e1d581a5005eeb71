"""What an operator would do to the sample photos, in pixels of the photo, as the REST API takes it."""

import math
from collections.abc import Iterable
from typing import Any

Pixel = tuple[float, float]
Edit = dict[str, Any]


def lasso(ink: str, outline: Iterable[Pixel]) -> Edit:
    return {"tool": "area", "ink": ink, "points": quarters(outline)}


def brush(ink: str, diameter: float, line: Iterable[Pixel]) -> Edit:
    return {"tool": "brush", "ink": ink, "radius": round(2 * diameter), "points": quarters(line)}


def soft_brush(opacity: float, diameter: float, line: Iterable[Pixel], *, hardness: int = 40, flow: int = 60) -> Edit:
    """opacity: percent."""
    strength = {"value": round(2.55 * opacity), "hardness": hardness, "flow": flow}
    return {"tool": "soft_brush", **strength, "radius": round(2 * diameter), "points": quarters(line)}


def quarters(points: Iterable[Pixel]) -> list[list[int]]:
    return [[round(4 * x), round(4 * y)] for x, y in points]


# The astronaut: the draft misses collar, badge and helmet, and takes the flag for a sleeve.
FLAG = [(0, 90), (62, 92), (98, 200), (72, 234), (50, 258), (38, 288), (29, 326), (18, 370), (17, 410), (20, 450)]
FLAG += [(24, 490), (26, 512), (0, 512)]
COLLAR = [(126, 188), (136, 166), (156, 156), (186, 158), (196, 172), (226, 184), (250, 182), (266, 188), (286, 206)]
COLLAR += [(296, 228), (300, 250), (280, 282), (240, 288), (180, 270), (140, 240), (128, 212)]
SUIT = [(118, 222), (160, 262), (240, 290), (296, 262), (318, 254), (338, 274), (348, 300), (354, 330), (352, 356)]
SUIT += [(350, 380), (300, 460), (300, 512), (40, 512), (36, 470), (32, 430), (32, 380), (36, 340), (46, 300)]
SUIT += [(58, 272), (84, 248)]
HELMET = [(288, 512), (284, 470), (292, 430), (312, 394), (344, 364), (384, 352), (424, 352), (454, 364), (478, 390)]
HELMET += [(488, 420), (492, 456), (504, 472), (506, 512)]
FACE = [(200, 96), (206, 130), (216, 150), (228, 156), (240, 146), (250, 126), (252, 100), (230, 108), (214, 104)]
NECK = [(200, 150), (206, 166), (226, 174), (240, 168)]
HELMET_EDGE = [(352, 358), (384, 347), (424, 347), (456, 359), (481, 386), (492, 418), (496, 453), (511, 468)]
HELMET_EDGE += [(511, 511)]
SHOULDER = [(308, 240), (330, 256), (348, 284), (357, 318), (360, 346)]
COLLAR_EDGE = [(112, 212), (116, 196), (124, 178), (136, 162), (156, 151), (184, 151), (190, 166)]
COLLAR_SIDE = [(258, 184), (290, 202), (302, 226), (306, 246)]
SLEEVE = [(106, 212), (86, 236), (67, 254), (50, 278), (40, 306), (32, 342), (28, 380), (27, 430), (36, 511)]
JAW = [(277, 136), (271, 150), (266, 166)]
ASTRONAUT: list[Edit] = [
    lasso("background", FLAG),
    lasso("foreground", SUIT),
    lasso("foreground", COLLAR),
    lasso("foreground", HELMET),
    brush("foreground", 34, FACE),
    brush("foreground", 22, NECK),
    brush("unknown", 14, HELMET_EDGE),
    brush("unknown", 9, SHOULDER),
    brush("unknown", 12, COLLAR_EDGE),
    brush("unknown", 8, COLLAR_SIDE),
    brush("unknown", 10, SLEEVE),
    brush("background", 10, JAW),
]

# The cup: the draft takes the shadow for a part of the saucer.
RIM = [(178, 71), (150, 80), (115, 108), (95, 135), (83, 168), (77, 205), (80, 240), (92, 275), (107, 300), (130, 325)]
RIM += [(150, 344), (180, 362), (215, 378), (250, 386), (290, 387), (330, 383), (370, 372), (400, 357), (430, 335)]
RIM += [(450, 312), (468, 280), (477, 245), (479, 215), (470, 176), (452, 140), (420, 108)]
CENTRE = (278, 222)
SHADOW = [(80, 268), (92, 300), (118, 334), (150, 362), (190, 384)]


def moved_out(line: Iterable[Pixel], pixels: float, *, centre: Pixel = CENTRE) -> list[Pixel]:
    """The line, each point moved away from the centre."""
    moved = []
    for x, y in line:
        away = math.hypot(x - centre[0], y - centre[1])
        moved.append((x + (x - centre[0]) * pixels / away, y + (y - centre[1]) * pixels / away))
    return moved


AROUND = [*moved_out(RIM[2:-2], 7), (600, 120), (600, 400), (0, 400), (0, 80)]
SAUCER = [*moved_out(RIM[1:-1], -7), (400, 160), (300, 200), (200, 180), (174, 100)]
CUP: list[Edit] = [lasso("background", AROUND), lasso("foreground", SAUCER), brush("unknown", 14, RIM[1:-1])]

# The cat: the draft knows eyes and nose only.
HEAD = [(50, 0), (382, 0), (366, 40), (346, 70), (350, 98), (354, 126), (348, 152), (338, 178), (318, 204), (302, 232)]
HEAD += [(288, 258), (268, 274), (256, 300), (0, 300), (0, 150), (30, 128), (42, 90), (46, 50)]
BESIDE = [(412, 0), (394, 52), (384, 84), (386, 128), (380, 164), (372, 196), (360, 222), (400, 240), (400, 290)]
BESIDE += [(330, 300), (451, 300), (451, 0)]
CHEEK = [(392, 0), (378, 46), (358, 72), (362, 100), (365, 128), (358, 158), (344, 186), (324, 212), (308, 240)]
CHEEK += [(294, 262), (272, 284), (262, 299)]
NAPE = [(42, 0), (37, 50), (33, 88), (24, 118), (0, 138)]
WHISKERS = [(322, 238), (352, 250), (378, 262), (322, 254), (352, 276), (316, 284)]
CAT: list[Edit] = [
    lasso("background", BESIDE),
    lasso("foreground", HEAD),
    brush("unknown", 32, CHEEK),
    brush("unknown", 18, NAPE),
    brush("unknown", 34, WHISKERS),
]
