from collections.abc import Iterator

import pytest
from django.utils import translation


@pytest.fixture
def directory(db: None) -> Iterator[None]:
    """The directory as it is loaded with the tables, in English."""
    with translation.override("en"):
        yield
