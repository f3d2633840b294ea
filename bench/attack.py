"""What somebody without the key reads out of a file that was encoded for linkage; and what hardening costs.

`linkage.attack.<column>`: rank and frequency. Codes are sorted by how often they stand in the file, plain values by how
often they stand in another population of the same making; the first is taken for the first. The share of rows read.
`linkage.insider.<mode>`: somebody who knows the names of so many rows learns from them which bits belong to which
sounds, and looks among all names for that whose filter would be nearest. The share of other rows whose name is found.
`linkage.hardened.<mode>`: F1 of linking 5,000 with 5,000 in that mode.
"""

from collections import Counter
from collections.abc import Hashable, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from bench.figures import say, show
from tests.linkage.test_columnar import record
from tests.linkage.two_agencies import SHARED, Two, two_agencies
from tumpeang.linkage import columnar
from tumpeang.linkage.bulk import Bulk
from tumpeang.linkage.columnar import Flat, Tokens
from tumpeang.linkage.encodings import Encoder, Hardening, agencies, new_key
from tumpeang.linkage.model import columns_named
from tumpeang.linkage.records import Column, bigrams_of_part

ROWS, LINKED = 50_000, 5_000
KNOWN = (100, 1000)  # rows whose names the insider knows
TARGETS = 300  # rows that the insider then tries to read
NEARLY = 0.85  # of the known filters with a bigram have a bit that it sets
MODES = {
    "plain": Hardening(),
    "salted": Hardening(salted_by="birth_years"),
    "balanced": Hardening(balanced=True),
    "diffused": Hardening(diffused=3),
    "salted_diffused": Hardening(salted_by="birth_years", diffused=3),
}
FILTER = "name_filter"


def main() -> None:
    file, elsewhere = two_agencies(ROWS, 1).one, two_agencies(ROWS, 2).one
    _by_rank(file, elsewhere)
    names, years = bigrams_of(file), file.year.tolist()
    listed = list(dict.fromkeys([*names, *bigrams_of(elsewhere)]))
    for mode, hardening in MODES.items():
        encoder = Encoder(agencies(), new_key(), hardening)
        filters = filters_of(encoder, names, years)
        show(
            f"linkage.attack.filter.{mode}",
            value=read_by_rank([*filters], names, bigrams_of(elsewhere)),
            unit="of rows",
        )
        for known in KNOWN:
            share = read_by_insider(filters, names, years, listed, known, salted=bool(hardening.salted_by))
            show(f"linkage.insider.{mode}", value=share, unit="of rows", known=known, listed=len(listed))
        show(f"linkage.hardened.{mode}", value=_f1(two_agencies(LINKED, 3), encoder), unit="F1", rows=LINKED)


def _by_rank(file: Flat, elsewhere: Flat) -> None:
    """Each column of hashes. A keyed hash keeps what is equal equal, so plain numbers stand here for codes."""
    model = columnar.for_many(agencies(), columnar.MANY_ENCODED)
    ours, theirs = (columnar.slots(people, columns_named(model) - {FILTER}) for people in (file, elsewhere))
    for column in sorted(ours):
        codes, plain = (side[column][:, 0] for side in (ours, theirs))
        codes, plain = codes[codes != 0].tolist(), plain[plain != 0].tolist()
        show(
            f"linkage.attack.{column}",
            value=read_by_rank(codes, codes, plain),
            unit="of rows",
            distinct=len(set(codes)),
        )


def read_by_rank(codes: Sequence[Hashable], truth: Sequence[Hashable], elsewhere: Sequence[Hashable]) -> float:
    """The share of rows whose value is guessed. `truth`: of each code; `elsewhere`: plain values of other rows."""
    means = dict(zip(codes, truth, strict=True))
    ranked, guesses = Counter(codes).most_common(), Counter(elsewhere).most_common()
    right = sum(count for (code, count), (guess, _) in zip(ranked, guesses, strict=False) if means[code] == guess)
    return right / len(codes) if codes else 0.0


def read_by_insider(
    filters: list[int],
    names: list[Column],
    years: list[int],
    listed: list[Column],
    known: int,
    *,
    salted: bool,
    targets: int = TARGETS,
) -> float:
    """The share of rows after the first `known` whose name is found among all that are listed."""
    groups = sorted(set(years)) if salted else [0]
    right = tried = 0
    for group in groups:  # a salt makes a riddle of its own of each year
        rows = [row for row in range(known) if not salted or years[row] == group]
        unread = [row for row in range(known, known + targets) if not salted or years[row] == group]
        tried += len(unread)
        sets = _learned([(names[row], filters[row]) for row in rows])
        if not sets:
            continue
        guessed = _words([_predicted(sets, name) for name in listed])
        full = np.bitwise_count(guessed).sum(axis=1, dtype=np.int32)
        for row in unread:
            own = _words([filters[row]])
            common = np.bitwise_count(guessed & own).sum(axis=1, dtype=np.int32)
            nearest = int(np.argmax(2 * common - full))  # bits that are there, less those that should be
            right += listed[nearest] == names[row]
    return right / tried


def _learned(pairs: list[tuple[Column, int]]) -> dict[str, int]:
    """The bits that nearly every filter with a bigram has; not every one, because a full filter gives some up."""
    if not pairs:
        return {}
    full = np.unpackbits(_words([bits for _, bits in pairs]).view(np.uint8), axis=1)
    having: dict[str, list[int]] = {}
    for at, (name, _) in enumerate(pairs):
        for bigram in name:
            having.setdefault(bigram, []).append(at)
    packed = {bigram: np.packbits(full[rows].mean(axis=0) >= NEARLY) for bigram, rows in having.items()}
    return {bigram: int.from_bytes(bits.tobytes(), "big") for bigram, bits in packed.items()}


def _predicted(sets: dict[str, int], name: Column) -> int:
    bits = 0
    for bigram in name:
        bits |= sets.get(bigram, 0)
    return bits


def _words(filters: list[int]) -> NDArray[np.uint64]:
    return np.frombuffer(b"".join(bits.to_bytes(32, "big") for bits in filters), ">u8").reshape(-1, 4)


def bigrams_of(people: Flat) -> list[Column]:
    """What each row's filter holds."""
    parts = Tokens(people.first), Tokens(people.second)
    read = [[bigrams_of_part(word) for word in each.words] for each in parts]
    return [read[0][one] | read[1][other] for one, other in zip(*(each.rows.tolist() for each in parts), strict=True)]


def filters_of(encoder: Encoder, names: list[Column], years: list[int]) -> list[int]:
    salted = bool(encoder.hardening.salted_by)
    made: dict[tuple[Column, str], int] = {}
    found = []
    for name, year in zip(names, years, strict=True):
        which = name, str(year) if salted else ""
        if which not in made:
            (text,) = encoder.filter_of(FILTER, *which)
            made[which] = int(text, 16)
        found.append(made[which])
    return found


def _f1(two: Two, encoder: Encoder) -> float:
    model = replace(agencies(), prior=SHARED / len(two.one))
    bulk = Bulk(model)
    for side, people in (("one", two.one), ("other", two.other)):
        rows = ((str(row), record(people, row).columns) for row in range(len(people)))
        bulk.load(side, encoder.encode_all(rows))
    bulk.compare()
    pairs = bulk.one_to_one()
    right = sum(two.there[int(mine)] == int(theirs) for mine, theirs, _ in pairs)
    say(f"{encoder.hardening}: {len(pairs)} pairs, {right} right")
    return float(2 * right / (len(pairs) + int((two.there >= 0).sum())))
