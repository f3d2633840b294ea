"""Numbers that a sentence names, out of the directory's."""

from tumpeang.directory.queries import EmergencyNumber, EmergencyNumbers


def our_number(numbers: EmergencyNumbers) -> EmergencyNumber | None:
    """Who goes along to a doctor: the first that is not the police."""
    return next((number for number in numbers.all if not number.police), None)
