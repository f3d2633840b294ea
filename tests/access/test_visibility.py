"""Who sees one record: each way in, what closes it again, and the whole against a definition in plain Python."""

from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tumpeang.access import visibility
from tumpeang.access.models import (
    BrokenGlass,
    Deputy,
    Listed,
    Membership,
    Office,
    RecordGrant,
    Restriction,
    RoleGrant,
    Team,
    User,
)
from tumpeang.access.records import writing
from tumpeang.access.registry import registry
from tumpeang.access.roles import Role, Scope
from tumpeang.access.states import Why
from tumpeang.intake import queries
from tumpeang.intake.models import Report
from tumpeang.intake.queries import REACH
from tumpeang.intake.states import Stage

LABEL = REACH.label


@pytest.fixture
def house(db, now):
    """`house.person(scope)`, `house.report(holder=…, team=…)`: workers and reports, in two offices of two teams."""
    return House(now)


class House:
    def __init__(self, now):
        self.now = now
        with writing():
            self.teams = []
            for name in ("here", "there"):
                office = Office(name=name, name_km=name)
                office.save()
                for number in range(2):
                    team = Team(office=office, name=f"{name} {number}", name_km=name)
                    team.save()
                    self.teams.append(team)

    def person(self, scope=None, *, role=Role.SOCIAL_WORKER, teams=(), active=True) -> User:
        name = uuid4().hex[:12]
        user = User(username=name, display_name=name, is_active=active)
        user.save()
        with writing():
            if scope:
                RoleGrant(user=user, role=role, scope=scope).save()
            for team in teams:
                Membership(user=user, team=team, since=self.now).save()
        return user

    def report(self, *, holder=None, team=None, stage=None, **more) -> Report:
        report = Report(
            id=uuid4(), channel="web", way="adult", language="en", received_at=self.now, account={}, level="low",
            level_rank=3, due_at=self.now, stage=stage or ("taken" if holder else "waiting"), taken_by=holder,
            team=team, **more,
        )  # fmt: skip
        with writing():
            report.save()
        return report

    def grant(self, report, user, *, ended=False):
        with writing():
            RecordGrant(
                kind=LABEL, target=report.pk, user=user, at=self.now, ended_at=self.now if ended else None
            ).save()

    def deputy(self, user, deputy, *, over=False):
        with writing():
            Deputy(user=user, deputy=deputy, since=self.now, until=self.now if over else None).save()

    def restrict(self, report, *people, by=None, lifted=False):
        over = self.now if lifted else None
        with writing():
            restriction = Restriction(
                kind=LABEL, target=report.pk, set_by=by or people[0], set_at=self.now, lifted_at=over
            )
            restriction.save()
            for person in people:
                Listed(restriction=restriction, user=person).save()

    def glass(self, report, user, *, minutes=30):
        with writing():
            BrokenGlass(
                kind=LABEL, target=report.pk, user=user, reason="Somebody may come to harm.", at=self.now,
                until=self.now + timedelta(minutes=minutes),
            ).save()  # fmt: skip


def sees(user, report) -> bool:
    return queries.visible_to(User.objects.get(pk=user.pk)).filter(pk=report.pk).exists()


@contextmanager
def registered(*shown):
    """Something of an upper room through which these are visible: pairs of user and report."""
    pairs = {(user.pk, report.pk) for user, report in shown}

    def condition(user):
        keys = [report for who, report in pairs if who == user.pk]
        return Q(Exists(Report.objects.filter(pk=OuterRef("pk"), pk__in=keys)))

    before = registry.visibility.get(LABEL, [])
    registry.visibility[LABEL] = [*before, condition]
    try:
        yield
    finally:
        registry.visibility[LABEL] = before


