"""A condition on records, turned into SQL once for all who see alike.

Who may see what is asked in the query itself, and most pages ask it many times, one inside another: a person through a
part in a case, the case through a report. The framework resolves such a condition anew at each place and at each depth,
which takes longer than the database does. Here it is compiled once, and put as it stands wherever it is asked.

A condition made of a worker's roles and sight (sight.py), and of nothing else that can change, is kept for who has the
same; the sight itself is read anew at each request.
"""

import re
from collections.abc import Callable
from functools import cache, lru_cache
from typing import Any

from django.core.exceptions import EmptyResultSet, FullResultSet
from django.db import connections
from django.db.models import BooleanField, Exists, F, Func, Model, Q, QuerySet

from tumpeang.access import sight
from tumpeang.access.models import User

MOST_KEPT = 512
# what stands in quotes, or the name that the framework gave to a table
_ALIAS = re.compile(r"""\"[^\"]*\"|'[^']*'|\b([A-Z]{1,2}\d+)\b(?!\()""")


class Settled(Func):
    """SQL with gaps for the columns of the record: they follow the record into whichever query it is put."""

    def __init__(self, columns: tuple[str, ...], pieces: tuple[str, ...], params: tuple[Any, ...]) -> None:
        super().__init__(*map(F, columns), output_field=BooleanField())
        self.columns, self.pieces, self.params = columns, pieces, params

    def as_sql(self, compiler: Any, connection: Any, **_how: Any) -> tuple[str, tuple[Any, ...]]:  # type: ignore[override]
        written = [compiler.compile(column)[0] for column in self.source_expressions]
        names = dict(zip(self.columns, written, strict=True))
        text = "".join(names[piece] if gap % 2 else piece for gap, piece in enumerate(self.pieces))
        return f"({text})", self.params


class RowByRow(Exists):
    """Whether there is one, looked up for each row by its key. PostgreSQL would rather list all that a worker sees
    through an upper room, a hundred thousand rows, for the fifty that are asked; an OFFSET keeps it from that.
    """

    template = "EXISTS(%(subquery)s OFFSET 0)"


class _Asked:
    """What to settle. Two are equal when everything is that the condition is made of."""

    def __init__(self, model: type[Model], name: object, user: User, condition: Callable[[], Q]) -> None:
        self.model, self.condition = model, condition
        self.seen_by = sight.of(user)
        # roles as this very object has them: they decide scopes while the condition is made
        self.of = (model, name, self.seen_by, frozenset(user.held()))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Asked) and self.of == other.of

    def __hash__(self) -> int:
        return hash(self.of)


def settled(model: type[Model], name: object, user: User, condition: Callable[[], Q]) -> Q:
    """The condition that `name` stands for among those on `model`, compiled. It may hang on the worker's roles and
    sight, and on nothing else that changes: no time of day, nothing read before. Only on columns of the record itself.
    """
    return _settle(_Asked(model, name, user, condition))


@lru_cache(maxsize=MOST_KEPT)
def _settle(asked: _Asked) -> Q:
    connection, model = connections["default"], asked.model
    with sight.held(asked.seen_by):  # the condition is made of the very sight under which it is kept
        query = QuerySet(model).filter(asked.condition()).query
    try:
        text, params = query.get_compiler(connection=connection).compile(query.where)
    except EmptyResultSet:
        return Q(pk__in=[])
    except FullResultSet:
        return Q()
    if {alias for alias, used in query.alias_refcount.items() if used} != {model._meta.db_table}:
        raise ValueError(f"a condition on {model.__name__} that joins other tables cannot stand by itself")
    table = re.escape(connection.ops.quote_name(model._meta.db_table))
    pieces = re.split(rf'{table}\."(\w+)"', _with_own_aliases(text))
    pieces[1::2] = [_names(model)[column] for column in pieces[1::2]]
    return Q(Settled(tuple(dict.fromkeys(pieces[1::2])), tuple(pieces), tuple(params)))


def _with_own_aliases(text: str) -> str:
    """The framework calls tables inside U0, V0 …; so it may call the record too, wherever this is put. `own2_U0` is
    its name in a condition that has another inside.
    """
    depth = 1 + max((int(deep) for deep in re.findall(r"\bown(\d+)_", text)), default=0)
    return _ALIAS.sub(lambda found: f"own{depth}_{found[1]}" if found[1] else found[0], text)


@cache
def _names(model: type[Model]) -> dict[str, str]:
    """How the framework calls each column."""
    return {str(field.column): field.attname for field in model._meta.concrete_fields}
