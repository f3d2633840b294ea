"""`python -m bench [NAME ...|all]`: measure on a scratch site; a JSON line each (docs/reference/bench.md)."""

import signal
import sys
from collections.abc import Callable

from bench import attack, desk, disclosure, intake, linkage, pages, search, statistics

BENCHES: dict[str, Callable[[], None]] = {
    "intake": intake.main,
    "pages": pages.main,
    "desk": desk.main,
    "search": search.main,
    "linkage": linkage.main,
    "attack": attack.main,
    "statistics": statistics.main,
    "disclosure": disclosure.main,
}


def main(names: list[str]) -> int:
    wanted = list(BENCHES) if names in ([], ["all"]) else names
    unknown = [name for name in wanted if name not in BENCHES]
    if unknown:
        print(f"no such bench: {', '.join(unknown)}; there are {', '.join(BENCHES)} and all", file=sys.stderr)
        return 2
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # stopped from outside, servers are stopped too
    for name in wanted:
        BENCHES[name]()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
