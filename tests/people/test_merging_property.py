"""Any sequence of merges and unmerges ends as if nobody had merged, in every room and for every reader."""

from datetime import timedelta
from itertools import combinations

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tumpeang.access.models import LogRow
from tumpeang.access.records import writing
from tumpeang.cases import opening, parts
from tumpeang.cases import queries as cases
from tumpeang.cases.models import Case
from tumpeang.cases.views.page import _contents
from tumpeang.people import actions, merging, queries
from tumpeang.people.models import Person, SamePerson
from tumpeang.people.states import Joining, Source
from tumpeang.people.together import roots

pytestmark = pytest.mark.django_db

PEOPLE = 5
PAIRS = list(combinations(range(PEOPLE), 2))
# each act: join these two, or take apart what was joined (the n-th, if so many hold)
ACTS = st.lists(st.one_of(st.sampled_from(PAIRS), st.integers(0, 3)), max_size=8)


class World:
    """Five records in three cases: Dara and Vanna see all, Kosal the first, Borey all but the restricted third."""

    def __init__(self, cast, drop_report, plan, sheet, restrict, now):
        self.cast, self.now = cast, now
        self.cases = [self._case(drop_report, plan, row_name) for row_name in ("first", "second", "third")]
        with writing():
            Case.objects.filter(pk=self.cases[0].pk).update(lead=cast.kosal)
        of = [0, 0, 1, 1, 2]
        self.people = [
            parts.add_person(
                by=cast.dara, case=self.cases[of[n]], sheet=sheet(name=f"Name {n}", phone=f"012 555 70{n}"),
                source=Source.FAMILY, role="child_victim", now=now + timedelta(minutes=n),
            )
            for n in range(PEOPLE)
        ]  # fmt: skip
        for child in self.people[1:3]:
            actions.relate(
                by=cast.dara, person=self.people[4], other=child, kind="sibling", source=Source.FAMILY, now=now
            )
        restrict(self.cases[2], cast.dara, cast.vanna, reach=cases.REACH)
        self.readers = [cast.dara, cast.borey, cast.kosal]
        self.before = self.seen()

    def _case(self, drop_report, plan, name):
        report = drop_report(way="adult")
        by = self.cast.dara
        return opening.open_case(by=by, reports=[report], plan=plan(report, rows=[], agreed=[], title=name), lead=by,
                                 now=self.now)  # fmt: skip

    def join(self, one, other):
        link = merging.propose(by=self.cast.dara, one=self.people[one], other=self.people[other], now=self.now)
        merging.agree(by=self.cast.vanna, link=link, now=self.now)

    def live(self):
        return SamePerson.objects.filter(outcome=Joining.AGREED, ended_at=None).order_by("decided_at", "pk")

    def part(self, link):
        merging.take_apart(by=self.cast.dara, link=link, now=self.now)

    def seen(self):
        """All that every reader sees, in every room."""
        return {reader.username: self._of(reader) for reader in self.readers}

    def _of(self, reader):
        visible = list(queries.visible_to(reader).filter(pk__in=[one.pk for one in self.people]))
        portraits = queries.portraits(reader, visible, whole=True)
        return {
            "people": {
                pk: (
                    one.name, {row.pk for row in one.names}, {row.pk for row in one.contacts},
                    {record.pk for record in one.group.records},
                )
                for pk, one in portraits.items()
            },
            "found": {n: sorted(p.pk for p in queries.find(reader, f"012 555 70{n}")) for n in range(PEOPLE)},
            "relations": {p.pk: {row.pk for row in queries.relations(reader, p)} for p in visible},
            "parts": {p.pk: {part.pk for part, _case in cases.parts_of_person(reader, p)} for p in visible},
            "cases": {
                case.pk: [(one.person.pk, one.name, sorted(one.relations)) for one in self._page(reader, case)]
                for case in cases.visible_to(reader).filter(pk__in=[case.pk for case in self.cases])
            },
        }  # fmt: skip

    def _page(self, reader, case):
        return _contents(reader, case, cases.family(reader, case), self.now)["people"]


@pytest.fixture
def world(cast, drop_report, plan, sheet, restrict, now):
    return World(cast, drop_report, plan, sheet, restrict, now)


def values(seen):
    """Every value that a reader sees, of whomever: names and contacts."""
    return {who: {pk for one in room["people"].values() for pk in one[1] | one[2]} for who, room in seen.items()}


def expected(world, reader):
    """The records that are one person for a reader, by the links of which they see both ends."""
    visible = set(queries.visible_to(reader).filter(pk__in=[p.pk for p in world.people]).values_list("pk", flat=True))
    groups = {pk: {pk} for pk in visible}
    for one, other in world.live().values_list("one", "other"):
        if {one, other} <= visible:
            joined = groups[one] | groups[other]
            groups |= dict.fromkeys(joined, joined)
    return groups


@settings(
    max_examples=4, deadline=None, database=None, derandomize=True, phases=[Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)  # fmt: skip
@given(acts=ACTS)
def test_any_sequence_ends_as_if_nobody_had_merged(world, acts):
    with transaction.atomic():
        before, logged = world.before, LogRow.objects.count()
        done = 0
        for act in acts:
            live = list(world.live())
            if isinstance(act, int):
                if act < len(live):
                    world.part(live[act])
                    done += 1
            elif world.people[act[1]] not in queries.records_of(world.cast.dara, world.people[act[0]]):
                world.join(*act)
                done += 2
        between = world.seen()
        for reader in world.readers:
            groups = {pk: one[3] for pk, one in between[reader.username]["people"].items()}
            assert groups == expected(world, reader), "a link joins for who sees both ends, and for nobody else"
        assert values(between) == values(before), "nobody sees more of anybody, or less"
        oldest = roots([one.pk for one in world.people])
        assert len(set(oldest.values())) == len({frozenset(one) for one in expected(world, world.cast.dara).values()})
        for link in world.live():
            world.part(link)
            done += 1
        assert world.seen() == before
        assert not Person.objects.exclude(same_as=None).exists()
        assert LogRow.objects.count() == logged + done, "the log is the history"
        transaction.set_rollback(True)
