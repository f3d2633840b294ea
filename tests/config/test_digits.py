from django.utils import translation

from tumpeang.config.templatetags.digits import digits


def test_numbers_are_written_in_the_readers_digits():
    with translation.override("km"):
        assert digits("5/11/2026") == "៥/១១/២០២៦"
    with translation.override("en"):
        assert digits(5) == "5"
