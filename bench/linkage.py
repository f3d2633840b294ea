"""Two agencies, a million children each, 300,000 at both: who are they? Plain, encoded, and Splink off the shelf.

The children are invented (tests/linkage/two_agencies.py), the same for all three. Each engine runs in a process of its
own, so that its memory is its own. Measured is everything between two files and the list of pairs in which nobody
stands twice; only drawing the children is left out.
"""

import json
import os
import resource
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute

from bench.figures import say, show
from tests.linkage.two_agencies import SHARED, Two, two_agencies
from tumpeang.linkage import columnar
from tumpeang.linkage import model as models
from tumpeang.linkage.bulk import Bulk
from tumpeang.linkage.columnar_encoding import encoded
from tumpeang.linkage.encodings import Encoder, agencies, new_key

SIZES = (20_000, 100_000, 1_000_000)
GOAL_SECONDS, MILLION = 40, 1_000_000
SEED = 20261122
LEAST = -3.0  # bits from which a pair is kept: one that is as likely as 1 in 9
Found = dict[str, Any]


def main() -> None:
    sizes = [int(size) for size in os.environ.get("SIZES", "").split(",") if size] or SIZES
    for size in sizes:
        for engine in ENGINES:
            found = _child(engine, size)
            figure = f"linkage.{_short(size)}" + ("" if engine == "plain" else f".{engine}")
            against = GOAL_SECONDS if size == MILLION else None
            show(figure, value=found.pop("seconds"), unit="s", against=against, **found)


def _short(size: int) -> str:
    return f"{size // 1_000_000}m" if size >= MILLION else f"{size // 1000}k"


def _child(engine: str, size: int) -> Found:
    say(f"linkage: {engine}, {size:,} against {size:,}")
    command = [sys.executable, "-m", "bench.linkage", engine, str(size)]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    return json.loads(done.stdout.splitlines()[-1])


# ---- in a process of its own ---------------------------------------------------------------------------------------


class Watch:
    """Seconds of each step, told as they pass."""

    def __init__(self) -> None:
        self.steps: dict[str, float] = {}
        self._last = self._start = time.perf_counter()
        self._cpu = _cpu()

    def lap(self, step: str) -> None:
        now = time.perf_counter()
        self.steps[step] = round(now - self._last, 2)
        self._last = now
        say(f"{step}: {self.steps[step]} s")

    @property
    def seconds(self) -> float:
        return self._last - self._start

    @property
    def cpu_seconds(self) -> float:
        """Of all cores together: what a busy machine does not change much."""
        return round(_cpu() - self._cpu, 1)


def measure(engine: str, size: int) -> Found:
    two = two_agencies(size, SEED)
    say(f"drawn, {_mib()} MiB")
    watch = Watch()
    found = ENGINES[engine](two, watch)
    return {
        "seconds": watch.seconds,
        "cpu_seconds": watch.cpu_seconds,
        **found,
        "steps": watch.steps,
        "peak_mib": _mib(),
    }


def plain(two: Two, watch: Watch) -> Found:
    model = replace(columnar.for_many(models.persons()), prior=SHARED / len(two.one))
    return _linked(two, Bulk(model), lambda people: columnar.slots(people, models.columns_named(model)), watch)


def encoded_files(two: Two, watch: Watch) -> Found:
    """Nothing but keyed hashes and filters reaches the place where they are compared."""
    model = replace(columnar.for_many(agencies(), columnar.MANY_ENCODED), prior=SHARED / len(two.one))
    encoder = Encoder(model, new_key())
    return _linked(two, Bulk(model), lambda people: encoded(people, encoder), watch)


def _linked(two: Two, bulk: Bulk, make: Any, watch: Watch) -> Found:
    with ThreadPoolExecutor(2) as threads:
        one, other = threads.map(make, (two.one, two.other))
    watch.lap("keys")
    columnar.put(bulk, one, other, [len(two.one), len(two.other)])
    del one, other
    watch.lap("tables")
    pairs = bulk.compare(least=LEAST)
    watch.lap("compare")
    ones, others, bits = columnar.one_to_one(bulk, LEAST)
    watch.lap("one to one")
    connection = bulk.connection
    connection.register("known", _known(two))
    met = connection.execute("SELECT count(*) FROM candidates SEMI JOIN known USING (l, r)").fetchone()
    return {"pairs": pairs, "blocking_recall": _rounded(met[0] / _both(two))} | _judged(two, ones, others, bits)


