"""The translations: gathered from templates and code, checked for completeness. English sentences are the keys."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.utils.translation.template import templatize

PACKAGE: Path = settings.BASE
LANGUAGES = ("km", "en")
_KEYWORDS = {
    "_": None, "gettext": None, "gettext_lazy": None, "gettext_noop": None, "ngettext": (1, 2), "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2), "pgettext_lazy": ((1, "c"), 2), "npgettext": ((1, "c"), 2, 3),
}  # fmt: skip
_SHORT = 12  # letters: names and codes may stay in Latin
_KHMER = re.compile(r"[\u1780-\u17ff]")
_PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}")

# the same at each gathering, so that a difference is a difference in words
_HEADER = "# The words of Tumpeang. Sentences are gathered by `tumpeang messages`; the Khmer is written here."
_BORN = datetime(2026, 1, 1, tzinfo=UTC)

Message = tuple[str | tuple[str, ...], str | None, str]  # msgid (or singular and plural), context, where

# sentences of libraries that a person can meet here; the libraries ship no Khmer
EXTERNAL = PACKAGE / "locale" / "external.txt"


def sources() -> Iterator[Message]:
    """Every sentence that a person can meet, with where it stands."""
    for path in sorted(PACKAGE.rglob("*.py")):
        if "migrations" not in path.parts:
            yield from _extract(path.read_text(), path)
    for path in sorted([*PACKAGE.rglob("*.html"), *PACKAGE.rglob("*.txt")]):
        if "templates" in path.parts:
            yield from _extract(templatize(path.read_text(), origin=str(path)), path)
    yield from external()


def external() -> Iterator[Message]:
    """The sentences of libraries: `[context] sentence`, `one | many`; a line end inside is written \\n."""
    for line in EXTERNAL.read_text().splitlines():
        if line and not line.startswith("#"):
            context, text = re.fullmatch(r"(?:\[([^]]+)\] )?(.+)", line).groups()  # type: ignore[union-attr]
            forms = tuple(text.replace("\\n", "\n").split(" | "))
            yield forms if len(forms) > 1 else forms[0], context, "libraries"


def _extract(text: str, path: Path) -> Iterator[Message]:
    where = str(path.relative_to(PACKAGE))
    for _line, message, _comments, context in extract("python", BytesIO(text.encode()), keywords=_KEYWORDS):
        yield message, context, where


def gather() -> list[str]:
    """Write the catalogues anew, keeping what is translated; returns what has no Khmer yet."""
    for language in LANGUAGES:
        path = _path(language)
        old = _read(language) if path.exists() else Catalog(locale=language)
        new = Catalog(locale=language, header_comment=_HEADER, project="Tumpeang", creation_date=_BORN, fuzzy=False)
        for message, context, where in sources():
            known = old.get(message, context)
            blank: str | tuple[str, ...] = ("",) * new.num_plurals if isinstance(message, tuple) else ""
            string = known.string if known and known.string else blank
            if language == "en" and not _filled(string):
                string = message[: new.num_plurals] if isinstance(message, tuple) else message
            new.add(message, string, locations=[(where, 0)], context=context)
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as file:
            write_po(file, new, sort_output=True, omit_header=False, width=0, include_lineno=False)
    return check()


def check() -> list[str]:
    """What is wrong with the catalogues, a line each: missing, left over, no Khmer letters, placeholders lost."""
    faults = []
    wanted = {(_key(message), context): (message, where) for message, context, where in sources()}
    for language in LANGUAGES:
        catalogue = _read(language)
        known = {(_key(m.id), m.context): m for m in catalogue if m.id}
        for key, (message, where) in wanted.items():
            found = known.get(key)
            if found is None or not _filled(found.string) or found.fuzzy:
                faults.append(f"{language}: {where}: not translated: {_key(message)!r}")
                continue
            faults += [f"{language}: {where}: {what}: {key[0]!r}" for what in _faults(language, message, found.string)]
        faults += [f"{language}: left over: {key[0]!r}" for key in known.keys() - wanted.keys()]
    return faults


def _faults(language: str, message: Any, string: Any) -> Iterator[str]:
    strings = _forms(string)
    for number, text in enumerate(strings):
        # only the singular may do without the number; a language with one form says it always
        original = message if isinstance(message, str) else message[0 if number == 0 and len(strings) > 1 else -1]
        if sorted(_PLACEHOLDER.findall(text)) != sorted(_PLACEHOLDER.findall(original)):
            yield "placeholders differ"
        letters = re.sub(r"[^A-Za-z]", "", _PLACEHOLDER.sub("", original))
        if language == "km" and len(letters) > _SHORT and not _KHMER.search(text):
            yield "has no Khmer"


def translation(message: str, language: str) -> str:
    found = _read(language).get(message)
    return str(found.string) if found else ""


def words(language: str) -> dict[tuple[str, str | None], str]:
    """What is said for each sentence and its context; of a plural, the form for many."""
    return {(_key(m.id), m.context): _forms(m.string)[-1] for m in _read(language) if m.id}


def _key(message: Any) -> str:
    return message if isinstance(message, str) else message[0]


def _forms(string: Any) -> list[str]:
    return [string] if isinstance(string, str) else list(string)


def _filled(string: Any) -> bool:
    return bool(string) and (isinstance(string, str) or all(string))


def _path(language: str) -> Path:
    return PACKAGE / "locale" / language / "LC_MESSAGES" / "django.po"


def _read(language: str) -> Catalog:
    with _path(language).open("rb") as file:
        return read_po(file, locale=language)
