"""What a bench says: one JSON line a figure on stdout; everything else goes to stderr."""

import json
import sys
from collections.abc import Sequence
from statistics import median
from typing import Any

SIGNIFICANT = 4  # digits; a bench on a shared machine knows no more


def percentile(samples: Sequence[float], share: float) -> float:
    """The smallest sample that at least `share` (0 to 1) of the samples do not exceed (nearest rank)."""
    if not samples:
        raise ValueError("no samples")
    ordered = sorted(samples)
    rank = -int(-share * len(ordered) // 1)  # rounded up
    return ordered[max(rank, 1) - 1]


def milliseconds(seconds: Sequence[float]) -> dict[str, float]:
    """`p50_ms` and `p95_ms` of durations in seconds."""
    return {"p50_ms": _short(median(seconds) * 1000), "p95_ms": _short(percentile(seconds, 0.95) * 1000)}


def steady_rate(times: Sequence[float], connections: int) -> float:
    """Answers a second while all connections were busy: from the first answer of each, about, to the last of each.

    `times` are when the answers came, in seconds. At a round's start and end the server waits for the client.
    """
    ordered = sorted(times)[connections - 1 : len(times) - connections + 1]
    if len(ordered) < 2:
        raise ValueError("too few answers")
    return (len(ordered) - 1) / (ordered[-1] - ordered[0])


def line(figure: str, *, value: float, unit: str, against: float | None = None, **parameters: Any) -> str:
    """One figure as JSON. `against` is what it is held beside, and `ratio` is value / against."""
    ratio = value / against if against else None
    known = {"figure": figure, "value": value, "unit": unit, "against": against, "ratio": ratio, **parameters}
    return json.dumps({name: _short(entry) for name, entry in known.items()}, ensure_ascii=False)


def show(figure: str, *, value: float, unit: str, against: float | None = None, **parameters: Any) -> None:
    print(line(figure, value=value, unit=unit, against=against, **parameters), flush=True)


def say(text: str) -> None:
    """Progress, for whoever watches."""
    print(f"  {text}", file=sys.stderr, flush=True)


def _short(entry: Any) -> Any:
    return float(f"{entry:.{SIGNIFICANT}g}") if isinstance(entry, float) else entry
