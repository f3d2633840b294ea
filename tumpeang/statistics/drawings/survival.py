"""Curves of what is still open, by day: the band of each, and beneath it how many are left to be seen."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.lines import Line2D

from tumpeang.statistics.drawings import look
from tumpeang.statistics.drawings.charts import MOST_SERIES, _key, ticks_of
from tumpeang.statistics.drawings.drawing import EDGE, About, Drawing, Page
from tumpeang.statistics.wording import Refused, number, percent, said, say

if TYPE_CHECKING:  # whoever draws bars need not wait for lifelines
    from tumpeang.statistics.durations import Curve

HEIGHT = 210.0
LEFT = EDGE + 42
THIN = 0.8


def survival(about: About, curves: "Mapping[str, Curve]") -> Drawing:
    """Steps of each curve with its interval; thin where fewer than ten are left. Takes curves of exits too."""
    if not 0 < len(curves) <= MOST_SERIES:
        raise Refused(said("drawing.series", most=MOST_SERIES))
    line = about.height(look.SMALL)
    key, foot = line * len(curves) + 8, line * (len(curves) + 2) + 6
    page = Page(about, key + HEIGHT + foot)
    last = max(float(curve.days[-1]) for curve in curves.values()) or 1.0
    ticks = ticks_of(last, most=6)
    with page.board() as (canvas, colours):
        page.frame(canvas, colours)
        axes = page.plot(canvas, key, HEIGHT, left=LEFT, right=EDGE + 10)
        for place, (name, curve) in enumerate(curves.items()):
            _key(page, canvas, place, name, place * line, colours)
            _steps(axes, curve, place, colours)
        _axes(axes, about, ticks, last, colours)
        _at_risk(page, canvas, curves, ticks, last, key + HEIGHT + line + 4, colours)
        words = [_told(about, name, curve) for name, curve in curves.items()]
        if any(curve.thin_from is not None for curve in curves.values()):
            words.append(say("drawing.thin", about.language))
        return page.done(canvas, "survival", " ".join(words), _table(about, curves, ticks))


def _steps(axes: Any, curve: "Curve", place: int, colours: dict[str, str]) -> None:
    ink, style = look.colour(colours, place), look.SERIES[place % len(look.SERIES)][1]
    start = 1.0 if curve.what == "open" else 0.0
    days = np.concatenate([[0.0], curve.days])
    share = np.concatenate([[start], curve.share])
    low, high = np.concatenate([[start], curve.low]), np.concatenate([[start], curve.high])
    axes.fill_between(days, low, high, step="post", color=ink, alpha=0.16, linewidth=0)
    thin = len(days) if curve.thin_from is None else int(np.searchsorted(days, curve.thin_from))
    axes.step(days[: thin + 1], share[: thin + 1], where="post", color=ink, linestyle=style, linewidth=2.2)
    axes.step(days[thin:], share[thin:], where="post", color=ink, linestyle=style, linewidth=THIN)


def _axes(axes: Any, about: About, ticks: list[float], last: float, colours: dict[str, str]) -> None:
    axes.set(xlim=(0, last), ylim=(0, 1.02))
    shares = [0.0, 0.25, 0.5, 0.75, 1.0]
    labels = [percent(share, about.language, 0) for share in shares]
    axes.set_yticks(shares, labels, size=look.SMALL, color=colours["ink-2"])
    axes.set_xticks(ticks, [number(tick, about.language) for tick in ticks], size=look.SMALL, color=colours["ink-2"])
    axes.hlines(shares, 0, last, color=colours["line"], linewidth=0.8, zorder=0)


def _at_risk(
    page: Page,
    canvas: Any,
    curves: "Mapping[str, Curve]",
    ticks: list[float],
    last: float,
    top: float,
    colours: dict[str, str],
) -> None:
    """Under the days, how many of each curve are still seen on that day."""
    about, line = page.about, page.about.height(look.SMALL)
    scale = (about.width - LEFT - EDGE - 10) / last
    heading = f"{say('drawing.days', about.language)} · {say('drawing.at-risk', about.language)}"
    page.write(canvas, EDGE, page.head + top, heading, size=look.SMALL - 1, color=colours["ink-2"])
    for place, curve in enumerate(curves.values()):
        where = page.head + top + line * (place + 1)
        for tick in ticks:
            shown = number(_seen(curve, tick), about.language)
            page.write(
                canvas, LEFT + tick * scale, where, shown, size=look.SMALL - 1, ha="center",
                color=look.colour(colours, place),
            )  # fmt: skip
        axes_x = [EDGE / about.width, (EDGE + 18) / about.width]
        y = 1 - (where + line / 2) / page.height
        style = look.SERIES[place % len(look.SERIES)][1]
        canvas.add_artist(Line2D(axes_x, [y, y], color=look.colour(colours, place), linestyle=style, linewidth=2))


def _seen(curve: "Curve", day: float) -> int:
    """How many are still seen just before that day."""
    later = np.flatnonzero(curve.days >= day)
    return int(curve.at_risk[later[0]]) if len(later) else 0


def _told(about: About, name: str, curve: "Curve") -> str:
    half = float(curve.days[-1] // 2)  # a whole day: asked for as it is printed
    key = "drawing.still-open" if curve.what == "open" else "drawing.left-by"
    return say(
        key,
        about.language,
        name=name,
        half=percent(curve.at(half), about.language, 0),
        day=number(half, about.language),
        n=curve.n,
        open=curve.still_open,
    )


def _table(about: About, curves: "Mapping[str, Curve]", ticks: list[float]) -> list[tuple[str, ...]]:
    table: list[tuple[str, ...]] = [(say("drawing.days", about.language), *curves)]
    for tick in ticks:
        cells = []
        for curve in curves.values():
            if tick > curve.days[-1]:
                cells.append(say("drawing.none", about.language))
                continue
            place = int(np.searchsorted(curve.days, tick, side="right")) - 1
            three = (curve.share[place], curve.low[place], curve.high[place])
            at, low, high = (percent(float(value), about.language, 0) for value in three)
            cells.append(f"{at} ({low} – {high}; {number(_seen(curve, tick), about.language)})")
        table.append((number(tick, about.language), *cells))
    return table
