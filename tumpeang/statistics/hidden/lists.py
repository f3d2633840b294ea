"""Incomplete lists of one population: who is on which, and whether they can say anything about who is on none.

`Lists` holds how many people have each history: a history is a tuple of 0 and 1, one for each list, in order; the
history of all zeros is what is to be estimated and cannot be given. Matching people across lists comes before: two
records of one person that were not joined make every estimate too large.
"""

import operator
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tumpeang.statistics.wording import Refused, Said, said

FEWEST = 3  # with two lists, dependence between them cannot be told from a hidden population
MOST = 10  # 1,023 histories: beyond this lists must be joined first
FEWEST_SHARED = 3  # below this one wrong match would double the figure or halve it
FEW_SHARED = 10  # people on two lists or more, below which the figure hangs on a handful
History = tuple[int, ...]


@dataclass(frozen=True)
class Lists:
    """Names of the lists, in order, and how many people have each history. Make it with `read` or `of`."""

    names: tuple[str, ...]
    counts: Mapping[History, int]
    notes: tuple[Said, ...] = ()  # what was found or changed while reading: printed beside the figure

    @property
    def known(self) -> int:
        """People on at least one list."""
        return sum(self.counts.values())

    @property
    def shared(self) -> int:
        """People on two lists or more."""
        return sum(count for history, count in self.counts.items() if sum(history) > 1)

    def on(self, *places: int) -> int:
        """People who are on every one of these lists, given by their place."""
        return sum(count for history, count in self.counts.items() if all(history[i] for i in places))

    def cells(self) -> NDArray[np.int64]:
        """Every possible history but that of all zeros, as rows of 0 and 1: (2**lists - 1, lists)."""
        return histories(len(self.names))

    def column(self) -> NDArray[np.float64]:
        """The counts in the order of `cells`."""
        return np.array([self.counts.get(tuple(int(v) for v in row), 0) for row in self.cells()], dtype=float)


def histories(lists: int) -> NDArray[np.int64]:
    """All rows of 0 and 1 but the first: counted upward, the last list turning fastest."""
    whole = np.arange(1, 2**lists)
    return (whole[:, None] >> np.arange(lists)[::-1]) & 1


def read(rows: Any, *, count: str = "count") -> Lists:
    """Lists from rows such as those of a CSV: one column of 0 and 1 for each list, and a column with the count.

    `rows` are mappings, or a frame: pandas, Polars, Arrow or a DuckDB relation.
    """
    given = _mappings(rows)
    if not given or count not in given[0]:
        raise Refused(said("hidden.no-rows"))
    names = [name for name in given[0] if name != count]
    try:
        return of(names, [([row[name] for name in names], row[count]) for row in given])
    except KeyError as error:
        raise Refused(said("hidden.no-rows")) from error


def _mappings(rows: Any) -> list[dict[str, Any]]:
    """The rows of whatever holds them. Refused where they are none."""
    if hasattr(rows, "__arrow_c_stream__") or hasattr(rows, "collect"):
        from tumpeang.statistics.reading import as_arrow  # whoever has mappings needs no Arrow

        rows = as_arrow(rows).to_pylist()
    given = list(rows) if isinstance(rows, Iterable) else []
    if not all(isinstance(row, Mapping) for row in given):
        raise Refused(said("hidden.no-rows"))
    return [dict(row) for row in given]


def people(names: Sequence[str], members: Iterable[Iterable[str]]) -> Lists:
    """Lists from people: for each person the names of the lists that hold them."""
    found = Counter(tuple(int(name in person) for name in names) for person in (set(one) for one in members))
    return of(names, list(found.items()))


def identified(held: Mapping[str, Iterable[Any]]) -> Lists:
    """Lists from the pseudonyms that each holds: {"police": {"p1", "p7"}, "shelters": {"p7", "p9"}, ...}."""
    members: dict[Any, set[str]] = {}
    for name, pseudonyms in held.items():
        for pseudonym in pseudonyms:
            members.setdefault(pseudonym, set()).add(name)
    return people(list(held), members.values())


