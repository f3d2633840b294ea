"""Log-linear models of lists: which dependences between lists a model allows.

The expected number of people with a history is exp(a + sum of the effects of the lists in it + sum of the terms whose
lists are all in it). A term is a tuple of places of lists: (0, 3) lets lists 0 and 3 depend on each other, (0, 1, 3)
lets that dependence differ by list 1. Models are hierarchical: a triple brings its three pairs with it.
The number of people on no list is exp(a) (Fienberg 1972; Bishop, Fienberg & Holland 1975).
"""

from collections.abc import Iterator
from functools import lru_cache
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from tumpeang.statistics.hidden.lists import Lists, histories
from tumpeang.statistics.wording import Refused, said

Term = tuple[int, ...]
Terms = frozenset[Term]
MAIN: Terms = frozenset()
PAIR, TRIPLE = 2, 3
MOST_MODELS = 40_000  # about ten seconds; six lists have 32,768 models of pairs


def columns(lists: int, terms: Terms) -> list[Term]:
    """The effects of a model in order: the constant (), one for each list, then its terms."""
    return [(), *((i,) for i in range(lists)), *sorted(terms, key=lambda term: (len(term), term))]


@lru_cache(maxsize=4096)
def column(lists: int, term: Term) -> NDArray[np.float64]:
    """1 for each history that is on every list of the term, else 0; all ones for the constant."""
    return histories(lists)[:, list(term)].all(axis=1).astype(float)


def allowed(lists: int, order: int) -> list[Term]:
    """The terms a search may use. With three lists a triple would leave nothing to estimate from."""
    highest = min(order, lists - 1)
    return [term for size in range(PAIR, highest + 1) for term in combinations(range(lists), size)]


def hierarchical(terms: Terms) -> bool:
    """Whether every triple has its pairs."""
    return all(pair in terms for term in terms if len(term) > PAIR for pair in combinations(term, PAIR))


def every(lists: int, order: int) -> list[Terms]:
    """All hierarchical models up to that order, the smallest first; refused where there are too many to fit."""
    found = []
    for model in _graphs(lists, order):
        found.append(model)
        if len(found) > MOST_MODELS:
            raise Refused(said("hidden.many-models", most=MOST_MODELS), instead="stepwise")
    return sorted(found, key=lambda model: (len(model), sorted(model)))


def _graphs(lists: int, order: int) -> Iterator[Terms]:
    pairs = list(combinations(range(lists), PAIR))
    for chosen in range(2 ** len(pairs)):
        graph = frozenset(pair for bit, pair in enumerate(pairs) if chosen >> bit & 1)
        yield graph
        if order < TRIPLE or lists <= TRIPLE:
            continue
        triples = [t for t in combinations(range(lists), TRIPLE) if graph.issuperset(combinations(t, PAIR))]
        for some in range(1, 2 ** len(triples)):
            yield graph | {triple for bit, triple in enumerate(triples) if some >> bit & 1}


def named(lists: Lists, terms: Terms) -> tuple[str, ...]:
    """The terms by the names of their lists: ("LA × NG", ...)."""
    ordered = sorted(terms, key=lambda term: (len(term), term))
    return tuple(" × ".join(lists.names[i] for i in term) for term in ordered)
