"""A score in the order in which it is read: what speaks most, then all, and the bars of the drawing. Keys, no words.

The room `people` has the words, in Khmer and English, under `Reason.key`.
"""

from dataclasses import dataclass
from itertools import accumulate

from tumpeang.linkage.model import UNKNOWN
from tumpeang.linkage.scoring import Score, Step

RARE, COMMON = 2.0, -2.0  # bits of adjustment from which a value is called so
HARDLY = 0.05  # bits that nobody needs to read


@dataclass(frozen=True)
class Reason:
    """`key`: field.level, as in the model. `rare`: True for a rare value, False for a common one. `weight`: bits."""

    field: str
    level: str
    weight: float
    rare: bool | None = None

    @property
    def key(self) -> str:
        return f"{self.field}.{self.level}"

    @property
    def speaks_for(self) -> bool:
        return self.weight > 0


@dataclass(frozen=True)
class Bar:
    """From where to where, in bits; the first bar, of no field, is where all pairs start, the last is the sum."""

    field: str
    level: str
    weight: float
    before: float
    after: float


def reasons(score: Score, n: int = 3) -> list[Reason]:
    """The `n` steps that weigh most, for or against; the strongest of the other side is among them if there is one."""
    ranked = sorted(map(_reason, in_order(score)), key=lambda reason: -abs(reason.weight))
    chosen = ranked[:n]
    against = next((reason for reason in ranked[n:] if reason.speaks_for != ranked[0].speaks_for), None)
    if n > 1 and against and len({reason.speaks_for for reason in chosen}) == 1:
        chosen[-1] = against
    return chosen


def in_order(score: Score) -> list[Step]:
    """What speaks for, the strongest first, then what speaks against, the strongest last; without what is unknown."""
    known = [step for step in score.steps if step.level != UNKNOWN and abs(step.weight) >= HARDLY]
    return sorted(known, key=lambda step: -step.weight)


def unknown(score: Score) -> list[str]:
    """Fields that could not be compared: what is worth asking for."""
    return [step.field for step in score.steps if step.level == UNKNOWN]


def bars(score: Score) -> list[Bar]:
    """The waterfall: start, each step, the sum."""
    steps = in_order(score)
    sums = list(accumulate((step.weight for step in steps), initial=score.start))
    drawn = [Bar(step.field, step.level, step.weight, sums[at], sums[at + 1]) for at, step in enumerate(steps)]
    return [Bar("start", "", score.start, 0.0, score.start), *drawn, Bar("sum", "", sums[-1], 0.0, sums[-1])]


def _reason(step: Step) -> Reason:
    rare = True if step.adjustment >= RARE else False if step.adjustment <= COMMON and step.weight > 0 else None
    return Reason(step.field, step.level, step.weight, rare)
