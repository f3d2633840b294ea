"""Splink as one takes it off the shelf: its own comparisons and training, on the fields as they stand."""

import logging
from typing import Any

import duckdb
import pyarrow as pa
import splink.comparison_library as cl
from splink import Linker, SettingsCreator, block_on
from splink.backends.duckdb import DuckDBAPI

Found = list[tuple[str, str, float]]  # two ids, and bits
LARGE = 200_000  # rows, from which improbable pairs are not kept


def linker(frames: list[pa.Table], settings: SettingsCreator, threads: int = 2) -> Any:
    api = DuckDBAPI(connection=duckdb.connect(config={"threads": threads}))
    registered = [api.register(frame) for frame in frames]
    return Linker(registered if len(registered) > 1 else registered[0], settings, log_level=logging.ERROR)


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


def persons(frames: list[pa.Table]) -> Any:
    """Two files of persons in Latin letters: its comparisons for names, dates and places, blocks as small as ours."""
    settings = SettingsCreator(
        link_type="link_only",
        comparisons=[
            cl.ForenameSurnameComparison("given", "family"),
            cl.LevenshteinAtThresholds("born", [1, 2]),
            cl.ExactMatch("sex"),
            cl.ExactMatch("commune"),
            cl.ExactMatch("phone"),
            cl.JaroWinklerAtThresholds("mother", [0.9]),
        ],
        blocking_rules_to_generate_predictions=[
            block_on("born", "family_sound"),
            block_on("born", "given_sound"),
            block_on("born", "district"),
            block_on("family_sound", "given_sound", "year", "district"),
            block_on("family_sound", "given_sound", "commune"),
            block_on("phone"),
        ],
        retain_matching_columns=False,
    )
    trained = linker(frames, settings)
    size = frames[0].num_rows
    trained.training.estimate_probability_two_random_records_match([block_on("born", "given", "family")], recall=0.2)
    trained.training.estimate_u_using_random_sampling(max_pairs=1e6, seed=1)
    for block in (block_on("born", "given_sound"), block_on("family_sound", "given_sound", "commune")):
        trained.training.estimate_parameters_using_expectation_maximisation(block)
    return trained.inference.predict(threshold_match_weight=-10 if size > LARGE else None)
