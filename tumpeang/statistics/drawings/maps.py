"""The 25 provinces, shaded in a few classes, the number in each that has room; what may not be shown is hatched."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np
from matplotlib.colors import to_rgb
from matplotlib.patches import Polygon, Rectangle

from tumpeang.statistics.drawings import look
from tumpeang.statistics.drawings.charts import _extremes
from tumpeang.statistics.drawings.drawing import EDGE, About, Drawing, Page, Value, check_numbers
from tumpeang.statistics.wording import Refused, said, say

CLASSES = 4
LOOSE = 1.05  # a number may be that much wider than twice the room around its place: it is low
STRETCH = 1 / np.cos(np.radians(12.5))  # a degree of longitude is shorter than one of latitude here
Ring = list[tuple[float, float]]
Bounds = list[tuple[float, float]]  # of each class


@dataclass(frozen=True)
class Province:
    """Its official code, its names, and the outlines of its parts in degrees."""

    code: str
    names: dict[str, str]
    rings: tuple[Ring, ...]

    @property
    def largest(self) -> Ring:
        return max(self.rings, key=area)


def area(ring: Ring) -> float:
    """Of a closed ring, in square degrees (the shoelace formula)."""
    x, y = np.array(ring).T
    return float(abs(np.dot(x[:-1], y[1:]) - np.dot(x[1:], y[:-1])) / 2)


@cache
def middle(code: str) -> tuple[float, float, float]:
    """A point well within a province: of a grid, the one farthest from its outline and from what it surrounds.

    With how far that is, in degrees: the room for a number.
    """
    ring = provinces()[code].largest
    others = [province.largest for province in provinces().values() if province.code != code]
    around = [other for other in others if area(other) < area(ring)]
    points = np.array(ring)
    xs, ys = (np.linspace(points[:, i].min(), points[:, i].max(), 18)[1:-1] for i in (0, 1))
    grid = np.array([(x, y) for x in xs for y in ys])
    inside = grid[Polygon(points).get_path().contains_points(grid)]
    for other in around:  # Kandal's outline goes around Phnom Penh
        inside = inside[~Polygon(other).get_path().contains_points(inside)]
    outline = np.array([*ring, *(point for other in around for point in other)])
    distance = np.linalg.norm(inside[:, None] - outline[None], axis=2).min(axis=1)
    x, y = inside[int(distance.argmax())]
    return float(x), float(y), float(distance.max())


@cache
def provinces() -> dict[str, Province]:
    """All 25 by code, from provinces/cambodia.geojson (ODbL; see the README beside it)."""
    text = files("tumpeang.statistics.drawings").joinpath("provinces/cambodia.geojson").read_text(encoding="utf-8")
    found = {}
    for feature in json.loads(text)["features"]:
        about = feature["properties"]
        rings = tuple([(x, y) for x, y in part[0]] for part in feature["geometry"]["coordinates"])
        found[about["code"]] = Province(about["code"], {"km": about["km"], "en": about["en"]}, rings)
    return found


def provinces_map(about: About, values: Mapping[str, Value]) -> Drawing:
    """`values` by province code ("01" to "25"); a province that is missing or None is not shown, and said so."""
    known = provinces()
    for code in values:
        if code not in known:
            raise Refused(said("drawing.codes", code=str(code)))
    check_numbers(values.values())
    bounds = breaks([float(v) for v in values.values() if v is not None])
    line = about.height(look.SMALL)
    wide, high = _spans()
    tall = about.inner * high * STRETCH / wide
    credit = say("drawing.credit", about.language)
    rows: list[int | None] = list(range(len(bounds)))
    if any(values.get(code) is None for code in known):
        rows.append(None)
    page = Page(_with_credit(about, credit), tall + line * len(rows) + 14)
    with page.board() as (canvas, colours):
        page.frame(canvas, colours)
        axes = page.plot(canvas, 0, tall)
        axes.set(xticks=[], yticks=[])
        for code, province in known.items():
            _province(axes, about, province, values.get(code), bounds, colours)
        axes.set_aspect(STRETCH)
        axes.margins(0.005)
        axes.autoscale_view()
        _key(page, canvas, bounds, rows, tall + 8, colours)
        named = [(province.names[about.language], values.get(code)) for code, province in known.items()]
        table = [(say("drawing.province", about.language), about.unit)]
        table += [(name, _shown(about, value)) for name, value in named]
        return page.done(canvas, "map", _extremes(about, named), list(table))


def _with_credit(about: About, credit: str) -> About:
    return replace(about, note=f"{about.note} {credit}".strip())


def _shown(about: About, value: Value) -> str:
    return say("drawing.withheld", about.language) if value is None else about.shown(value)


@cache
def _spans() -> tuple[float, float]:
    """Width and height of the country in degrees."""
    points = np.array([point for province in provinces().values() for ring in province.rings for point in ring])
    wide, high = np.ptp(points, axis=0)
    return float(wide), float(high)


def breaks(values: list[float]) -> Bounds:
    """At most four classes with about as many provinces in each: (lowest, highest) of what is really in them."""
    if not values:
        return []
    ordered = np.array(sorted(values))
    edges = np.unique(np.quantile(ordered, np.linspace(0, 1, CLASSES + 1), method="inverted_cdf"))
    found, above = [], -np.inf
    for edge in edges if len(edges) == 1 else edges[1:]:
        within = ordered[(ordered > above) & (ordered <= edge)]
        if len(within):
            found.append((float(within[0]), float(within[-1])))
        above = edge
    return found


def _shade(place: int, of: int, colours: dict[str, str]) -> tuple[float, ...]:
    """From the pale to the full leaf colour."""
    pale, full = np.array(to_rgb(colours["leaf-soft"])), np.array(to_rgb(colours["leaf"]))
    share = 1.0 if of == 1 else place / (of - 1)
    return tuple(pale + (full - pale) * share)


def _province(
    axes: Any,
    about: About,
    province: Province,
    value: Value,
    bounds: Bounds,
    colours: dict[str, str],
) -> None:
    place = next((i for i, (low, high) in enumerate(bounds) if value is not None and low <= value <= high), None)
    style = _look_of(place, len(bounds), colours)
    for ring in province.rings:
        axes.add_patch(Polygon(ring, closed=True, **style))
    x, y, room = middle(province.code)
    shown = about.shown(value)
    if place is not None and look.width_of(shown, look.SMALL) / 2 <= LOOSE * room * about.inner / _spans()[0]:
        ink = readable(style["facecolor"], colours)
        axes.text(x, y, shown, size=look.SMALL, ha="center", va="center", color=ink)


def readable(ground: tuple[float, ...], colours: dict[str, str]) -> str:
    """Whichever of the two inks stands out more from that ground (relative luminance as in WCAG)."""

    def light(rgb: Any) -> float:
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in rgb]  # noqa: PLR2004
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2] + 0.05

    inks = (colours["ink"], colours["leaf-ink"])
    under = light(ground)
    return max(inks, key=lambda ink: max(light(to_rgb(ink)) / under, under / light(to_rgb(ink))))


def _look_of(place: int | None, of: int, colours: dict[str, str]) -> dict[str, Any]:
    if place is None:
        return {"facecolor": colours["surface"], "edgecolor": colours["edge"], "hatch": "////", "linewidth": 0.8}
    return {"facecolor": _shade(place, of, colours), "edgecolor": colours["edge"], "linewidth": 0.6}


def _key(page: Page, canvas: Any, bounds: Bounds, rows: list[int | None], top: float, colours: dict[str, str]) -> None:
    """What each shade stands for, beneath the map."""
    about, line = page.about, page.about.height(look.SMALL)
    axes = page.plot(canvas, top, line * len(rows))
    axes.set(xlim=(0, about.inner), ylim=(line * len(rows), 0), xticks=[], yticks=[])
    for row, place in enumerate(rows):
        y = line * row + line / 2
        axes.add_patch(Rectangle((1, y - 5), 20, 10, **_look_of(place, len(bounds), colours)))
        text = say("drawing.withheld", about.language)
        if place is not None:
            low, high = bounds[place]
            text = about.shown(low) if low == high else f"{about.shown(low)} – {about.shown(high)}"
        page.write(canvas, EDGE + 30, page.head + top + line * row, text, size=look.SMALL, color=colours["ink"])
