"""Numbers that a sentence names, out of the directory's."""

from tumpeang.directory.queries import EmergencyNumber, EmergencyNumbers


def other_numbers(numbers: EmergencyNumbers) -> list[EmergencyNumber]:
    """Those of others: for who cannot turn to us."""
    ours = our_number(numbers)
    return [number for number in numbers.all if number != ours]


def our_number(numbers: EmergencyNumbers) -> EmergencyNumber | None:
    """Who goes along to a doctor: the first that is not the police."""
    return next((number for number in numbers.all if not number.police), None)
