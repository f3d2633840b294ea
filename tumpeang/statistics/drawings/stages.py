"""The funnel and the waterfall: what enters, what leaves and why, what is still there. Words stand in every row."""

from collections.abc import Mapping, Sequence
from typing import Any

from matplotlib.patches import Rectangle

from tumpeang.statistics.drawings import look
from tumpeang.statistics.drawings.drawing import EDGE, About, Drawing, Page
from tumpeang.statistics.funnel import Funnel, Stage
from tumpeang.statistics.wording import Refused, number, said, say

BAR = 18.0
MOST_REASONS = 4  # told in the drawing; the table has them all


def funnel(about: About, given: Funnel, names: Mapping[str, str]) -> Drawing:
    """One row for each stage: passed, still open (hatched) and left, on one scale from the first stage.

    `names` gives each stage and reason its name in the drawing's language; a slug without one stands as it is.
    """
    lines = {stage.slug: _told(about, stage, names) for stage in given.stages}
    tall = {slug: about.height(look.SMALL, len(told)) + about.height(look.NORMAL) + BAR + 16 for slug, told in
            lines.items()}  # fmt: skip
    key = about.height(look.SMALL) + 10
    page = Page(about, key + sum(tall.values()))
    first = max(given.stages[0].entered, 1)
    with page.board() as (canvas, colours):
        page.frame(canvas, colours)
        axes = page.plot(canvas, 0, page.body)
        axes.set(xlim=(0, about.inner), ylim=(page.body, 0), xticks=[], yticks=[])
        _key(page, canvas, axes, colours)
        y = key
        for stage in given.stages:
            head = f"{names.get(stage.slug, stage.slug)}: {number(stage.entered, about.language)}"
            head = head.replace(":", "៖") if about.language == "km" else head
            page.write(canvas, EDGE, page.head + y, head, color=colours["ink"])
            top = y + about.height(look.NORMAL) + 3
            _segments(axes, stage, about.inner / first, top, colours)
            for place, line in enumerate(lines[stage.slug]):
                where = page.head + top + BAR + 3 + about.height(look.SMALL, place)
                page.write(canvas, EDGE, where, line, size=look.SMALL, color=colours["ink-2"])
            y += tall[stage.slug]
        return page.done(canvas, "funnel", " ".join(_sentences(about, given, names)), _table(about, given, names))


def _parts(colours: dict[str, str]) -> dict[str, dict[str, Any]]:
    """How passed, open and left look; each differs by more than its colour."""
    return {
        "passed": {"facecolor": colours["leaf"], "edgecolor": colours["leaf"]},
        "open": {"facecolor": colours["surface"], "edgecolor": colours["sky"], "hatch": "////"},
        "gone": {"facecolor": colours["sunken"], "edgecolor": colours["edge"]},
    }


def _key(page: Page, canvas: Any, axes: Any, colours: dict[str, str]) -> None:
    about, x = page.about, 0.0
    middle = about.height(look.SMALL) / 2
    for what, style in _parts(colours).items():
        axes.add_patch(Rectangle((x, middle - 5), 16, 10, linewidth=1, **style))
        name = say(f"drawing.{what}", about.language)
        page.write(canvas, EDGE + x + 22, page.head, name, size=look.SMALL, color=colours["ink"])
        x += 22 + look.width_of(name, look.SMALL) + 18


def _segments(axes: Any, stage: Stage, scale: float, top: float, colours: dict[str, str]) -> None:
    x = 0.0
    for what, count in (("passed", stage.passed), ("open", stage.open), ("gone", stage.gone)):
        if count:
            axes.add_patch(Rectangle((x, top), count * scale, BAR, linewidth=1, **_parts(colours)[what]))
        x += count * scale


def _told(about: About, stage: Stage, names: Mapping[str, str]) -> list[str]:
    line = say("drawing.stage-line", about.language, passed=stage.passed, open=stage.open, gone=stage.gone)
    if stage.left:
        line += f" ({_reasons(about, stage, names, MOST_REASONS)})"
    return look.wrapped(line, look.SMALL, about.inner)


def _reasons(about: About, stage: Stage, names: Mapping[str, str], most: int) -> str:
    told = [f"{names.get(reason, reason)} {number(count, about.language)}" for reason, count in stage.left[:most]]
    return ", ".join(told + (["…"] if len(stage.left) > most else []))


def _sentences(about: About, given: Funnel, names: Mapping[str, str]) -> list[str]:
    return [
        say(
            "drawing.stage",
            about.language,
            stage=names.get(stage.slug, stage.slug),
            entered=stage.entered,
            passed=stage.passed,
            gone=stage.gone,
            open=stage.open,
        )
        for stage in given.stages
    ]


def _table(about: About, given: Funnel, names: Mapping[str, str]) -> list[tuple[str, ...]]:
    head = ("", *(say(f"drawing.{what}", about.language) for what in ("entered", "passed", "open", "gone", "why")))
    rows: list[tuple[str, ...]] = [head]
    for stage in given.stages:
        counts = (number(n, about.language) for n in (stage.entered, stage.passed, stage.open, stage.gone))
        why = _reasons(about, stage, names, len(stage.left))
        rows.append((names.get(stage.slug, stage.slug), *counts, why))
    return rows


def waterfall(about: About, start: tuple[str, int], steps: Sequence[tuple[str, int]], rest: str) -> Drawing:
    """From a total by steps to what remains: each step's bar hangs where the last ended. Steps are taken away."""
    left = [start[1]]
    for _, count in steps:
        left.append(left[-1] - count)
    if min(left) < 0 or any(count < 0 for _, count in steps):
        raise Refused(said("drawing.steps"))
    rows = [(start[0], 0, start[1]), *((label, left[i + 1], left[i]) for i, (label, _) in enumerate(steps))]
    rows.append((rest, 0, left[-1]))
    row = about.height(look.NORMAL) + BAR + 8
    page = Page(about, row * len(rows))
    widest = look.width_of("−" + about.shown(start[1]), look.NORMAL) + 10
    scale = (about.inner - widest) / max(start[1], 1)
    with page.board() as (canvas, colours):
        page.frame(canvas, colours)
        axes = page.plot(canvas, 0, page.body)
        axes.set(xlim=(0, about.inner), ylim=(page.body, 0), xticks=[], yticks=[])
        for place, (label, low, high) in enumerate(rows):
            whole = place in {0, len(rows) - 1}
            style = _parts(colours)["passed" if whole else "gone"]
            top = row * place + about.height(look.NORMAL) + 2
            axes.add_patch(Rectangle((low * scale, top), (high - low) * scale, BAR, linewidth=1, **style))
            page.write(canvas, EDGE, page.head + row * place, label, color=colours["ink"])
            shown = ("" if whole else "−") + about.shown(high - low)
            page.write(canvas, EDGE + high * scale + 6, page.head + top, shown, color=colours["ink"])
        table = [("", about.unit)]
        table += [(label, ("" if i in {0, len(rows) - 1} else "−") + about.shown(high - low)) for i, (label, low, high)
                  in enumerate(rows)]  # fmt: skip
        words = "; ".join(f"{label} {value}" for label, value in table[1:]) + say("drawing.stop", about.language)
        return page.done(canvas, "waterfall", words, list(table))
