"""How many reach each stage, how many leave and why, how many are still there (docs/explanation/durations.md).

One unit all the way down: cases, or accused, or children, never one turning into another. What is open is shown as
open: it has neither passed nor left. At each stage entered = passed + left + open, and what passed enters the next.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from tumpeang.statistics.errors import FigureError
from tumpeang.statistics.figures import Figure
from tumpeang.statistics.units import unit as unit_named
from tumpeang.statistics.wording import Refused, said


@dataclass(frozen=True)
class Way:
    """One unit's way: its pseudonym, the last stage it came to, and why it left there; None while it is open there.

    What has gone through the last stage has `reason` "completed" there.
    """

    who: str
    stage: str
    reason: str | None = None


COMPLETED = "completed"


@dataclass(frozen=True)
class Stage:
    """One stage: counts of the funnel's unit."""

    slug: str
    entered: int
    passed: int
    left: tuple[tuple[str, int], ...]  # (reason, how many), the most frequent first
    open: int

    @property
    def gone(self) -> int:
        """How many left here, whatever the reason."""
        return sum(count for _, count in self.left)

    @property
    def decided(self) -> int:
        """How many are no longer open here: those of whom the stage's outcome is known."""
        return self.passed + self.gone


@dataclass(frozen=True)
class Funnel:
    """Stages from first to last, of one unit. It cannot be made of stages that lose or find anybody."""

    unit: str
    stages: tuple[Stage, ...]

    def __post_init__(self) -> None:
        unit_named(self.unit)
        if not self.stages:
            raise Refused(said("funnel.stages"))
        for stage in self.stages:
            if stage.entered != stage.passed + stage.gone + stage.open or min(stage.passed, stage.open, 0) < 0:
                raise Refused(said("funnel.lost", stage=stage.slug))
        for one, following in zip(self.stages, self.stages[1:], strict=False):
            if one.passed != following.entered:
                raise Refused(said("funnel.lost", stage=following.slug))

    @property
    def completed(self) -> int:
        """How many passed the last stage."""
        return self.stages[-1].passed

    @property
    def open(self) -> int:
        """How many are open at any stage."""
        return sum(stage.open for stage in self.stages)

    def figures(self, **about: Any) -> list[Figure]:
        """Every step as figures with their denominators: entered, then shares of the first stage and of the decided.

        A share of those who entered counts the open as not passed, and will rise as they are decided; a share of the
        decided leaves them out, and misleads where the slow differ from the quick. Both are given, each named.
        """
        first = self.stages[0].entered
        found = []
        for stage in self.stages:
            found.append(self._count(stage.entered, f"entered {stage.slug}", about))
            found.append(self._count(stage.open, f"open at {stage.slug}", about))
            found.append(self._share(stage.entered, first, f"entered {stage.slug}, of all at the first stage", about))
            found.append(self._share(stage.passed, stage.decided, f"passed {stage.slug}, of the decided there", about))
            for reason, count in stage.left:
                found.append(self._share(count, stage.decided, f"left {stage.slug}: {reason}, of the decided", about))
        return found

    def _count(self, count: int, definition: str, about: dict[str, Any]) -> Figure:
        return Figure.count(count, self.unit, definition=definition, method="funnel", **about)

    def _share(self, part: int, whole: int, definition: str, about: dict[str, Any]) -> Figure:
        return Figure.share(part, whole, self.unit, definition=definition, method="funnel", **about)


def funnel(stages: Sequence[str], ways: Iterable[Way], *, unit: str) -> Funnel:
    """The funnel of these ways through these stages, in order. `unit` is a slug of units.yaml that can be counted.

    Refused: one pseudonym twice (a case counted once for each accused is two units), a stage that is not one of these,
    "completed" before the last stage.
    """
    if not unit_named(unit).counted:
        raise FigureError(f"{unit!r} measures, it does not count")
    if len(set(stages)) != len(stages) or not stages:
        raise Refused(said("funnel.stages"))
    here: Counter[tuple[str, str | None]] = Counter()
    seen: set[str] = set()
    for way in ways:
        if way.who in seen:
            raise Refused(said("funnel.twice"))
        if way.stage not in stages or (way.reason == COMPLETED and way.stage != stages[-1]):
            raise Refused(said("funnel.unknown-stage", stage=way.stage))
        seen.add(way.who)
        here[way.stage, way.reason] += 1
    return Funnel(unit, tuple(_stages(stages, here)))


def _stages(stages: Sequence[str], here: Counter[tuple[str, str | None]]) -> Iterable[Stage]:
    """Counted backward: who is known to have come further has passed."""
    found: list[Stage] = []
    beyond = here[stages[-1], COMPLETED]
    for slug in reversed(stages):
        reasons = {reason: count for (stage, reason), count in here.items() if stage == slug}
        waiting = reasons.pop(None, 0)
        reasons.pop(COMPLETED, None)
        left = tuple(sorted(((str(reason), count) for reason, count in reasons.items()), key=lambda x: (-x[1], x[0])))
        entered = beyond + waiting + sum(count for _, count in left)
        found.append(Stage(slug, entered, beyond, left, waiting))
        beyond = entered
    return reversed(found)
