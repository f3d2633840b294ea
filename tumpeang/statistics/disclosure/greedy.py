"""The plain rule that tables are often protected by, kept to be compared with: it hides much, and still gives cells
away.

Wherever a sum holds exactly one hidden cell, hide its smallest printed one, until no sum does. Not for use.
"""

import numpy as np
from scipy import sparse

from tumpeang.statistics.disclosure.witnesses import Mask


def plain(equations: sparse.csr_matrix, values: np.ndarray, unsafe: Mask) -> Mask:
    """Hidden cells (mask) by the plain rule; totals are hidden only when nothing else is left in a sum."""
    hidden = unsafe.copy()
    lines = [(row.indices[row.data > 0], row.indices) for row in equations]
    changed = True
    while changed:
        changed = False
        for parts, line in lines:
            if hidden[line].sum() == 1:
                free = parts[~hidden[parts]]
                free = free if len(free) else line[~hidden[line]]
                if len(free):
                    hidden[free[np.lexsort((free, values[free]))[0]]] = True
                    changed = True
    return hidden