def splink(two: Two, watch: Watch) -> Found:
    from tests.linkage import splink_peer  # takes seconds to load

    frames = [_frame(two.one), _frame(two.other)]
    watch.lap("frames")
    predictions = splink_peer.persons(frames)
    watch.lap("train and predict")
    ones, others, bits = _one_to_one(predictions, len(two.one))
    watch.lap("one to one")
    pairs = predictions.as_duckdbpyrelation()
    count, met = _met(pairs, two)
    return {"pairs": count, "blocking_recall": _rounded(met / _both(two))} | _judged(two, ones, others, bits)


ENGINES = {"plain": plain, "encoded": encoded_files, "splink": splink}


def _frame(people: columnar.Flat) -> pa.Table:
    """Names in Latin letters by anyascii, their sounds by metaphone: what one finds on the shelf."""
    from anyascii import anyascii
    from jellyfish import metaphone

    texts = people.first.dictionary.to_pylist()
    latin = [anyascii(text) for text in texts]
    sounds = pa.array([metaphone(text) for text in latin])
    letters = pa.array(latin)
    year, month, day = (np.char.zfill(values.astype(str), 2) for values in (people.year, people.month, people.day))
    born = np.char.add(np.char.add(np.char.add(year, "-"), np.char.add(month, "-")), day)
    mother = pa.compute.binary_join_element_wise(
        letters.take(people.mother_first.indices), letters.take(people.mother_second.indices), " "
    )
    return pa.table(
        {
            "unique_id": pa.array(np.arange(len(people))),
            "family": letters.take(people.first.indices),
            "given": letters.take(people.second.indices),
            "family_sound": sounds.take(people.first.indices),
            "given_sound": sounds.take(people.second.indices),
            "year": pa.array(people.year, mask=people.year == 0),
            "born": pa.array(born, mask=people.day == 0),
            "sex": pa.array(people.sex),
            "district": pa.array(people.place // 100),
            "commune": pa.array(people.place),
            "phone": pa.array(people.phone, mask=people.phone == 0),
            "mother": mother,
        }
    )


def _one_to_one(predictions: Any, size: int) -> tuple[Any, Any, Any]:
    rows = predictions.as_duckdbpyrelation().filter("match_weight >= -3")
    found = rows.select("source_dataset_l s, unique_id_l l, unique_id_r r, match_weight w").order("w DESC").fetchnumpy()
    taken, also_taken, kept = bytearray(size), bytearray(size), []
    for at, (mine, theirs) in enumerate(zip(found["l"].tolist(), found["r"].tolist(), strict=True)):
        if not (taken[mine] or also_taken[theirs]):
            taken[mine] = also_taken[theirs] = 1
            kept.append(at)
    return found["l"][kept], found["r"][kept], found["w"][kept].astype(float)


def _met(pairs: Any, two: Two) -> tuple[int, int]:
    found = pairs.select("unique_id_l l, unique_id_r r").fetchnumpy()
    return len(found["l"]), int((two.there[found["l"]] == found["r"]).sum())


def _known(two: Two) -> pa.Table:
    ones = np.flatnonzero(two.there >= 0)
    return pa.table({"l": ones.astype(np.int32), "r": two.there[ones].astype(np.int32)})


def _both(two: Two) -> int:
    return int((two.there >= 0).sum())


def _judged(two: Two, ones: Any, others: Any, bits: Any) -> Found:
    """At even odds, and at the threshold that is best; pairs come the heaviest first."""
    right = two.there[ones] == others
    so_far = np.cumsum(right)
    every = 2 * so_far / (np.arange(1, len(right) + 1) + _both(two))
    even = int((bits >= 0).sum()) - 1
    return {"f1": _rounded(every[even]), "precision": _rounded(so_far[even] / (even + 1)),
            "recall": _rounded(so_far[even] / _both(two)), "best_f1": _rounded(every.max()),
            "best_at_bits": round(float(bits[every.argmax()]), 1)}  # fmt: skip


def _rounded(share: float) -> float:
    return round(float(share), 4)


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def _mib() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


if __name__ == "__main__":
    print(json.dumps(measure(sys.argv[1], int(sys.argv[2]))))