# ---- ways in -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("scope", "seen"),
    [
        (Scope.OWN, {"own"}),
        (Scope.TEAM, {"own", "team", "waiting"}),
        (Scope.OFFICE, {"own", "team", "office", "waiting"}),
        (Scope.ORGANISATION, {"own", "team", "office", "elsewhere", "waiting", "nobody's team"}),
        (None, set()),
    ],
)
def test_each_scope_reaches_as_far_as_it_says(house, scope, seen):
    here, beside, far, _ = house.teams
    me, other = house.person(scope, teams=[here]), house.person(Scope.OWN)
    reports = {
        "own": house.report(holder=me, team=far),
        "team": house.report(holder=other, team=here),
        "office": house.report(holder=other, team=beside),
        "elsewhere": house.report(holder=other, team=far),
        "waiting": house.report(),
        "nobody's team": house.report(holder=other),
    }
    assert {name for name, report in reports.items() if sees(me, report)} == seen


def test_a_waiting_report_of_another_team_is_not_everybodys(house):
    report = house.report(team=house.teams[2], stage="waiting")
    assert not sees(house.person(Scope.TEAM, teams=house.teams[:1]), report)
    assert sees(house.person(Scope.TEAM, teams=house.teams[2:3]), report)


def test_who_left_a_team_sees_nothing_of_it(house, now):
    me = house.person(Scope.TEAM, teams=house.teams[:1])
    report = house.report(holder=house.person(), team=house.teams[0])
    with writing():
        Membership.objects.update(until=now)
    assert not sees(me, report)


@pytest.mark.parametrize(("active", "scope"), [(False, Scope.ORGANISATION), (True, None)])
def test_a_closed_account_or_one_without_the_role_sees_nothing_whatever_else_opens_it(house, active, scope):
    me = house.person(scope, active=active)
    report = house.report(holder=me)
    house.grant(report, me)
    house.glass(report, me)
    house.restrict(report, me)
    with registered((me, report)):
        assert not sees(me, report)


@pytest.mark.parametrize("over", [False, True])
def test_a_deputy_sees_what_is_the_workers_own_while_standing_in(house, over):
    holder, deputy, stranger = house.person(Scope.OWN), house.person(Scope.OWN), house.person(Scope.OWN)
    house.deputy(holder, deputy, over=over)
    report = house.report(holder=holder)
    assert sees(deputy, report) is not over
    assert not sees(stranger, report)
    assert not sees(holder, house.report(holder=deputy)), "it goes one way"


@pytest.mark.parametrize("ended", [False, True])
def test_one_report_opened_to_one_person(house, ended):
    me, other = house.person(Scope.OWN), house.person(Scope.OWN)
    report, beside = house.report(holder=house.person()), house.report(holder=house.person())
    house.grant(report, me, ended=ended)
    assert sees(me, report) is not ended
    assert not sees(me, beside) and not sees(other, report)


def test_an_upper_room_shows_through_the_registry_and_no_longer_than_it_says_so(house):
    me, other = house.person(Scope.OWN), house.person(Scope.OWN)
    report = house.report(holder=house.person())
    with registered((me, report)):
        assert sees(me, report) and not sees(other, report)
    assert not sees(me, report), "asked anew each time, never copied"


# ---- what closes it ----------------------------------------------------------------------------------------------


def test_a_restriction_beats_every_scope_and_every_grant(house):
    team = house.teams[0]
    listed = house.person(Scope.OWN)
    holder, deputy, lead = house.person(Scope.OWN), house.person(Scope.OWN), house.person(Scope.ORGANISATION)
    colleague, granted, through = house.person(Scope.TEAM, teams=[team]), house.person(Scope.OWN), house.person("own")
    report = house.report(holder=holder, team=team)
    house.deputy(holder, deputy)
    house.grant(report, granted)
    with registered((through, report)):
        assert all(sees(one, report) for one in (holder, deputy, lead, colleague, granted, through))
        house.restrict(report, listed)
        assert not any(sees(one, report) for one in (holder, deputy, lead, colleague, granted, through))
        assert sees(listed, report), "a list opens as well as it closes"


def test_a_lifted_restriction_hides_and_opens_nothing(house):
    lead, listed = house.person(Scope.ORGANISATION), house.person(Scope.OWN)
    report = house.report(holder=house.person())
    house.restrict(report, listed, lifted=True)
    assert sees(lead, report) and not sees(listed, report)