def of(names: Sequence[str], counted: Iterable[tuple[Sequence[Any], Any]]) -> Lists:
    """Lists from (history, count) pairs. Refused where an entry is not 0 or 1, or a count is not a whole number.

    A list that holds nobody is left out and noted; two lists that hold the same people are one list, and noted.
    """
    if len(set(names)) != len(names):
        raise Refused(said("hidden.names"))
    counts: Counter[History] = Counter()
    for history, people_here in counted:
        row, whole = tuple(_whole(v) for v in history), _whole(people_here)
        if len(row) != len(names) or not set(row) <= {0, 1} or whole < 0:
            raise Refused(said("hidden.entries"))
        if not any(row):
            if whole:
                raise Refused(said("hidden.all-zeros"))
            continue
        if whole:
            counts[row] += whole
    return _checked(tuple(names), counts)


def _whole(value: Any) -> int:
    """0, 1, "12", 12.0 as whole numbers; anything else is refused."""
    try:
        return int(value) if isinstance(value, str) else operator.index(value)
    except (TypeError, ValueError) as error:
        if isinstance(value, float) and value.is_integer():
            return int(value)
        raise Refused(said("hidden.entries")) from error


def _checked(names: tuple[str, ...], counts: Counter[History]) -> Lists:
    """Without lists that cannot tell anything; refused where what is left cannot carry an estimate.

    A list all of whose people are on one other list knows nobody outside that list: whatever the dependence of the
    two, the estimate is that without it (the model with their term has no maximum, and collapses). It is left out.
    """
    notes: list[Said] = []
    columns = {i: frozenset(history for history in counts if history[i]) for i in range(len(names))}
    kept: list[int] = []
    for i, holds in columns.items():
        around = next((j for j in columns if _within(columns, i, j)), None)
        if not holds:
            notes.append(said("hidden.empty-list", name=names[i]))
        elif around is not None:
            same = "hidden.same-list" if columns[around] == holds else "hidden.list-within"
            notes.append(said(same, name=names[i], other=names[around]))
        else:
            kept.append(i)
    thinner: Counter[History] = Counter()
    for history, count in counts.items():
        thinner[tuple(history[i] for i in kept)] += count
    lists = Lists(tuple(names[i] for i in kept), dict(sorted(thinner.items())), tuple(notes))
    _refuse(lists)
    return Lists(lists.names, lists.counts, (*notes, *_observed(lists)))


def _within(columns: Mapping[int, frozenset[History]], i: int, j: int) -> bool:
    """Whether list i holds nobody who is not on list j; of two that hold the same, the later is within the first."""
    return i != j and columns[i] <= columns[j] and (columns[i] != columns[j] or j < i)


def _refuse(lists: Lists) -> None:
    if len(lists.names) < FEWEST:
        raise Refused(said("hidden.few-lists", lists=len(lists.names)), because=lists.notes)
    if len(lists.names) > MOST:
        raise Refused(said("hidden.many-lists", most=MOST))
    if lists.shared == 0:
        raise Refused(said("hidden.no-overlap"))
    if lists.shared < FEWEST_SHARED:
        raise Refused(said("hidden.too-few-shared", shared=lists.shared, least=FEWEST_SHARED))
    if max(len(part) for part in _joined(lists)) < FEWEST:
        raise Refused(said("hidden.two-joined"))


def _joined(lists: Lists) -> list[set[int]]:
    """Which lists hang together by people whom they share."""
    parts = [{i} for i in range(len(lists.names))]
    for i, j in combinations(range(len(lists.names)), 2):
        if lists.on(i, j):
            one = next(part for part in parts if i in part)
            two = next(part for part in parts if j in part)
            if one is not two:
                parts.remove(two)
                one |= two
    return parts


def _observed(lists: Lists) -> list[Said]:
    """What a reader must know of these lists before any figure: a list apart, few people shared."""
    notes = []
    for i, name in enumerate(lists.names):
        others = [j for j in range(len(lists.names)) if j != i]
        if not any(lists.on(i, j) for j in others):
            notes.append(said("hidden.list-apart", name=name))
    if lists.shared < FEW_SHARED:
        notes.append(said("hidden.few-shared", shared=lists.shared))
    return notes
