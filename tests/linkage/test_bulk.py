"""All against all says what one against one says; blocks, one-to-one, and the same model on Splink."""

import logging
import random
from dataclasses import replace
from datetime import date

import duckdb
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from tests.linkage import generator
from tests.linkage.people import RECORDS, person
from tumpeang.linkage import model as models
from tumpeang.linkage.bulk import Bulk
from tumpeang.linkage.model import BadModel
from tumpeang.linkage.records import Record
from tumpeang.linkage.scoring import Frequencies, score
from tumpeang.linkage.splink_settings import splink_settings

MODEL = models.persons()
EVERYBODY = replace(MODEL, blocks=((("sex", "sex"),),))


def numbered(records: list[Record]):
    return [(str(number), record.columns) for number, record in enumerate(records)]


def loaded(model: models.Model, one: list[Record], other: list[Record] | None = None, **how) -> Bulk:
    bulk = Bulk(model, threads=1, **how)
    bulk.load("one", numbered(one))
    if other is not None:
        bulk.load("other", numbered(other))
    return bulk


def offices(count: int, seed: int) -> tuple[list[Record], list[Record]]:
    """The same people at two offices, with a home, a day of birth and now and then a phone."""
    dice = random.Random(seed)
    one, other = [], []
    for first, second in generator.people(count, seed):
        day = dice.randint(1, 28)
        home = (str(dice.randint(1, 9)), str(dice.randint(1, 99)))
        phone = {str(dice.random())} if dice.random() < 0.3 else set()
        for written, records in ((first, one), (second, other)):
            born = date(written.birth_year, 1 + day % 12, day)
            records.append(person(written.name, born, sex="male", places=(home,), phones=phone))
    return one, other


@settings(max_examples=8, deadline=None, phases=[Phase.generate])
@given(st.lists(RECORDS, min_size=2, max_size=12), st.lists(RECORDS, min_size=1, max_size=12))
def test_the_same_weight_as_one_against_one(one: list[Record], other: list[Record]) -> None:
    one, other = ([replace(record, sex="male") for record in records] for records in (one, other))
    counted = Frequencies.of(one + other, EVERYBODY)
    for rarities in (True, False):
        bulk = loaded(EVERYBODY, one, other, rarities=rarities)
        assert bulk.compare() == len(one) * len(other)
        for mine, theirs, weight in bulk.pairs(least=-500):
            online = score(one[int(mine)], other[int(theirs)], EVERYBODY, counted if rarities else None).weight
            assert weight == pytest.approx(online, abs=1e-9)


def test_two_files_are_linked() -> None:
    one, other = offices(300, seed=2)
    bulk = loaded(MODEL, one, other)
    assert bulk.compare() < 10_000
    found = bulk.one_to_one()
    right = sum(mine == theirs for mine, theirs, _ in found)
    assert right / len(found) > 0.99 and right > 0.9 * len(one)


def test_one_file_against_itself_has_each_pair_once() -> None:
    one, other = offices(100, seed=4)
    bulk = loaded(MODEL, one + other)
    bulk.compare()
    pairs = bulk.pairs()
    assert len({frozenset(pair[:2]) for pair in pairs}) == len(pairs) and all(a != b for a, b, _ in pairs)
    assert sum(int(b) - int(a) == 100 for a, b, _ in pairs) > 90


def test_large_blocks_can_be_left_out() -> None:
    crowd = [person("Sok Dara", 2012, sex="male")] * 50
    assert loaded(EVERYBODY, crowd).compare() == 50 * 49 / 2
    assert loaded(EVERYBODY, crowd).compare(largest=100) == 0


def test_pairs_below_a_weight_are_not_kept() -> None:
    one, other = offices(100, seed=4)
    bulk = loaded(MODEL, one, other)
    bulk.compare(least=5.0)
    assert all(weight >= 5.0 for _, _, weight in bulk.pairs(least=-500))


def test_nobody_is_linked_twice_and_the_heaviest_wins() -> None:
    dara = person("Sok Dara", date(2012, 5, 3), sex="male")
    bulk = loaded(EVERYBODY, [dara, person("Sokh Tara", date(2012, 5, 3), sex="male")], [dara])
    bulk.compare()
    assert [pair[:2] for pair in bulk.one_to_one(least=-500)] == [("0", "0")]


def test_twins_are_not_among_what_is_proposed() -> None:
    family = {"places": (("12", "1204", "120401", "12040103"),), "relations": {("parent", "SOK CHANTHA")}}
    born = date(2014, 2, 11)
    twins = [person(name, born, sex="female", **family) for name in ("សុខ ដារ៉ា", "Sok Sophea", "សុខ វាសនា")]
    bulk = loaded(MODEL.among(100), twins)
    assert bulk.compare() == 3 and bulk.pairs(least=-3.0) == []


def test_without_blocks_nothing_is_compared() -> None:
    with pytest.raises(BadModel):
        loaded(replace(MODEL, blocks=()), [person("Sok Dara")]).compare()


def test_nothing_is_written_to_disk_however_much_there_is(tmp_path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    bulk = loaded(EVERYBODY, [person("Sok Dara", 2012, sex="male")])
    bulk.connection.execute("SET memory_limit = '60MB'")
    with pytest.raises(duckdb.OutOfMemoryException):
        bulk.connection.execute("CREATE TABLE much AS SELECT range, hash(range)::VARCHAR FROM range(5000000)")
    with pytest.raises(duckdb.PermissionException):
        bulk.connection.execute(f"COPY one_told TO '{tmp_path / 'told.csv'}'")
    assert list(tmp_path.iterdir()) == []


# ---- Splink, from the same model -----------------------------------------------------------------------------------


def test_splink_says_the_same_of_the_same_model() -> None:
    import pyarrow as pa
    from splink import Linker
    from splink.backends.duckdb import DuckDBAPI

    logging.getLogger("splink").setLevel(logging.ERROR)
    one, other = offices(120, seed=6)
    twin = person("Sok Sophea", date(2014, 2, 11), places=one[0].places, own="a", relations={("parent", "m")})
    one.append(twin)
    other.append(
        person("Sok Veasna", date(2014, 2, 11), places=one[0].places, relations={("sibling", "a"), ("parent", "m")})
    )
    bulk = loaded(MODEL, one, other, rarities=False)
    bulk.compare()
    ours = {(mine, theirs): weight for mine, theirs, weight in bulk.pairs(least=-500)}

    api = DuckDBAPI(connection=duckdb.connect(config={"threads": 1}))
    frames = []
    for records in (one, other):
        said = {"unique_id": [str(number) for number in range(len(records))]} | {
            column: pa.array([sorted(record.columns[column]) or None for record in records], pa.list_(pa.string()))
            for column in models.columns_named(MODEL)
        }
        frames.append(api.register(pa.table(said)))
    linker = Linker(frames, splink_settings(MODEL, both=True))
    rows = linker.inference.predict().as_duckdbpyrelation()
    picked = rows.select("unique_id_l, unique_id_r, match_weight").fetchall()
    assert len(picked) == len(ours) and ("120", "120") in ours
    for mine, theirs, weight in picked:
        assert float(weight) == pytest.approx(ours[mine, theirs], abs=1e-6)


def test_settings_for_spark_are_written_in_its_words() -> None:
    said = str(splink_settings(MODEL, "spark"))
    assert "arrays_overlap" in said and "list_has_any" not in said and "lambda" not in said
