"""Secondary suppression with the fewest cells lost: an integer program whose constraints are found as they are
needed.

For hidden cells y (0 or 1), cell p is protected above by u when the largest move of p is at least u. By duality that
holds exactly when every combination of the sums gives `sum(min(u, c_i) y_i) >= u`, where c_i is what cell i could
contribute to it. Each round solves the integer program over the cuts known so far, finds for each unprotected cell
the cut that it breaks, and adds it. Whole numbers may ask for more than linear bounds; where they do, a cut says
that one more of the printed cells has to go.

Source: Fischetti and Salazar, Models and algorithms for optimizing cell suppression in tabular data with linear
constraints, Journal of the American Statistical Association 95 (2000), 916-928.
"""

import time

import numpy as np
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, linprog, milp

from tumpeang.statistics.disclosure.cells import LinkedTables
from tumpeang.statistics.disclosure.errors import CannotProtect
from tumpeang.statistics.disclosure.patterns import shown_by, targets
from tumpeang.statistics.disclosure.primary import Primary
from tumpeang.statistics.disclosure.reader import WHOLE, Floats
from tumpeang.statistics.disclosure.witnesses import Mask, Witnesses


def fewest(
    linked: LinkedTables, primary: Primary, weights: Floats, kept: Mask, seconds: float
) -> tuple[Mask, Witnesses] | None:
    """Hidden cells of least weight, with witnesses; None if it did not end within `seconds`. Raises CannotProtect."""
    until = time.monotonic() + seconds
    cuts = _first_cuts(linked, primary)
    while (left := until - time.monotonic()) > 0:
        answer = milp(
            weights,
            constraints=LinearConstraint(
                sparse.csr_matrix(np.array([row for row, _ in cuts])), [least for _, least in cuts], np.inf
            ),
            bounds=Bounds((primary.unsafe | linked.unprinted).astype(float), np.where(kept, 0.0, 1.0)),
            integrality=np.ones(len(weights)),
            options={"time_limit": left, "mip_rel_gap": 0.0},
        )
        if answer.status == INFEASIBLE:
            raise CannotProtect("not even hiding every cell protects: join categories, or round the table")
        if answer.status != 0 or answer.x is None:
            return None
        hidden = answer.x > HALF
        found = _broken(linked, primary, hidden)
        if not found:
            pool = shown_by(linked, primary, hidden)
            if pool is not None:
                return hidden, pool
            found = [((~hidden).astype(float), 1.0)]
        cuts.extend(found)
    return None


INFEASIBLE = 2
HALF = 0.5
Cut = tuple[Floats, float]


def _first_cuts(linked: LinkedTables, primary: Primary) -> list[Cut]:
    """In no sum can one hidden cell stand alone: the others would give it away."""
    cuts: list[Cut] = []
    for row in linked.equations:
        for place in row.indices:
            cut = np.zeros(len(linked.values))
            cut[row.indices] = 1.0
            if linked.unprinted[place]:
                continue
            sure = primary.unsafe[place] and (primary.lower[place] or primary.upper[place])
            cut[place] = 0.0 if sure else -1.0
            cuts.append((cut, 1.0 if sure else 0.0))
    return cuts or [(np.zeros(len(linked.values)), 0.0)]


def _broken(linked: LinkedTables, primary: Primary, hidden: Mask) -> list[Cut]:
    """For each side that these hidden cells leave too narrow, the cut that says so."""
    values = linked.values.astype(float)
    ceiling = np.full(len(values), 2 * values.max() + 100)
    bounds = np.column_stack([np.where(hidden, -values, 0.0), np.where(hidden, ceiling, 0.0)])
    cuts = []
    for place, need in targets(primary):
        goal = np.zeros(len(values))
        goal[place] = -np.sign(need)
        answer = linprog(
            goal, A_eq=linked.equations, b_eq=np.zeros(linked.equations.shape[0]), bounds=bounds, method="highs-ds"
        )
        if -answer.fun < abs(need) - WHOLE:
            left = -(goal - linked.equations.T @ answer.eqlin.marginals)
            give = np.where(left > 0, left * ceiling, -left * values)
            cuts.append((np.minimum(np.where(give > WHOLE, give, 0.0), abs(need)), float(abs(need))))
    return cuts