@pytest.mark.parametrize("restricted", [False, True])
def test_broken_glass_opens_to_who_broke_it_until_its_time(house, restricted):
    me, other, listed = house.person(Scope.OWN), house.person(Scope.OWN), house.person(Scope.OWN)
    report, late = house.report(holder=house.person()), house.report(holder=house.person())
    for one in (report, late):
        if restricted:
            house.restrict(one, listed)
    house.glass(report, me)
    house.glass(late, me, minutes=-1)
    assert sees(me, report) and not sees(me, late) and not sees(other, report)
    beside_glass = visibility.visible(User.objects.get(pk=me.pk), Report.objects.all(), REACH, by_glass=False)
    assert not beside_glass.exists()


def test_an_erased_report_is_seen_by_nobody(house, now):
    lead, me = house.person(Scope.ORGANISATION), house.person(Scope.OWN)
    report = house.report(holder=me, erased_at=now)
    house.grant(report, lead)
    house.restrict(report, lead, me)
    house.glass(report, me)
    assert not sees(lead, report) and not sees(me, report)


def test_another_kind_of_record_with_the_same_id_changes_nothing(house, now):
    lead, me = house.person(Scope.ORGANISATION), house.person(Scope.OWN)
    report = house.report(holder=house.person())
    with writing():
        Restriction(kind="cases.case", target=report.pk, set_by=me, set_at=now).save()
        RecordGrant(kind="cases.case", target=report.pk, user=me, at=now).save()
    assert sees(lead, report) and not sees(me, report)


# ---- who sees it, and why ----------------------------------------------------------------------------------------


def why(report) -> dict:
    return {one.user.pk: set(one.why) for one in visibility.seers(Report.objects.get(pk=report.pk), REACH)}


def test_the_page_knows_every_reason(house):
    here, beside, *_ = house.teams
    holder = house.person(Scope.TEAM, teams=[here])
    deputy, granted, through = (house.person(Scope.OWN) for _ in range(3))
    office, lead = house.person(Scope.OFFICE, teams=[beside]), house.person(Scope.ORGANISATION)
    house.person(Scope.OWN)
    report = house.report(holder=holder, team=here)
    house.deputy(holder, deputy)
    house.grant(report, granted)
    with registered((through, report)):
        assert why(report) == {
            holder.pk: {Why.HOLDER, Why.TEAM},
            deputy.pk: {Why.DEPUTY},
            granted.pk: {Why.GRANTED},
            through.pk: {Why.THROUGH},
            office.pk: {Why.OFFICE},
            lead.pk: {Why.ORGANISATION},
        }
    assert why(house.report()) == {
        holder.pk: {Why.COMMON}, office.pk: {Why.COMMON}, lead.pk: {Why.ORGANISATION},
    }  # fmt: skip
    house.restrict(report, granted)
    assert why(report) == {granted.pk: {Why.LISTED}}


# ---- the whole, against a definition -----------------------------------------------------------------------------

PEOPLE, REPORTS = 4, 2
some = st.sets(st.integers(0, PEOPLE - 1), max_size=PEOPLE)


@dataclass
class World:
    """A small world by numbers: who is who, and how each report hangs on them."""

    scopes: list
    active: list
    teams: list  # of each person, a set
    deputies: set  # (of whom, who)
    reports: list


@dataclass
class Hung:
    holder: int | None
    team: int | None
    stage: str
    erased: bool
    granted: set
    through: set
    list: set | None
    lifted: bool
    open_glass: set
    old_glass: set = field(default_factory=set)


