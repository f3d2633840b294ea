"""`field__prefix=key`: a prefix search that both databases answer from an index.

SQLite's LIKE ignores an index on text compared exactly, so there it is a range. PostgreSQL uses an index with
`varchar_pattern_ops` for LIKE, and compares ranges by the language's order, so there it is LIKE.
"""

from typing import Any

from django.db.models import CharField, Lookup

_LAST = "\U0010ffff"


@CharField.register_lookup
class Prefix(Lookup):
    """For normalised keys only: they hold letters, digits and Khmer signs, never % or _."""

    lookup_name = "prefix"

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        column, params = self.process_lhs(compiler, connection)
        return f"{column} LIKE %s", (*params, f"{self.rhs}%")

    def as_sqlite(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        column, params = self.process_lhs(compiler, connection)
        return f"({column} >= %s AND {column} < %s)", (*params, self.rhs, *params, f"{self.rhs}{_LAST}")
