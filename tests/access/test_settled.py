"""Conditions that are compiled once: they follow the record into any query, and hold for an equal sight only."""

import pytest
from django.db.models import Exists, OuterRef, Q

from tumpeang.access import kept, settled, sight
from tumpeang.access.models import RecordGrant, Restriction, RoleGrant, User
from tumpeang.access.records import writing
from tumpeang.access.roles import Role, Scope
from tumpeang.access.settled import Settled
from tumpeang.intake import queries
from tumpeang.intake.models import Report
from tumpeang.intake.queries import REACH

LABEL = REACH.label


@pytest.fixture
def reports(drop_report):
    return [drop_report() for _ in range(3)]


def granted(cast, report, now) -> RecordGrant:
    with writing():
        row = RecordGrant(user=cast.dara, kind=LABEL, target=report.pk, granted_by=cast.borey, at=now)
        row.save()
    return row


def unrestricted() -> Q:
    return ~Q(Exists(Restriction.objects.filter(target=OuterRef("pk"), kind=LABEL)))


def test_a_condition_follows_the_record_into_every_depth(cast, reports, now):
    with writing():
        Restriction(kind=LABEL, target=reports[0].pk, set_by=cast.dara, set_at=now).save()
    condition = settled.settled(Report, "a test", cast.dara, unrestricted)
    assert isinstance(condition.children[0], Settled)
    seen = Report.objects.filter(condition)
    assert set(seen) == set(reports[1:]) and set(Report.objects.exclude(condition)) == {reports[0]}
    assert set(Report.objects.filter(Exists(seen.filter(pk=OuterRef("pk"))))) == set(reports[1:])
    deeper = Restriction.objects.filter(~Exists(seen.filter(pk=OuterRef("target"))), kind=LABEL)
    assert set(Report.objects.filter(Exists(deeper.filter(target=OuterRef("pk"))))) == {reports[0]}
    inside = settled.settled(Report, "one in another", cast.dara, lambda: Q(Exists(seen.filter(pk=OuterRef("pk")))))
    assert set(Report.objects.filter(inside)) == set(reports[1:])
    assert set(Report.objects.filter(Exists(Report.objects.filter(inside, pk=OuterRef("pk"))))) == set(reports[1:])


@pytest.mark.parametrize(("condition", "all_"), [(Q(pk__in=[]), False), (~Q(pk__in=[]), True)], ids=["none", "all"])
def test_what_fits_nobody_or_everybody_stays_so(cast, reports, condition, all_):
    found = Report.objects.filter(settled.settled(Report, f"fits {all_}", cast.dara, lambda: condition))
    assert set(found) == (set(reports) if all_ else set())


def test_a_condition_that_joins_is_refused(cast):
    with pytest.raises(ValueError, match="joins other tables"):
        settled.settled(Report, "joined", cast.dara, lambda: Q(team__office__name="x"))


def test_it_is_kept_for_an_equal_sight_only(cast, reports, now):
    made = []

    def condition() -> Q:
        made.append(sight.of(cast.dara))
        return Q(pk__in=sight.opened(cast.dara, LABEL).granted)

    def found() -> set[Report]:
        return set(Report.objects.filter(settled.settled(Report, "kept", cast.dara, condition)))

    assert found() == found() == set() and len(made) == 1
    grant = granted(cast, reports[0], now)
    assert found() == {reports[0]} and len(made) == 2
    with writing():
        RecordGrant.objects.filter(pk=grant.pk).update(ended_at=now)
    assert found() == set() and len(made) == 2, "the sight of before"


def test_a_change_meanwhile_is_not_kept_under_the_sight_of_before(cast, reports, now):
    """The sight is read, then something is opened, then the condition is made: of the sight that was read."""

    def condition() -> Q:
        if not RecordGrant.objects.exists():
            granted(cast, reports[1], now)
        return Q(pk__in=sight.opened(cast.dara, LABEL).granted)

    found = Report.objects.filter(settled.settled(Report, "meanwhile", cast.dara, condition))
    assert set(found) == set()
    assert set(Report.objects.filter(settled.settled(Report, "meanwhile", cast.dara, condition))) == {reports[1]}


def test_roles_that_changed_meanwhile_do_not_stay_under_the_roles_of_before(cast, drop_report):
    """Somebody is read twice in one request, before and after a role was given; then it is taken away again."""
    me, report = cast.sreyleak, drop_report()
    with kept.for_one_request():
        before = User.objects.get(pk=me.pk)
        assert not queries.visible_to(before).exists()
        with writing():
            grant = RoleGrant(user=me, role=Role.DIRECTOR, scope=Scope.ORGANISATION)
            grant.save()
        assert set(queries.visible_to(User.objects.get(pk=me.pk))) == {report}
        assert not queries.visible_to(before).exists()
    with writing():
        grant.delete()
    assert not queries.visible_to(User.objects.get(pk=me.pk)).exists()
