"""The demo's list of people: a family that waits to be looked at, and two records that are one."""

import pytest

from demo import play
from tumpeang.people import pairs, queries
from tumpeang.people.models import PersonImport, SamePerson
from tumpeang.people.states import ImportState

pytestmark = pytest.mark.django_db


def test_the_demo_has_a_family_to_look_at_and_one_person_of_two_records(cast, now):
    play.play(now=now)
    found = pairs.queue(cast.dara)
    names = [{one.one.name, one.other.name} for one in found]
    assert any("ចាន់ សុភា" in name for pair in names for name in pair) and len(found) == 2
    assert len(pairs.related(cast.dara, found)) == 2, "an aunt and her niece, twice"
    link = SamePerson.objects.get()
    assert queries.portraits(cast.vanna, [link.other])[link.other_id].name.startswith("Kim Rithy")
    assert PersonImport.objects.get().state == ImportState.WRITTEN and len(PersonImport.objects.get().kept_back) == 1
