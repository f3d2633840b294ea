"""Hiding cells so that no unsafe one can be worked out, with as little lost as possible, and the proof of it.

`suppress(linked, rules)` -> `Suppressed`: what to print, what was lost, and the proof. Small tables get the fewest
hidden cells that there can be (`exact.py`); large ones, or those that take too long, a good set (`patterns.py`).
Both end with the same proof.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal

import numpy as np

from tumpeang.statistics.disclosure.cells import Cell, Counts, LinkedTables, words
from tumpeang.statistics.disclosure.errors import CannotProtect, DisclosureError
from tumpeang.statistics.disclosure.exact import fewest
from tumpeang.statistics.disclosure.patterns import protect
from tumpeang.statistics.disclosure.primary import Primary, PrimaryRules
from tumpeang.statistics.disclosure.primary import primary as by_rules
from tumpeang.statistics.disclosure.proof import Proof, bound, digest, intervals
from tumpeang.statistics.disclosure.reader import Floats
from tumpeang.statistics.disclosure.witnesses import Mask, Witnesses

Method = Literal["auto", "exact", "patterns"]
EXACT_CELLS = 150  # the largest tables for which the fewest cells are looked for unasked
EXACT_SECONDS = 5.0


@dataclass(frozen=True)
class Suppressed:
    """A release with hidden cells. `hidden` covers the unsafe cells and those hidden to protect them (mask over
    cells).
    """

    linked: LinkedTables
    primary: Primary
    hidden: Mask
    method: str
    witnesses: Witnesses

    @property
    def lost(self) -> int:
        """Cells hidden for another's sake."""
        return int((self.hidden & ~self.primary.unsafe & ~self.linked.unprinted).sum())

    @property
    def printed(self) -> list[int | None]:
        """The cells in order, None where hidden."""
        return [None if gone else int(value) for value, gone in zip(self.linked.values, self.hidden, strict=True)]

    def table(self, number: int = 0) -> np.ndarray:
        """One of the tables as printed, totals included: floats, NaN where hidden; axes as in `Table.full`."""
        return np.where(self.hidden, np.nan, self.linked.values.astype(float))[self.linked.places[number]]

    @cached_property
    def proof(self) -> Proof:
        """Bounds of every hidden cell by linear programs over what is printed; reckoned when first asked for."""
        shown = np.where(self.hidden, 0, self.linked.values).astype(float)
        ends = intervals(self.linked.equations, shown, self.hidden)
        rows = []
        for place, interval in zip(np.flatnonzero(self.hidden).tolist(), ends, strict=True):
            if self.linked.unprinted[place]:
                continue
            unsafe, value = bool(self.primary.unsafe[place]), int(self.linked.values[place])
            lower, upper = int(self.primary.lower[place]), int(self.primary.upper[place])
            whole = not unsafe or all(self.witnesses.shows(place, need) for need in (-lower, upper) if need)
            need = (value - lower, value + upper) if unsafe else None
            rows.append(bound(self.linked.cells[place], interval, unsafe=unsafe, need=need, whole=whole))
        return Proof(digest(self.linked.cells, self.printed), tuple(rows))


def suppress(
    linked: LinkedTables,
    rules: PrimaryRules | Primary,
    *,
    keep: Iterable[Cell] = (),
    known: Iterable[Cell] = (),
    weights: Literal["cells", "counts"] | Floats = "cells",
    method: Method = "auto",
    seconds: float = 20.0,
) -> Suppressed:
    """Hide the unsafe cells and what protects them.

    `keep`: cells that must stay printed. `known`: cells that a reader knows anyway (a zero that cannot be
    otherwise); they hide nothing.
    `weights`: what hiding a cell costs: 1 each ("cells"), 1 + log2(1 + count) ("counts"), or an array over cells,
    all above 0.
    `seconds`: about how long to look for a smaller set; protection is never traded for time.
    Raises CannotProtect, naming a cell, when no set of hidden cells will do.
    """
    primary = rules if isinstance(rules, Primary) else by_rules(linked, rules)
    kept = (linked.mask(keep) | linked.mask(known)) & ~linked.unprinted
    if (kept & primary.unsafe).any():
        raise CannotProtect(
            f"{words(linked.cells[int(np.flatnonzero(kept & primary.unsafe)[0])])} is unsafe and cannot be kept"
        )
    cost = _cost(linked.values, weights)
    found = None
    if method == "exact" or (method == "auto" and len(linked.values) <= EXACT_CELLS):
        found = fewest(linked, primary, cost, kept, seconds if method == "exact" else min(seconds, EXACT_SECONDS))
        if found is None and method == "exact":
            raise DisclosureError(
                f"the fewest cells were not found in {seconds:g} seconds: give more, or take another method"
            )
    how = "exact" if found else "patterns"
    hidden, pool = found or protect(linked, primary, cost, kept, seconds)
    return _printed_again(Suppressed(linked, primary, hidden, how, pool))


def _cost(values: Counts, weights: Literal["cells", "counts"] | Floats) -> Floats:
    if isinstance(weights, str):
        return np.ones(len(values)) if weights == "cells" else 1 + np.log2(1 + values)
    if np.shape(weights) != values.shape or np.min(weights) <= 0:
        raise DisclosureError("weights are numbers above 0, one a cell")
    return np.asarray(weights, dtype=float)


def _printed_again(release: Suppressed) -> Suppressed:
    """A cell hidden for another's sake that no witness moves hides nothing: print it, and every witness stays one."""
    extra = release.hidden & ~release.primary.unsafe & ~release.linked.unprinted
    moved = (release.witnesses.low < 0) | (release.witnesses.high > 0)
    return replace(release, hidden=release.hidden & ~(extra & ~moved))
