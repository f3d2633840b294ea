"""The data dictionary: every table and field of ours, with how careful one must be with it. Generated, never typed.

The page is docs/reference/data-dictionary.md; `tumpeang dictionary` writes it, `--check` says whether it is fresh.
"""

from collections.abc import Iterator
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.db import models

PAGE: Path = settings.BASE.parent / "docs" / "reference" / "data-dictionary.md"
ROOMS = ("cases", "intake", "people", "letterbox", "directory", "access")  # upper to lower; the vault has no table

_HEAD = """# Data dictionary

Every table of Tumpeang, from its models. Written by `tumpeang dictionary`; change the models, not this page.

Classes: **public** may stand on a poster · **internal** says nothing about a person · **personal** is about a person,
not enough to find them · **identity** finds a person · **narrative** is what somebody told. The last two are always
encrypted. The letterbox's *bytes* are sealed, encrypted or derived before the row exists. Tables of libraries
(sessions, second factors, queue, cache) are not listed.
"""


def page() -> str:
    return "\n".join([_HEAD, *(line for room in ROOMS for line in _room(room))])


def is_fresh() -> bool:
    return PAGE.exists() and PAGE.read_text() == page()


def write() -> None:
    PAGE.write_text(page())


def _room(label: str) -> Iterator[str]:
    yield f"## {label}\n"
    for model in apps.get_app_config(label).get_models():
        says = (model.__doc__ or "").strip().split("\n")[0]
        yield f"### {model._meta.db_table}\n"
        yield f"{says}\n" if says and not says.startswith(f"{model.__name__}(") else ""
        yield "| field | type | class |"
        yield "|---|---|---|"
        for field in model._meta.concrete_fields:
            yield f"| {field.attname} | {_type(field)} | {getattr(field, 'privacy', '')} |"
        yield ""


_NAMES = {
    "UUIDField": "UUID",
    "CharField": "text",
    "TextField": "text",
    "BinaryField": "bytes",
    "EncryptedText": "encrypted text",
    "EncryptedJSON": "encrypted answers",
    "DateTimeField": "time",
    "DateField": "day",
    "BooleanField": "yes or no",
    "JSONField": "JSON",
}


def _type(field: "models.Field[object, object]") -> str:
    if isinstance(field, models.ForeignKey):
        words = f"key of {field.related_model._meta.db_table}"
    else:
        name = type(field).__name__
        words = _NAMES.get(name, "number" if "Integer" in name or "AutoField" in name else name)
    length = f", at most {field.max_length}" if field.max_length and not isinstance(field, models.UUIDField) else ""
    return words + length + (", may be empty" if field.null else "")
