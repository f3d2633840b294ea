"""A table with small counts: hide what must be hidden, prove it, or round it; and compare it with last year's."""

from math import isnan

from tumpeang.statistics.disclosure import (
    LinkedTables,
    PrimaryRules,
    Release,
    Table,
    controlled,
    conventional,
    differences,
    suppress,
)

places, outcomes = ["north", "south", "west"], ["court", "closed", "open"]
table = Table.of([[2, 30, 9], [20, 40, 12], [18, 3, 25]], "cases", place=places, outcome=outcomes)
linked = LinkedTables.of(table)

# Two cells are below five. Printing their rows and columns would give them back, so two more go with them.
release = suppress(linked, PrimaryRules(threshold=5))
for row in release.table():
    print(" ".join("x" if isnan(cell) else f"{cell:.0f}" for cell in row))
# -> x x 9 41
# -> 20 40 12 72
# -> x x 25 46
# -> 40 73 46 159

# The proof goes with the release: what a reader can say of each hidden cell. It holds no true value.
print(release.proof.holds, release.lost)  # -> True 2
for bound in release.proof.bounds[:2]:
    print(bound.cell, bound.least, bound.most)
# -> outcome: court, place: north 0.0 20.0
# -> outcome: closed, place: north 12.0 32.0

# Or round it: every total still is the sum of its parts, which rounding one by one does not keep.
print(controlled(linked, 5).keeps_totals, conventional(linked, 5).keeps_totals)  # -> True False

# Two releases of which one counts a month more: one closed case is that month's.
june = Release(Table.of([40, 22], "to June", outcome=["closed", "open"]), frozenset("JFMAMJ1"))
july = Release(Table.of([41, 30], "to July", outcome=["closed", "open"]), frozenset("JFMAMJ12"))
print(*differences([june, july]))  # -> outcome: closed: 1 among those in to July and not in to June
