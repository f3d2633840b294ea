"""Whether somebody of a list is known already: to whoever brought the list, among whom they see. Nobody else counts.

A colleague who sees the list as well is told only of whom they see themselves; to them all others are new.
"""

from collections.abc import Iterable
from datetime import date
from typing import Any

from tumpeang.access.models import User
from tumpeang.directory.queries import lineages
from tumpeang.linkage.model import persons
from tumpeang.linkage.scoring import Against
from tumpeang.people import comparing, import_lines, queries, tokens
from tumpeang.people.birth import Birth
from tumpeang.people.models import PersonImport
from tumpeang.people.records_of import places_in, record_of, record_of_sheet
from tumpeang.people.sheet import Contact, Identifier, Lives, Name, Sheet

NEW, SAME, DOUBTFUL, TWICE, BAD = "new", "same", "doubtful", "twice", "bad"
ASKED = {SAME, DOUBTFUL, TWICE}  # left out unless somebody says otherwise
SURE = 10.0  # bits: a thousand to one
DOUBT = -3.0  # bits: one in nine; whoever brings a list looks at few people and can tell
MOST = 10

Found = dict[str, Any]  # line, kind; person and weight of who is known; faults; of


def lines_of(brought: PersonImport) -> list[list[Any]]:
    """The lines of a list: number and cells."""
    return list((brought.table or {"lines": []})["lines"])


def found_of(brought: PersonImport) -> list[Found]:
    return list(brought.found or [])


def found_for(user: User, brought: PersonImport) -> list[Found]:
    """What was found, as a reader may know it: who does not see somebody is not told that a line tells of them."""
    found = found_of(brought)
    if brought.by_id == user.pk:
        return found
    people = {one["person"] for one in found if "person" in one}
    seen = {str(pk) for pk in queries.visible_to(user).filter(pk__in=people).values_list("pk", flat=True)}
    return [one if one.get("person") in {None, *seen} else _as_if_new(one) for one in found]


def _as_if_new(one: Found) -> Found:
    if one["kind"] == TWICE:
        return {"line": one["line"], "kind": TWICE, "of": one["of"]}
    return {"line": one["line"], "kind": NEW}


def look(brought: PersonImport, lines: Iterable[list[Any]], today: date) -> list[Found]:
    """What each of these lines is. `today`: the day of the list, from which ages count."""
    return [_look(brought, number, cells, today) for number, cells in lines]


def _look(brought: PersonImport, number: int, cells: list[str], today: date) -> Found:
    read = import_lines.read(brought.columns, cells, today=today)
    if read.faults:
        return {"line": number, "kind": BAD, "faults": read.faults}
    best = _best(brought, read.sheet)
    if best is None:
        return {"line": number, "kind": NEW}
    person, weight = best
    return {"line": number, "kind": SAME if weight >= SURE else DOUBTFUL, "person": person, "weight": round(weight, 1)}


def _best(brought: PersonImport, sheet: Sheet) -> tuple[str, float] | None:
    """Whom it is most likely, if it may be somebody who is known."""
    people = comparing.sharing(values_of(sheet), queries.visible_to(brought.by), MOST)
    portraits = queries.portraits(brought.by, people, whole=True)
    told = {value.place.pk for value in sheet.values if isinstance(value, Lives) and value.place}
    known = lineages(places_in(portraits.values()) | told)
    mine, model = record_of_sheet(sheet, known), persons()
    against = Against(mine.columns, model)
    weights = {pk: against.score(record_of(portrait, known).columns).weight for pk, portrait in portraits.items()}
    best = max(weights, key=lambda pk: weights[pk], default=None)
    return (str(best), weights[best]) if best and weights[best] >= DOUBT else None


def values_of(sheet: Sheet) -> list[tokens.Value]:
    """What somebody with this sheet is found by: with their years of birth, and among those of whom none is known."""
    births = [value for value in sheet.values if isinstance(value, Birth)]
    years = tokens.years_of([(born.first.year, born.last.year) for born in births])
    found: list[tokens.Value] = []
    for value in sheet.values:
        if isinstance(value, Name):
            found += [*tokens.of_name(value.name, years), *tokens.of_name(value.name, ())]
        elif isinstance(value, Contact):
            found += tokens.of_contact(value.kind, value.value)
        elif isinstance(value, Identifier):
            found += tokens.of_identifier(value.value)
    return found


def twice(brought: PersonImport) -> list[Found]:
    """The findings, with lines of the list that say the same as an earlier one."""
    cells = {number: tuple(row) for number, row in lines_of(brought)}
    first: dict[tuple[str, ...], int] = {}
    found = []
    for one in found_of(brought):
        earlier = first.setdefault(cells[one["line"]], one["line"])
        again = earlier != one["line"] and one["kind"] != BAD
        found.append(one | {"kind": TWICE, "of": earlier} if again else one)
    return found