def worlds():
    person = st.integers(0, PEOPLE - 1)
    report = st.builds(
        Hung, st.one_of(st.none(), person), st.one_of(st.none(), st.integers(0, 3)),
        st.sampled_from(["waiting", "taken", "ended"]), st.booleans(), some, some,
        st.one_of(st.none(), some), st.booleans(), some, some,
    ).filter(lambda one: one.holder is not None or one.stage != "taken")  # fmt: skip
    pairs = st.tuples(person, person).filter(lambda pair: pair[0] != pair[1])
    return st.builds(
        World, st.lists(st.sampled_from([None, *Scope]), min_size=PEOPLE, max_size=PEOPLE),
        st.lists(st.booleans(), min_size=PEOPLE, max_size=PEOPLE),
        st.lists(st.sets(st.integers(0, 3), max_size=2), min_size=PEOPLE, max_size=PEOPLE),
        st.sets(pairs, max_size=3), st.lists(report, min_size=REPORTS, max_size=REPORTS),
    )  # fmt: skip


def definition(world, me, report, *, by_glass=True) -> bool:
    """Who sees a report, said in plain Python."""
    if report.erased or world.scopes[me] is None or not world.active[me]:
        return False
    if by_glass and me in report.open_glass:
        return True
    if report.list is not None and not report.lifted:
        return me in report.list
    return me in report.granted | report.through or in_reach(world, me, report)


def in_reach(world, me, report) -> bool:
    scope, mine = world.scopes[me], world.teams[me]
    own = report.holder is not None and (report.holder == me or (report.holder, me) in world.deputies)
    if own or scope in {Scope.OWN, Scope.ORGANISATION}:
        return own or scope == Scope.ORGANISATION
    if report.team is None:
        return report.stage == "waiting"
    return report.team in mine or (scope == Scope.OFFICE and report.team // 2 in {team // 2 for team in mine})


def build(house, world, people, reports, now):
    with writing():
        for person, scope, active, teams in zip(people, world.scopes, world.active, world.teams, strict=True):
            User.objects.filter(pk=person.pk).update(is_active=active)
            if scope:
                RoleGrant(user=person, role=Role.SOCIAL_WORKER, scope=scope).save()
            for team in teams:
                Membership(user=person, team=house.teams[team], since=now).save()
    for of, who in world.deputies:
        house.deputy(people[of], people[who])
    for row, hung in zip(reports, world.reports, strict=True):
        hang(house, row, hung, people, now)


def hang(house, row, hung, people, now):
    holder = None if hung.holder is None else people[hung.holder]
    team = None if hung.team is None else house.teams[hung.team]
    erased_at, ended_at = (now if so else None for so in (hung.erased, hung.stage == Stage.ENDED))
    with writing():
        Report.objects.filter(pk=row.pk).update(
            stage=hung.stage, taken_by=holder, team=team, erased_at=erased_at, ended_at=ended_at
        )
    for one in hung.granted:
        house.grant(row, people[one])
    if hung.list is not None:
        house.restrict(row, *(people[one] for one in hung.list), by=people[0], lifted=hung.lifted)
    for one in hung.open_glass:
        house.glass(row, people[one])
    for one in hung.old_glass:
        house.glass(row, people[one], minutes=-1)


@given(world=worlds())
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_query_is_the_definition(house, now, world):
    if not hasattr(house, "people"):
        house.people = [house.person() for _ in range(PEOPLE)]
        house.reports = [house.report() for _ in range(REPORTS)]
    people, reports = house.people, house.reports
    with transaction.atomic():
        build(house, world, people, reports, now)
        through = [(people[one], row) for row, hung in zip(reports, world.reports, strict=True) for one in hung.through]
        with registered(*through):
            for me, person in enumerate(people):
                fresh = User.objects.get(pk=person.pk)
                seen = set(queries.visible_to(fresh).values_list("pk", flat=True))
                pairs = list(zip(reports, world.reports, strict=True))
                assert seen == {row.pk for row, hung in pairs if definition(world, me, hung)}
            for row, hung in zip(reports, world.reports, strict=True):
                told = set(why(row))
                expected = {p.pk for me, p in enumerate(people) if definition(world, me, hung, by_glass=False)}
                assert hung.erased or told == expected, "the page says who sees it, as the query does"
        transaction.set_rollback(True)
