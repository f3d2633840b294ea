"""Splink as one takes it off the shelf: its own comparisons and training, on the fields as they stand."""

import logging
from typing import Any

import duckdb
import pyarrow as pa
import splink.comparison_library as cl
from splink import Linker, SettingsCreator, block_on
from splink.backends.duckdb import DuckDBAPI

Found = list[tuple[str, str, float]]  # two ids, and bits


def linker(frames: list[pa.Table], settings: SettingsCreator, threads: int = 2) -> Any:
    logging.getLogger("splink").setLevel(logging.ERROR)
    api = DuckDBAPI(connection=duckdb.connect(config={"threads": threads}))
    registered = [api.register(frame) for frame in frames]
    return Linker(registered if len(registered) > 1 else registered[0], settings)


def found(predictions: Any) -> Found:
    rows = predictions.as_duckdbpyrelation()
    picked = rows.select("unique_id_l, unique_id_r, match_weight").fetchall()
    return sorted(((one, other, float(bits)) for one, other, bits in picked), key=lambda row: -row[2])


def febrl(frames: list[pa.Table]) -> Found:
    """FEBRL, with the comparisons that its manual advises for each kind of field."""
    settings = SettingsCreator(
        link_type="link_only" if len(frames) > 1 else "dedupe_only",
        comparisons=[
            cl.NameComparison("given_name"),
            cl.NameComparison("surname"),
            cl.LevenshteinAtThresholds("date_of_birth", [1, 2]),
            cl.ExactMatch("street_number"),
            cl.JaroWinklerAtThresholds("address_1", [0.9, 0.7]),
            cl.JaroWinklerAtThresholds("suburb", [0.9, 0.7]),
            cl.LevenshteinAtThresholds("postcode", [1]),
            cl.ExactMatch("state"),
        ],
        blocking_rules_to_generate_predictions=[
            block_on("given_name", "surname"),
            block_on("date_of_birth"),
            block_on("postcode", "surname"),
            block_on("postcode", "given_name"),
            block_on("suburb", "street_number"),
            block_on("address_1"),
        ],
    )
    trained = linker(frames, settings)
    trained.training.estimate_probability_two_random_records_match([block_on("date_of_birth", "surname")], recall=0.7)
    trained.training.estimate_u_using_random_sampling(max_pairs=2e5, seed=1)
    trained.training.estimate_parameters_using_expectation_maximisation(block_on("date_of_birth"))
    trained.training.estimate_parameters_using_expectation_maximisation(block_on("given_name", "surname"))
    return found(trained.inference.predict())
