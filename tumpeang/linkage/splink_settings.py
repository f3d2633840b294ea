"""Settings for Splink of a declared model, for who outgrows one machine: on DuckDB, or on Spark.

    settings = splink_settings(model, engine="spark", both=True)
    linker = Linker([ones, others], settings)                      # splink is an extra: pip install tumpeang[bulk]

The frames have a column `unique_id` and, for each column of the model, the sorted list of its members (null when there
are none). Weights are the same as those of `bulk` without rarities: Splink adjusts for how often a single value is met,
not for the rarest of several. Similarity of filters (dice) is not among what is written here.
"""

from typing import Any

from tumpeang.linkage.model import UNKNOWN, BadModel, Field, Household, Model
from tumpeang.linkage.sql import Dialect, reached, related_met, unknown

NEUTRAL = {"m_probability": 0.5, "u_probability": 0.5}


class _Lists:
    """Over columns that hold lists, as Splink calls them: `name_l`, `name_r`."""

    def __init__(self, shares: str, any_pair: str) -> None:
        self._shares, self._any_pair = shares, any_pair

    def known(self, column: str, side: str) -> str:
        return f"{column}_{side} IS NOT NULL"

    def shares(self, one: str, other: str) -> str:
        return self._shares.format(one=f"{one}_l", other=f"{other}_r")

    def similar(self, one: str, other: str, limit: float) -> str:
        return self._any(one, other, f"{self.jaro_winkler}(x, y) >= {limit}")

    def edits(self, one: str, other: str, limit: float) -> str:
        return self._any(one, other, f"levenshtein(x, y) <= {int(limit)}")

    def dice(self, one: str, other: str, limit: float) -> str:
        raise BadModel("filters are compared by bulk alone")

    def _any(self, one: str, other: str, said: str) -> str:
        return self._any_pair.format(one=f"{one}_l", other=f"{other}_r", said=said)

    jaro_winkler = "jaro_winkler_similarity"


class _Spark(_Lists):
    jaro_winkler = "jaro_winkler"  # of the jar that Splink brings


ENGINES: dict[str, Dialect] = {
    "duckdb": _Lists(
        "list_has_any({one}, {other})",
        "len(list_filter({one}, lambda x: len(list_filter({other}, lambda y: {said})) > 0)) > 0",
    ),
    "spark": _Spark("arrays_overlap({one}, {other})", "exists({one}, x -> exists({other}, y -> {said}))"),
}


def splink_settings(model: Model, engine: str = "duckdb", *, both: bool = False) -> dict[str, Any]:
    """The settings as Splink takes them. `both`: two files are linked; else one is compared with itself."""
    dialect = ENGINES[engine]
    return {
        "link_type": "link_only" if both else "dedupe_only",
        "unique_id_column_name": "unique_id",
        "probability_two_random_records_match": model.prior,
        "blocking_rules_to_generate_predictions": [_block(row) for row in model.blocks],
        "comparisons": [_comparison(model, field, dialect) for field in model.fields],
        "retain_matching_columns": False,
    }


def _block(row: tuple[tuple[str, str], ...]) -> dict[str, Any]:
    return {
        "blocking_rule": " AND ".join(f"l.{one} = r.{other}" for one, other in row),
        "arrays_to_explode": sorted({column for pair in row for column in pair}),
    }


def _comparison(model: Model, field: Field, dialect: Dialect) -> dict[str, Any]:
    levels: list[dict[str, Any]] = [_said(UNKNOWN, unknown(field, dialect)) | {"is_null_level": True}]
    if model.household and (met := _of_a_household(model, model.household, field, dialect)):
        for_it = [f"({reached(level, dialect)})" for level in field.levels[:-1] if level.weight > 0]
        if for_it:
            levels.append(_said("somebody_else", f"({met}) AND ({' OR '.join(for_it)})") | NEUTRAL)
    for level in field.levels[:-1]:
        levels.append(_said(level.name, reached(level, dialect)) | _chances(level.m, level.u))
    last = field.levels[-1]
    levels.append(_said(last.name, "ELSE") | _chances(last.m, last.u))
    return {"output_column_name": field.name, "comparison_levels": levels}


def _of_a_household(model: Model, household: Household, field: Field, dialect: Dialect) -> str:
    met = [related_met(household, dialect)] if household.related else []
    if field.name in household.fields:
        for name, worst in household.unless:
            named = model.field(name)
            good = [f"coalesce({reached(level, dialect)}, FALSE)" for level in named.levels[: named.place(worst) + 1]]
            met.append(f"(NOT ({unknown(named, dialect)}) AND NOT ({' OR '.join(good)}))")
    return " OR ".join(f"coalesce({each}, FALSE)" for each in met)


def _said(name: str, condition: str) -> dict[str, Any]:
    return {"sql_condition": condition, "label_for_charts": name}


def _chances(m: float, u: float) -> dict[str, Any]:
    return {"m_probability": m, "u_probability": u}
