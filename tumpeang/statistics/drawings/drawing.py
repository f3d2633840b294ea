"""What every drawing is: a picture, the same in words, and the numbers behind it in a table."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from matplotlib.figure import Figure as Canvas

from tumpeang.statistics.drawings import look, svg
from tumpeang.statistics.printing import number
from tumpeang.statistics.rounding import half_up
from tumpeang.statistics.wording import Refused, said, say

EDGE = 14.0  # free space around
Value = int | float | Decimal | None


def check_numbers(values: Iterable[Value]) -> None:
    """Refuses what is neither a number nor None: "not a number" and infinity have no length."""
    if not all(value is None or math.isfinite(value) for value in values):
        raise Refused(said("drawing.numbers"))


@dataclass(frozen=True)
class Drawing:
    """`svg` is one element; `text` says it in words for whoever does not see it; `table` is a head and rows of text."""

    title: str
    svg: str
    text: str
    table: tuple[tuple[str, ...], ...]
    language: str
    theme: str


@dataclass(frozen=True)
class About:
    """What stands over and under every drawing. `note` names the denominator, the period and the source."""

    title: str
    unit: str
    note: str = ""
    language: str = "en"
    theme: str = "light"
    width: float = look.WIDTH
    decimals: int = 0

    def __post_init__(self) -> None:
        if not self.title or not self.unit:
            raise Refused(said("drawing.nameless"))
        if self.language not in look.LEADING or self.theme not in look.THEMES:
            raise Refused(said("drawing.language"))

    def shown(self, value: Value) -> str:
        """A number in the reader's digits; "–" where there is none."""
        if value is None:
            return say("drawing.none", self.language)
        return number(half_up(Decimal(str(value)), self.decimals), self.language)

    def height(self, size: float, lines: int = 1) -> float:
        """Of that many lines of text."""
        return size * look.LEADING[self.language] * lines

    @property
    def inner(self) -> float:
        return self.width - 2 * EDGE


class Page:
    """A canvas filled from the top: title and unit first, then what a chart takes, then the note."""

    def __init__(self, about: About, body: float) -> None:
        self.about, self.body = about, body
        self.title = look.wrapped(about.title, look.LARGE, about.inner)
        self.unit = look.wrapped(about.unit, look.SMALL, about.inner)
        self.note = look.wrapped(about.note, look.SMALL, about.inner) if about.note else []
        self.head = EDGE + about.height(look.LARGE, len(self.title)) + about.height(look.SMALL, len(self.unit)) + 6
        foot = about.height(look.SMALL, len(self.note)) + 4 if self.note else 0
        self.height = self.head + body + foot + EDGE

    def board(self) -> Any:
        return look.drawing_board(self.about.width, self.height, self.about.theme)

    def frame(self, canvas: Canvas, colours: dict[str, str]) -> None:
        """Title, unit and note in their places."""
        y = self._lines(canvas, self.title, EDGE, look.LARGE, colours["ink"])
        self._lines(canvas, self.unit, y, look.SMALL, colours["ink-2"])
        self._lines(canvas, self.note, self.head + self.body + 4, look.SMALL, colours["ink-2"])

    def _lines(self, canvas: Canvas, lines: list[str], top: float, size: float, ink: str) -> float:
        for line in lines:
            self.write(canvas, EDGE, top, line, size=size, color=ink)
            top += self.about.height(size)
        return top

    def write(self, canvas: Canvas, x: float, top: float, text: str, **how: Any) -> None:
        """A line of text whose line begins at `top` user units below the upper edge."""
        size = how.pop("size", look.NORMAL)
        base = top + size * (look.LEADING[self.about.language] + 1) / 2 - size * 0.12
        canvas.text(x / self.about.width, 1 - base / self.height, text, size=size, va="baseline", **how)

    def plot(self, canvas: Canvas, top: float, height: float, left: float = EDGE, right: float = EDGE) -> Any:
        """Axes without frame or ticks, `top` user units below the head."""
        w, h = self.about.width, self.height
        bottom = 1 - (self.head + top + height) / h
        axes = canvas.add_axes((left / w, bottom, (w - left - right) / w, height / h))
        axes.patch.set_alpha(0)
        for spine in axes.spines.values():
            spine.set_visible(False)
        axes.tick_params(length=0)
        return axes

    def done(self, canvas: Canvas, kind: str, said_: str, table: list[tuple[str, ...]]) -> Drawing:
        about = self.about
        head = say(f"drawing.{kind}", about.language, title=about.title, unit=about.unit)
        text = " ".join(part for part in (head, said_, about.note) if part)
        picture = svg.rendered(canvas, about.title, text)
        return Drawing(about.title, picture, text, tuple(table), about.language, about.theme)
