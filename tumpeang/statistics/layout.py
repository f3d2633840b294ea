"""A counted table as people read it: headings, numbers in their digits, and the notes without which it misleads."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

from tumpeang.statistics import rounding
from tumpeang.statistics.errors import SpecError
from tumpeang.statistics.figures import Figure
from tumpeang.statistics.spec import MISSING, NOT_KNOWN, UNKNOWN
from tumpeang.statistics.tables import Axis, Table
from tumpeang.statistics.units import unit as unit_named
from tumpeang.statistics.wording import say

SHOWN = ("count", "share", "both")
HELD, NONE = "×", "–"
_OF_ALL = "table.total"


@dataclass(frozen=True)
class Layout:
    """`headings` (one line), `rows` (as many entries each), `notes` (sentences); `title` may be empty."""

    title: str
    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    notes: tuple[str, ...]

    def markdown(self) -> str:
        """The table as Markdown, title above and notes below."""
        lines = [_line(line) for line in (self.headings, ("---",) * len(self.headings), *self.rows)]
        title = [f"**{self.title}**", ""] if self.title else []
        return "\n".join([*title, *lines, "", *(f"{note}  " for note in self.notes)])


def _line(entries: Sequence[str]) -> str:
    """One line of a Markdown table; an entry of several lines would end it."""
    plain = (" ".join(entry.splitlines()).replace("|", "\\|") for entry in entries)
    return "| " + " | ".join(plain) + " |"


def lay_out(table: Table, language: str = "en", *, show: str = "both") -> Layout:
    """The table for a reader of "en" or "km": counts, shares, or both ("36 (17.1 %)"), totals last.

    Where a share has no base (a total over the dimension that the base lies within), the count stands alone. Raises
    `SpecError` for shares of a table that declares no denominator.
    """
    if show not in SHOWN:
        raise SpecError(f"a table shows one of {', '.join(SHOWN)}, not {show!r}")
    if show == "share" and table.spec.denominator is None:
        raise SpecError(f"{table.spec.name} declares no denominator, so it has no shares")
    down, across = (table.axes[: len(table.spec.rows)], table.axes[len(table.spec.rows) :])
    columns = list(_places(across))
    heads = [
        *(table.spec.word(axis.name, language) for axis in down),
        *(_heading(across, where, language) for where in columns),
    ]
    rows = []
    for where in _places(down):
        named = [category_name(axis, where[axis.name], language) if axis.name in where else "" for axis in down]
        if down and not where:
            named[0] = say(_OF_ALL, language)
        rows.append((*named, *(_entry(table, {**where, **column}, language, show) for column in columns)))
    return Layout(
        table.spec.word("title", language), tuple(heads), tuple(rows), tuple(notes(table, language, rows, show))
    )


def category_name(axis: Axis, category: str, language: str) -> str:
    """What the reader calls it: its label, or the words for unknown and missing, or the category itself."""
    apart = {UNKNOWN: "table.unknown", MISSING: "table.missing"}
    if category in apart:
        return say(apart[category], language)
    return axis.dimension.labels.get(category, {}).get(language, category)


def _places(axes: Sequence[Axis]) -> Iterator[dict[str, str]]:
    """Every choice of one category of each axis, then none: the total."""
    if axes:
        for chosen in product(*(axis.categories for axis in axes)):
            yield dict(zip((axis.name for axis in axes), chosen, strict=True))
    yield {}


def _heading(across: Sequence[Axis], where: Mapping[str, str], language: str) -> str:
    if not where:
        return say(_OF_ALL, language)
    return ", ".join(category_name(axis, where[axis.name], language) for axis in across)


def _entry(table: Table, where: dict[str, str], language: str, show: str) -> str:
    base = table.spec.denominator
    count = table.cell(**where)
    share = table.share(**where) if base and set(base.within) <= set(where) else None
    if show == "count" or share is None:
        return _number(count, language) if show != "share" else ""
    if show == "share" or count.withheld:
        return _number(share, language)
    return f"{_number(count, language)} ({_number(share, language)})"


def _number(figure: Figure, language: str) -> str:
    if figure.withheld:
        return HELD
    text = figure.text(language)
    return text if figure.unit == "percent" else text.split(" ")[0]


def notes(table: Table, language: str, rows: Sequence[Sequence[str]] = (), show: str = "both") -> Iterator[str]:
    """The sentences that must stand below: of whom, when and where, of what base, what is apart or left out, whence."""
    spec = table.spec
    name = unit_named(spec.unit).name(language)
    yield say("table.counted", language, unit=name, definition=spec.word("definition", language))
    where = [part for part in (spec.word("place", language), spec.period.text(language) if spec.period else "") if part]
    if where:
        yield say("table.where", language, where=", ".join(where))
    if spec.denominator and show != "count":
        kept = "-kept" if spec.rounding == rounding.KEEP_TOTAL else ""
        base = spec.word("denominator", language)
        yield say(f"table.base{kept}", language, definition=base, decimals=spec.decimals)
        if spec.denominator.known_only:
            yield say("table.known", language)
    if any(category in NOT_KNOWN for axis in table.axes for category in axis.categories):
        yield say("table.apart", language)
    if overlapping := [axis.name for axis in table.axes if axis.dimension.overlapping]:
        yield say("table.overlapping", language, names=", ".join(spec.word(name, language) for name in overlapping))
    if table.undated:
        yield say("table.undated", language, rows=table.undated)
    entries = [entry for row in rows for entry in row]
    for sign, key in ((HELD, "table.withheld"), (NONE, "table.none")):
        if any(entry == sign or f"({sign})" in entry for entry in entries):
            yield say(key, language)
    if spec.source:
        yield say("table.source", language, source=spec.word("source", language))
