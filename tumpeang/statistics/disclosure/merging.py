"""Joining categories in print: the statements about each become one about all of them together."""

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction

from tumpeang.statistics.disclosure.cells import Counts
from tumpeang.statistics.disclosure.errors import DisclosureError
from tumpeang.statistics.disclosure.statements import Publication, Statement, printed_as


def joined(publication: Publication, dimension: str, values: tuple[str, ...], truth: Counts) -> Publication:
    """What would be printed if `values` were one. `truth`: counts of combinations, from which the joined print is
    made.

    A reader still knows that the categories are there, so a cell of one of them can still be asked for.
    """
    publication.picks({dimension: values})  # says what does not exist
    told: dict[tuple[object, ...], Statement] = {}
    for number, statement in enumerate(publication.statements):
        if statement.of.get(dimension) in values:
            raise DisclosureError(
                f"{statement.name} tells of people within {statement.of[dimension]}: leave it out first"
            )
        if statement.where.get(dimension) not in values:
            told["as it was", number] = statement
            continue
        one = replace(statement, where={**statement.where, dimension: list(values)})
        key = (one.kind, _hashable(one.where), _hashable(one.of), one.step)
        if key not in told:
            told[key] = replace(_anew(publication, one, truth), name=f"{' + '.join(values)} ({statement.name})")
    return publication.with_statements(told.values())


def _anew(publication: Publication, statement: Statement, truth: Counts) -> Statement:
    """The joined statement with what is true of it, in the same steps."""
    whole = publication.picks(statement.of)
    part = int((publication.picks(statement.where) * whole) @ truth)
    if statement.kind == "share":
        return printed_as(statement, Fraction(100 * part, int(whole @ truth)), statement.step)
    if statement.kind == "count":
        if statement.printed is not None:
            return printed_as(statement, Fraction(part), statement.step)
        return replace(statement, least=part, most=part)
    raise DisclosureError(f"{statement.name} is a sentence about one of them: leave it out first")


def _hashable(where: Mapping[str, object]) -> tuple[object, ...]:
    return tuple(sorted((name, str(value)) for name, value in where.items()))
