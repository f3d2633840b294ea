"""Bars, lines with their interval, and small multiples. Values are numbers, or None where there is none to show."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.lines import Line2D

from tumpeang.statistics.drawings import look
from tumpeang.statistics.drawings.drawing import EDGE, About, Drawing, Page, Value, check_numbers
from tumpeang.statistics.figures import Figure
from tumpeang.statistics.wording import Refused, said, say

BAR, MOST_BARS, MOST_SERIES, MOST_PANELS = 14.0, 40, 4, 25


@dataclass(frozen=True)
class Bar:
    """A label, its value, and the bounds of its interval where there are any."""

    label: str
    value: Value
    low: Value = None
    high: Value = None

    @classmethod
    def of(cls, label: str, figure: Figure) -> "Bar":
        """The bar of a figure, its interval with it; what is withheld has no bar."""
        bounds = figure.interval if figure.value is not None else None
        return cls(label, figure.value, bounds.low if bounds else None, bounds.high if bounds else None)


@dataclass(frozen=True)
class Series:
    """A name and one value for each place of the axis, with bounds where there are any."""

    name: str
    values: Sequence[Value]
    low: Sequence[Value] = ()
    high: Sequence[Value] = ()


def _floats(values: Sequence[Value]) -> Any:
    return np.array([np.nan if value is None else float(value) for value in values])


def bars(about: About, rows: Sequence[Bar]) -> Drawing:
    """Horizontal bars from nought, each under its label with its value at its end; whiskers where there are bounds."""
    if not 0 < len(rows) <= MOST_BARS:
        raise Refused(said("drawing.rows", most=MOST_BARS))
    check_numbers(value for row in rows for value in (row.value, row.low, row.high))
    if any(row.value is not None and row.value < 0 for row in rows):
        raise Refused(said("drawing.negative"))
    labels = [look.wrapped(row.label, look.NORMAL, about.inner) for row in rows]
    tall = [about.height(look.NORMAL, len(lines)) + BAR + 11 for lines in labels]
    page = Page(about, sum(tall))
    ends = [max(float(v) for v in (row.value, row.high) if v is not None) for row in rows if row.value is not None]
    top = max(ends, default=1.0) or 1.0
    widest = max(look.width_of(about.shown(row.value), look.NORMAL) for row in rows) + 10
    with page.board() as (canvas, colours):
        page.frame(canvas, colours)
        axes = page.plot(canvas, 0, page.body, right=EDGE + widest)
        axes.set(xlim=(0, top), ylim=(page.body, 0), xticks=[], yticks=[])
        y = 0.0
        for row, lines, height in zip(rows, labels, tall, strict=True):
            for place, line in enumerate(lines):
                page.write(canvas, EDGE, page.head + y + about.height(look.NORMAL, place), line, color=colours["ink"])
            _bar(axes, about, row, y + height - BAR / 2 - 8, colours)
            y += height
        table = _bar_table(about, rows)
        return page.done(canvas, "bars", _extremes(about, [(row.label, row.value) for row in rows]), table)


def _bar(axes: Any, about: About, row: Bar, y: float, colours: dict[str, str]) -> None:
    end = 0.0 if row.value is None else float(row.value)
    axes.barh(y, end, BAR, color=colours["leaf"])
    if row.low is not None and row.high is not None:
        for ink, thick in (("surface", 4.2), ("sun", 1.8)):  # cased, so that it is seen on the bar as well
            low, high = float(row.low), float(row.high)
            axes.plot([low, high], [y, y], color=colours[ink], linewidth=thick, clip_on=False)
            for bound in (low, high):
                axes.plot([bound, bound], [y - 4, y + 4], color=colours[ink], linewidth=thick, clip_on=False)
    label = max(end, float(row.high or 0))
    axes.annotate(
        about.shown(row.value), (label, y), (6, 0), textcoords="offset points", va="center", color=colours["ink"]
    )


def _bar_table(about: About, rows: Sequence[Bar]) -> list[tuple[str, ...]]:
    bounded = any(row.low is not None for row in rows)
    head = ["", about.unit]
    if bounded:
        head += [say("drawing.low", about.language), say("drawing.high", about.language)]
    table = [tuple(head)]
    for row in rows:
        cells = [row.label, about.shown(row.value)]
        table.append(tuple(cells + ([about.shown(row.low), about.shown(row.high)] if bounded else [])))
    return table


def _extremes(about: About, named: Sequence[tuple[str, Value]]) -> str:
    """The largest and the smallest in words."""
    known = [(label, value) for label, value in named if value is not None]
    if not known:
        return say("drawing.nothing", about.language)
    most, least = max(known, key=lambda pair: pair[1]), min(known, key=lambda pair: pair[1])
    return say(
        "drawing.extremes",
        about.language,
        most=most[0],
        most_value=about.shown(most[1]),
        least=least[0],
        least_value=about.shown(least[1]),
    )


def lines(about: About, places: Sequence[str], series: Sequence[Series]) -> Drawing:
    """Lines over ordered places (years), each with its band and its name at its end; the axis begins at nought."""
    _checked(places, series)
    key = about.height(look.SMALL) * len(series) + 8
    page = Page(about, key + 200 + about.height(look.SMALL) + 10)
    with page.board() as (canvas, colours):
        page.frame(canvas, colours)
        for place, one in enumerate(series):
            _key(page, canvas, place, one.name, place * about.height(look.SMALL), colours)
        axes = page.plot(canvas, key, 200, left=EDGE + 40, right=EDGE + 12)
        _panel(axes, about, places, series, _top(series), colours)
        table = _series_table(about, places, series)
        return page.done(canvas, "lines", _ends(about, places, series), table)


def _checked(places: Sequence[str], series: Sequence[Series]) -> None:
    if len(places) < 2 or not 0 < len(series) <= MOST_SERIES:  # noqa: PLR2004
        raise Refused(said("drawing.series", most=MOST_SERIES))
    if any(len(row) not in {0, len(places)} for one in series for row in (one.low, one.high)):
        raise Refused(said("drawing.lengths"))
    if any(len(one.values) != len(places) for one in series):
        raise Refused(said("drawing.lengths"))
    check_numbers(value for one in series for row in (one.values, one.low, one.high) for value in row)


def _key(page: Page, canvas: Any, place: int, name: str, top: float, colours: dict[str, str]) -> None:
    """A sample of the line beside its name."""
    about, ink = page.about, look.colour(colours, place)
    y = 1 - (page.head + top + about.height(look.SMALL) / 2) / page.height
    xs = [EDGE / about.width, (EDGE + 26) / about.width]
    style = look.SERIES[place % len(look.SERIES)][1]
    canvas.add_artist(Line2D(xs, [y, y], color=ink, linestyle=style, linewidth=2.2))
    page.write(canvas, EDGE + 34, page.head + top, name, size=look.SMALL, color=colours["ink"])


def _top(series: Sequence[Series]) -> float:
    known = [v for one in series for row in (one.values, one.high) for v in row if v is not None]
    return max((float(v) for v in known), default=1.0) or 1.0


def _panel(
    axes: Any, about: About, places: Sequence[str], series: Sequence[Series], top: float, colours: dict[str, str]
) -> None:
    """The lines of one field, with a few ticks and pale lines across."""
    xs = np.arange(len(places))
    for place, one in enumerate(series):
        ink = look.colour(colours, place)
        if len(one.low) and len(one.high):
            axes.fill_between(xs, _floats(one.low), _floats(one.high), color=ink, alpha=0.18, linewidth=0)
        style = look.SERIES[place % len(look.SERIES)][1]
        axes.plot(xs, _floats(one.values), color=ink, linestyle=style, linewidth=2, marker="o", markersize=3.5)
    axes.set(xlim=(-0.2, len(places) - 0.8), ylim=(0, top * 1.06))
    ticks = ticks_of(top, about.decimals)
    axes.set_yticks(ticks, [about.shown(tick) for tick in ticks], size=look.SMALL, color=colours["ink-2"])
    every = max(1, -(-len(places) // 7))
    axes.set_xticks(xs[::every], list(places)[::every], size=look.SMALL, color=colours["ink-2"])
    axes.hlines(ticks, *axes.get_xlim(), color=colours["line"], linewidth=0.8, zorder=0)


def ticks_of(top: float, decimals: int = 0, most: int = 5) -> list[float]:
    """Nought and a few round numbers up to the top."""
    least = 10.0**-decimals
    steps = (m * 10.0**e for e in range(-6, 13) for m in (1, 2, 5))
    step = next(one for one in steps if top / one <= most and one >= least * 0.999)
    return [round(place * step, 9) for place in range(int(top / step + 1e-9) + 1)]


def _series_table(about: About, places: Sequence[str], series: Sequence[Series]) -> list[tuple[str, ...]]:
    table: list[tuple[str, ...]] = [("", *(one.name for one in series))]
    for i, place in enumerate(places):
        cells = []
        for one in series:
            bounds = f" ({about.shown(one.low[i])} – {about.shown(one.high[i])})" if len(one.low) else ""
            cells.append(about.shown(one.values[i]) + bounds)
        table.append((place, *cells))
    return table


def _ends(about: About, places: Sequence[str], series: Sequence[Series]) -> str:
    parts = []
    for one in series:
        parts.append(
            say(
                "drawing.course",
                about.language,
                name=one.name,
                first=about.shown(one.values[0]),
                start=places[0],
                last=about.shown(one.values[-1]),
                end=places[-1],
            )
        )
    return " ".join(parts)


def small_multiples(about: About, places: Sequence[str], panels: Mapping[str, Sequence[Value]]) -> Drawing:
    """One small field for each name, all on one scale, so that they can be compared."""
    series = [Series(name, values) for name, values in panels.items()]
    if not 1 < len(series) <= MOST_PANELS:
        raise Refused(said("drawing.panels", most=MOST_PANELS))
    for one in series:
        _checked(places, [one])
    across = 2 if about.width < look.WIDTH else 3
    wide = about.inner / across
    names = [look.wrapped(one.name, look.SMALL, wide - 12) for one in series]
    head = about.height(look.SMALL, max(len(lines_) for lines_ in names)) + 2
    tall = head + 64 + about.height(look.SMALL) + 14
    page = Page(about, tall * -(-len(series) // across))
    top = _top(series)
    with page.board() as (canvas, colours):
        page.frame(canvas, colours)
        for place, one in enumerate(series):
            x, y = EDGE + wide * (place % across), tall * (place // across)
            for line, text in enumerate(names[place]):
                where = page.head + y + about.height(look.SMALL, line)
                page.write(canvas, x, where, text, size=look.SMALL, color=colours["ink"])
            axes = page.plot(canvas, y + head, 64, left=x + 26, right=about.width - x - wide + 10)
            _panel(axes, about, places, [one], top, colours)
            ends = [0, len(places) - 1]
            axes.set_xticks(ends, [places[i] for i in ends], size=look.SMALL - 1, color=colours["ink-2"])
            few = ticks_of(top, about.decimals, most=2)
            axes.set_yticks(few, [about.shown(tick) for tick in few], size=look.SMALL - 1, color=colours["ink-2"])
        last = [(one.name, one.values[-1]) for one in series]
        said_ = say("drawing.at", about.language, place=places[-1]) + " " + _extremes(about, last)
        return page.done(canvas, "multiples", said_, _series_table(about, places, series))
