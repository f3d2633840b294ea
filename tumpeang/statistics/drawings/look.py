"""One look for all drawings: the tokens of the pages, a font with Khmer, and text that breaks where Khmer may break.

The tokens are those of tumpeang/config/styles/tokens.css; a test holds the two together. Colour is never alone: series
differ by dash or hatching as well, and values are printed beside what they belong to.
"""

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from importlib.resources import as_file, files
from typing import Any

import matplotlib as mpl
from matplotlib import font_manager
from matplotlib.figure import Figure as Canvas
from matplotlib.font_manager import FontProperties
from matplotlib.textpath import TextToPath

THEMES = {
    "light": {
        "ink": "#1c2925", "ink-2": "#4a5a54", "ink-3": "#5f6d67", "surface": "#ffffff", "sunken": "#f1efe7",
        "line": "#dedbd0", "edge": "#808b85", "leaf": "#1b6549", "leaf-ink": "#ffffff", "leaf-soft": "#e1efe7",
        "sun": "#8a4f06", "sun-soft": "#fbeed6", "clay": "#a02d25", "clay-soft": "#fae7e3", "sky": "#275a85",
        "sky-soft": "#e3edf6",
    },
    "dark": {
        "ink": "#e9ece8", "ink-2": "#b8c2bc", "ink-3": "#95a199", "surface": "#1b2320", "sunken": "#0f1412",
        "line": "#313c37", "edge": "#6f7d76", "leaf": "#70c79f", "leaf-ink": "#0c1a13", "leaf-soft": "#1b3328",
        "sun": "#e8ab62", "sun-soft": "#33270f", "clay": "#f19b92", "clay-soft": "#3b1f1b", "sky": "#8fbfe6",
        "sky-soft": "#182b3b",
    },
}  # fmt: skip
SERIES: tuple[tuple[str, Any], ...] = (
    ("leaf", "-"),
    ("sky", (0, (5, 2))),
    ("sun", (0, (1.5, 1.5))),
    ("clay", (0, (6, 2, 1.5, 2))),
)
WIDTH = 480  # user units; a drawing scales to its place
SMALL, NORMAL, LARGE = 10.5, 12.0, 14.5
LEADING = {"en": 1.35, "km": 1.75}  # Khmer needs room below and above the line
_LOCK = threading.Lock()  # matplotlib's settings belong to the whole process
_KHMER_CLUSTER = re.compile(r"[\u1780-\u17b3](?:\u17d2[\u1780-\u17b3]|[\u17b4-\u17d1\u17dd])*|\S")


@cache
def _font() -> str:
    """The Khmer font, made known to matplotlib; DejaVu Sans, which it ships, holds what that lacks."""
    packaged = files("fontpkg_noto_sans_khmer") / "files" / "NotoSansKhmer[wdth,wght].ttf"
    with as_file(packaged) as path:
        font_manager.fontManager.addfont(str(path))
    return "Noto Sans Khmer"


@contextmanager
def drawing_board(width: float, height: float, theme: str) -> Iterator[tuple[Canvas, dict[str, str]]]:
    """An empty canvas of that many user units, and the colours of the theme."""
    colours = THEMES[theme]
    settings: dict[Any, Any] = {
        "font.family": [_font(), "DejaVu Sans"],
        "font.size": NORMAL,
        "svg.fonttype": "path",  # outlines: a page without the font, and a PDF, show Khmer right
        "svg.hashsalt": "tumpeang",  # the same drawing is the same file
        "path.simplify": False,
        "hatch.linewidth": 0.8,
        "text.color": colours["ink"],
        "axes.unicode_minus": True,
        "text.parse_math": False,
    }
    with _LOCK, mpl.rc_context(settings):
        canvas = Canvas(figsize=(width / 72, height / 72), facecolor=colours["surface"])
        yield canvas, colours


def colour(colours: dict[str, str], place: int) -> str:
    return colours[SERIES[place % len(SERIES)][0]]


@cache
def width_of(text: str, size: float) -> float:
    """Width of a line in user units, shaped."""
    font = FontProperties(family=[_font(), "DejaVu Sans"], size=size)
    return float(TextToPath().get_text_width_height_descent(text, font, ismath=False)[0])


def wrapped(text: str, size: float, width: float) -> list[str]:
    """Lines no wider than that: broken at spaces, or, within a long run of Khmer, between clusters of letters."""
    lines = [""]
    for word in re.split(r"(?<=[ \u200b])", text):
        if width_of((lines[-1] + word).strip(), size) <= width:
            lines[-1] += word
            continue
        if lines[-1]:
            lines.append("")
        for cluster in _KHMER_CLUSTER.findall(word) if width_of(word.strip(), size) > width else [word]:
            if width_of((lines[-1] + cluster).strip(), size) > width and lines[-1]:
                lines.append("")
            lines[-1] += cluster
    return [line.strip() for line in lines if line.strip()]
