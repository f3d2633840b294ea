"""A list of people as its pages show it: what each line is, what is wrong with it, how far it is. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tumpeang.people.import_columns import COLUMNS
from tumpeang.people.import_looking import ASKED, BAD, DOUBTFUL, NEW, SAME, TWICE, Found, lines_of
from tumpeang.people.models import PersonImport

MOST_SHOWN = 200  # lines of a kind on one page
FILES: dict[str, str | Promise] = {
    "too_large": gettext_lazy("This file is too large: 5 megabytes at most. Divide the list."),
    "too_many": gettext_lazy("This list is too long: 10,000 people at most. Divide it."),
    "too_wide": gettext_lazy("This list has too many columns: 40 at most."),
    "old_excel": gettext_lazy("This is an old Excel file. Save it as .xlsx or as CSV UTF-8, and choose it again."),
    "encoding": gettext_lazy("The letters of this file cannot be read. Save it as CSV UTF-8 or as .xlsx."),
    "not_a_table": gettext_lazy("This is no table. Choose a .xlsx or a .csv file."),
    "empty": gettext_lazy("There is nobody in this list: it needs a line of headings, and below it the people."),
    "none": gettext_lazy("Choose a file of 5 megabytes at most."),
}
FAULTS: dict[str, str | Promise] = {
    "nobody": gettext_lazy("nothing in this line says who it is"),
    "long": gettext_lazy("too long"),
    "formula": gettext_lazy("begins like a formula: write it as text"),
    "name": gettext_lazy("no letters"),
    "born": gettext_lazy("no date and no age: write 3/5/2012, 5/2012, 2012 or 12"),
    "sex": gettext_lazy("write female, male or unknown"),
    "nationality": gettext_lazy("no country that is known"),
    "language": gettext_lazy("no language of the list"),
    "phone": gettext_lazy("no phone number"),
    "email": gettext_lazy("no e-mail address"),
    "number": gettext_lazy("too short"),
}


@dataclass(frozen=True)
class Line:
    """One line of the list."""

    number: int
    cells: list[str]
    kind: str
    faults: list[str] = field(default_factory=list)
    person: str = ""  # the id of who is known
    of: int = 0  # the earlier line that says the same


@dataclass(frozen=True)
class Part:
    """The lines of one kind: as many as a page shows, and how many there are."""

    kind: str
    title: str | Promise
    hint: str | Promise
    lines: list[Line]
    count: int

    @property
    def asked(self) -> bool:
        return self.kind in ASKED


_PARTS: tuple[tuple[str, str | Promise, str | Promise], ...] = (
    (DOUBTFUL, gettext_lazy("In doubt"), gettext_lazy("May be somebody who is known. Left out unless you choose them; "
                                                      "then the house asks two people whether they are one.")),
    (SAME, gettext_lazy("Known already"), gettext_lazy("Left out unless you choose them.")),
    (TWICE, gettext_lazy("Twice in the list"), gettext_lazy("The same as an earlier line. Left out unless you choose "
                                                            "them.")),
    (BAD, gettext_lazy("Cannot be read"), gettext_lazy("Not brought in. Mend these lines in your file and bring it in "
                                                       "once more: who is known by then is left out.")),
    (NEW, gettext_lazy("New"), gettext_lazy("Brought in.")),
)  # fmt: skip


def parts(brought: PersonImport, findings: Iterable[Found]) -> list[Part]:
    """What each line is, as its reader may know it: those that somebody must look at first."""
    cells = {number: row for number, row in lines_of(brought)}
    found: dict[str, list[Found]] = {}
    for one in findings:
        found.setdefault(one["kind"], []).append(one)
    return [
        Part(kind, title, hint, [_line(one, cells) for one in found[kind][:MOST_SHOWN]], len(found[kind]))
        for kind, title, hint in _PARTS
        if kind in found
    ]


def known_in(parts: Iterable[Part]) -> set[str]:
    """The ids of who is known, on the page."""
    return {line.person for part in parts for line in part.lines if line.person}


def columns_of(brought: PersonImport) -> list[dict[str, Any]]:
    """Each column: its heading, what is in the first lines, what it is taken for."""
    head = (brought.table or {"head": []})["head"]
    samples = lines_of(brought)[:3]
    return [
        {
            "heading": heading or _("column %(number)d") % {"number": place + 1},
            "samples": [row[place] for _number, row in samples if row[place]],
            "name": f"column-{place}",
            "value": brought.columns[place],
        }
        for place, heading in enumerate(head)
    ]


def _line(one: Found, cells: dict[int, list[str]]) -> Line:
    return Line(
        number=one["line"],
        cells=[text for text in cells[one["line"]] if text],
        kind=one["kind"],
        faults=[_fault(*fault) for fault in one.get("faults", [])],
        person=one.get("person", ""),
        of=one.get("of", 0),
    )


def _fault(column: str, slug: str, cell: str) -> str:
    words = str(FAULTS[slug])
    return f"{COLUMNS[column]} “{cell}”: {words}" if column else words
