"""`TableSpec` to plain data and back: the words of its YAML file, each checked."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from tumpeang.statistics import rounding
from tumpeang.statistics.errors import SpecError
from tumpeang.statistics.periods import Period

if TYPE_CHECKING:
    from tumpeang.statistics.spec import Dimension, Filter, TableSpec

VERSION = 1
FILTER_WORDS = {
    "column": "column",
    "is": "among",
    "not": "apart_from",
    "from": "first",
    "to": "last",
    "missing": "missing",
}
SPEC_WORDS = (
    "version", "name", "title", "unit", "unit_id", "definition", "place", "source", "rows", "columns", "filters",
    "period", "period_column", "denominator", "decimals", "rounding", "translations",
)  # fmt: skip
DIMENSION_WORDS = (
    "column", "name", "values", "groups", "rest", "by", "unknown", "missing", "overlapping", "labels",
)  # fmt: skip
BASE_WORDS = ("definition", "within", "known_only")


def written(spec: TableSpec) -> dict[str, Any]:
    """Plain data; what is as by default is left out."""
    data: dict[str, Any] = {
        "version": VERSION, "name": spec.name, "title": spec.title, "unit": spec.unit, "unit_id": spec.unit_id,
        "definition": spec.definition, "place": spec.place, "source": spec.source,
        "rows": [_dimension(dimension) for dimension in spec.rows],
        "columns": [_dimension(dimension) for dimension in spec.columns],
        "filters": [_filter(entry) for entry in spec.filters],
        "period": spec.period.to_dict() if spec.period else None, "period_column": spec.period_column,
    }  # fmt: skip
    if spec.denominator:
        base = spec.denominator
        data["denominator"] = {
            "definition": base.definition,
            "within": list(base.within),
            "known_only": base.known_only,
        }
    data |= {"decimals": spec.decimals, "rounding": spec.rounding}
    data["translations"] = {language: dict(words) for language, words in spec.translations.items()}
    return {name: entry for name, entry in data.items() if entry not in ("", [], {}, None)}


def _dimension(dimension: Dimension) -> dict[str, Any]:
    data: dict[str, Any] = {
        "column": dimension.column, "name": dimension.name, "values": list(dimension.values),
        "groups": {group: list(values) for group, values in dimension.groups.items()}, "rest": dimension.rest,
        "by": dimension.by, "missing": list(dimension.missing), "overlapping": dimension.overlapping,
        "labels": {category: dict(names) for category, names in dimension.labels.items()},
    }  # fmt: skip
    data = {name: entry for name, entry in data.items() if entry not in ("", [], {}, False)}
    return data | {"unknown": list(dimension.unknown)}


def _filter(entry: Filter) -> dict[str, Any]:
    values = {word: getattr(entry, name) for word, name in FILTER_WORDS.items()}
    plain = {word: list(value) if isinstance(value, tuple) else value for word, value in values.items()}
    return {word: value for word, value in plain.items() if value not in (None, [])}


def read(data: Mapping[str, Any]) -> TableSpec:
    from tumpeang.statistics.spec import Denominator, TableSpec

    known = _known("a table", data, SPEC_WORDS)
    if known.pop("version", VERSION) != VERSION:
        raise SpecError(f"this file is of version {data['version']}; this workshop reads version {VERSION}")
    for name in ("name", "unit", "definition"):
        if not isinstance(known.get(name), str):
            raise SpecError(f"a table needs its {name}, as text")
    for name in ("rows", "columns"):
        known[name] = tuple(_read_dimension(entry) for entry in _listed(name, known.get(name, [])))
    known["filters"] = tuple(_read_filter(entry) for entry in _listed("filters", known.get("filters", [])))
    if period := known.get("period"):
        known["period"] = _told("period", Period.from_dict, period)
    if base := known.get("denominator"):
        words = _known("a denominator", base, BASE_WORDS)
        known["denominator"] = Denominator(**{**words, "within": tuple(_listed("within", words.get("within", ())))})
    known.setdefault("rounding", rounding.HALF_UP)
    return TableSpec(**known)


def _read_dimension(data: Mapping[str, Any] | str) -> Dimension:
    from tumpeang.statistics.spec import Dimension

    if isinstance(data, str):
        return Dimension(data)
    known = _known("a dimension", data, DIMENSION_WORDS)
    if "column" not in known:
        raise SpecError("a dimension needs its column")
    for name in ("values", "unknown", "missing"):
        if name in known:
            known[name] = _categories(name, known[name])
    groups = known.get("groups", {})
    known["groups"] = {group: _categories("groups", values) for group, values in groups.items()}
    return Dimension(**known)


def _read_filter(data: Mapping[str, Any]) -> Filter:
    from tumpeang.statistics.spec import Filter

    known = _known("a filter", data, tuple(FILTER_WORDS))
    for word in ("is", "not"):
        if word in known:
            known[word] = tuple(_listed(word, known[word]))
    return Filter(**{FILTER_WORDS[word]: value for word, value in known.items()})


def _known(what: str, data: Mapping[str, Any], words: Sequence[str]) -> dict[str, Any]:
    if not isinstance(data, Mapping):
        raise SpecError(f"{what} is a mapping of names, not {data!r}")
    for name in data:
        if name not in words:
            near = get_close_matches(str(name), words, n=1)
            hint = f"did you mean {near[0]}?" if near else f"it knows {', '.join(words)}"
            raise SpecError(f"{what} has no {name!r}; {hint}")
    return dict(data)


def _listed(name: str, value: Any) -> list[Any]:
    if not isinstance(value, (list, tuple)):
        raise SpecError(f"{name} is a list, not {value!r}")
    return list(value)


def _categories(name: str, values: Any) -> tuple[Any, ...]:
    listed = _listed(name, values)
    if len({isinstance(value, bool) for value in listed}) > 1:
        raise SpecError(f"{name}: YAML reads no, yes, on and off as truths; put quotes around them in {listed}")
    return tuple(listed)


def _told(what: str, make: Callable[[Any], Any], value: Any) -> Any:
    try:
        return make(value)
    except (ValueError, AttributeError, TypeError) as reason:
        raise SpecError(f"{what}: {reason}") from reason
