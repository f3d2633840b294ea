"""Where people work, and who stands in for whom: what is moved is seen at the next request."""

import pytest
from django.utils import translation

from tests.access.conftest import text
from tumpeang.access import teams
from tumpeang.access.door import SYSTEM
from tumpeang.access.errors import Denied, NotNow
from tumpeang.access.models import Deputy, Membership, Notice, Office, Team, User
from tumpeang.access.records import writing
from tumpeang.access.states import NoticeKind
from tumpeang.intake import actions, queries
from tumpeang.intake.models import Report


@pytest.fixture(autouse=True)
def english():
    """Refusals are compared in English."""
    with translation.override("en"):
        yield


def team_named(name) -> Team:
    return Team.objects.get(name=name)


def put_with(report, team, holder=None) -> Report:
    """A report that a team works on; by nobody yet unless `holder` is said."""
    with writing():
        Report.objects.filter(pk=report.pk).update(
            team=team, taken_by=holder, stage="taken" if holder else "waiting", taken_at=report.received_at
        )
    report.refresh_from_db()
    return report


def told(user, kind=NoticeKind.TEAM_CHANGED) -> int:
    return Notice.objects.filter(user=user, kind=kind).count()


# ---- moved -----------------------------------------------------------------------------------------------------


def test_a_worker_who_is_moved_sees_it_at_the_next_request(cast, sign_in, drop_report):
    police, legal = team_named("Investigation"), team_named("Legal aid")
    ours, theirs = put_with(drop_report(), police), put_with(drop_report(way="adult"), legal)
    kosal, tola = sign_in(cast.kosal), sign_in(cast.tola)
    assert kosal.get(f"/r/{ours.pk}/").status_code == 200
    assert kosal.get(f"/r/{theirs.pk}/").status_code == 404
    moved = tola.post(f"/teams/{legal.pk}/join/", {"user": str(cast.kosal.pk), "instead": "on"})
    assert moved.status_code == 302
    assert kosal.get(f"/r/{ours.pk}/").status_code == 404
    assert kosal.get(f"/r/{theirs.pk}/").status_code == 200
    ours.refresh_from_db()
    assert ours.team == police and ours.stage == "waiting", "a report stays with its team"


def test_what_somebody_holds_stays_theirs_when_they_are_moved(cast, sign_in, taken, now):
    report = put_with(taken(by=cast.kosal), team_named("Investigation"), cast.kosal)
    teams.join_team(by=cast.tola, user=cast.kosal, team=team_named("Legal aid"), instead=True, now=now)
    assert sign_in(cast.kosal).get(f"/r/{report.pk}/").status_code == 200
    report.refresh_from_db()
    assert report.team == team_named("Investigation") and report.taken_by == cast.kosal


def test_who_answers_for_an_office_is_moved_too(cast, sign_in, drop_report, now):
    far, here = put_with(drop_report(), team_named("Social work")), put_with(drop_report(), team_named("Legal aid"))
    sothy = sign_in(cast.sothy)
    assert [sothy.get(f"/r/{one.pk}/").status_code for one in (far, here)] == [200, 404]
    teams.join_team(by=cast.tola, user=cast.sothy, team=team_named("Hotline"), instead=True, now=now)
    assert [sothy.get(f"/r/{one.pk}/").status_code for one in (far, here)] == [404, 200]


def test_out_of_every_team_only_ones_own_is_left(cast, sign_in, drop_report, now):
    report = put_with(drop_report(), team_named("Investigation"))
    kosal = sign_in(cast.kosal)
    teams.leave_team(by=cast.tola, user=cast.kosal, team=team_named("Investigation"), now=now)
    assert kosal.get(f"/r/{report.pk}/").status_code == 404
    put_with(report, team_named("Investigation"), cast.kosal)
    assert kosal.get(f"/r/{report.pk}/").status_code == 200


def test_joining_twice_is_one_membership_and_who_leads_is_said_last(cast, now):
    legal = team_named("Legal aid")
    for leads in (False, False, True):
        teams.join_team(by=cast.tola, user=cast.kosal, team=legal, leads=leads, now=now)
    row = Membership.objects.get(user=cast.kosal, team=legal, until=None)
    assert row.leads and Membership.objects.filter(user=cast.kosal, until=None).count() == 2
    assert told(cast.kosal) == 2, "told of what changed, not of what was asked twice"
    assert told(cast.phally) == 2 and not told(cast.tola) and not told(cast.sokha)


def test_a_team_that_was_left_is_remembered(cast, now):
    police = team_named("Investigation")
    teams.leave_team(by=cast.tola, user=cast.kosal, team=police, now=now)
    teams.join_team(by=cast.tola, user=cast.kosal, team=police, now=now)
    assert Membership.objects.filter(user=cast.kosal, team=police).count() == 2


@pytest.mark.parametrize("key", ["sokha", "dara", "borey", "sothy", "serey"])
def test_only_who_manages_staff_sets_teams(cast, now, key):
    by, legal = getattr(cast, key), team_named("Legal aid")
    for act in (
        lambda: teams.join_team(by=by, user=cast.kosal, team=legal, now=now),
        lambda: teams.leave_team(by=by, user=cast.phally, team=legal, now=now),
        lambda: teams.add_office(by=by, name="X", name_km="X"),
        lambda: teams.add_team(by=by, office=legal.office, name="X", name_km="X"),
        lambda: teams.rename_team(by=by, place=legal, name="X", name_km="X"),
        lambda: teams.close_team(by=by, place=legal, now=now),
        lambda: teams.close_office(by=by, place=legal.office, now=now),
        lambda: teams.name_deputy(by=by, user=cast.phally, deputy=cast.kosal, now=now),
    ):
        with pytest.raises(Denied):
            act()


# ---- closing -----------------------------------------------------------------------------------------------------


def test_a_team_with_people_or_open_work_is_not_closed(cast, drop_report, now):
    legal = team_named("Legal aid")
    with pytest.raises(NotNow, match="People still work"):
        teams.close_team(by=cast.tola, place=legal, now=now)
    teams.leave_team(by=cast.tola, user=cast.phally, team=legal, now=now)
    report = put_with(drop_report(), legal)
    with pytest.raises(NotNow, match="1 report is with this team"):
        teams.close_team(by=cast.tola, place=legal, now=now)
    with writing():
        Report.objects.filter(pk=report.pk).update(stage="ended", ended_at=now)
    teams.close_team(by=cast.tola, place=legal, now=now)
    legal.refresh_from_db()
    assert legal.closed_at == now
    with pytest.raises(NotNow, match="closed"):
        teams.join_team(by=cast.tola, user=cast.phally, team=legal, now=now)


def test_an_office_with_teams_is_not_closed(cast, now):
    office = Office.objects.get(name="Siem Reap")
    with pytest.raises(NotNow, match="still has teams"):
        teams.close_office(by=cast.tola, place=office, now=now)
    empty = teams.add_office(by=cast.tola, name="Takeo", name_km="តាកែវ")
    teams.close_office(by=cast.tola, place=empty, now=now)
    assert empty not in teams.offices()
    with pytest.raises(NotNow, match="closed"):
        teams.add_team(by=cast.tola, office=empty, name="X", name_km="X")


def test_ended_work_of_a_closed_team_that_goes_on_belongs_to_who_takes_it(cast, drop_report, opener, now):
    legal = team_named("Legal aid")
    report = put_with(drop_report(way="adult"), legal)
    with writing():
        Report.objects.filter(pk=report.pk).update(stage="ended", ended_at=now)
        Team.objects.filter(pk=legal.pk).update(closed_at=now)
    report.refresh_from_db()
    actions.take(by=cast.sokha, report=report, now=now)
    report.refresh_from_db()
    assert report.team == team_named("Hotline")


# ---- pages -------------------------------------------------------------------------------------------------------


def test_who_sees_staff_sees_offices_teams_and_who_leads(cast, sign_in):
    page = text(sign_in(cast.sokha).get("/teams/"))
    assert "Phnom Penh" in page and "Hotline" in page and "Mony (leads)" in page
    assert "Put somebody" not in page
    khmer = text(sign_in(cast.sokha, language="km").get("/teams/"))
    assert "ខ្សែទូរសព្ទបន្ទាន់" in khmer


@pytest.mark.parametrize("key", ["serey", "chenda"])
def test_who_may_not_see_staff_finds_no_page(cast, sign_in, key):
    client, legal = sign_in(getattr(cast, key)), team_named("Legal aid")
    for path in ("/teams/", f"/teams/{legal.pk}/", f"/offices/{legal.office_id}/"):
        assert client.get(path).status_code == 404, path


@pytest.mark.parametrize("key", ["sokha", "borey"])
def test_who_only_sees_staff_changes_nothing(cast, sign_in, key):
    client, legal = sign_in(getattr(cast, key)), team_named("Legal aid")
    for act in ("join", "leave", "rename", "close"):
        path = f"/teams/{legal.pk}/{act}/"
        assert client.post(path, {"user": str(cast.phally.pk), "name": "X", "name_km": "X"}).status_code == 404, path
    assert client.post("/offices/", {"name": "X", "name_km": "X"}).status_code == 404
    legal.refresh_from_db()
    assert legal.name == "Legal aid" and not legal.closed_at and not Office.objects.filter(name="X").exists()


def test_offices_and_teams_are_made_renamed_and_closed_on_pages(cast, sign_in):
    client = sign_in(cast.tola)
    empty = client.post("/offices/", {"name": "Takeo", "name_km": ""})
    assert empty.status_code == 422 and 'value="Takeo"' in empty.content.decode()
    key = "11111111-2222-4333-8444-555555555555"
    for _ in range(2):
        client.post("/offices/", {"id": key, "name": "Takeo", "name_km": "តាកែវ"})
    office = Office.objects.get(name="Takeo")
    client.post(f"/offices/{office.pk}/teams/", {"name": "Visits", "name_km": "ចុះសួរសុខទុក្ខ"})
    team = Team.objects.get(office=office)
    client.post(f"/teams/{team.pk}/rename/", {"name": "Home visits", "name_km": "ចុះសួរតាមផ្ទះ"})
    client.post(f"/offices/{office.pk}/rename/", {"name": "Takeo town", "name_km": "ក្រុងតាកែវ"})
    refused = client.post(f"/offices/{office.pk}/close/", follow=True, headers={"referer": "http://testserver/teams/"})
    assert "still has teams" in text(refused)
    client.post(f"/teams/{team.pk}/close/")
    client.post(f"/offices/{office.pk}/close/")
    office.refresh_from_db(), team.refresh_from_db()
    assert office.name == "Takeo town" and team.name == "Home visits" and office.closed_at and team.closed_at
    assert client.get(f"/teams/{team.pk}/").status_code == 404


def test_joining_without_a_choice_is_asked_again(cast, sign_in):
    legal = team_named("Legal aid")
    page = sign_in(cast.tola).post(f"/teams/{legal.pk}/join/", {"user": ""})
    assert page.status_code == 422 and "Choose a worker." in text(page)


# ---- deputies ----------------------------------------------------------------------------------------------------


def test_a_deputy_sees_what_is_the_others_own_and_takes_it_over_in_one_click(cast, sign_in, drop_report, now):
    report = put_with(drop_report(), team_named("Social work"), cast.sreyleak)
    phally = sign_in(cast.phally)
    assert phally.get(f"/r/{report.pk}/").status_code == 404
    row = teams.name_deputy(by=cast.sreyleak, user=cast.sreyleak, deputy=cast.phally, now=now)
    assert "Take over from Sreyleak" in text(phally.get(f"/r/{report.pk}/"))
    phally.post(f"/r/{report.pk}/take/")
    report.refresh_from_db()
    assert report.taken_by == cast.phally and report.team == team_named("Social work")
    teams.end_deputy(by=cast.sreyleak, row=row, now=now)
    assert phally.get(f"/r/{report.pk}/").status_code == 200, "it is theirs now"


def test_whoever_is_no_deputy_takes_nothing_over(cast, taken, now):
    report = taken(by=cast.sokha)
    row = teams.name_deputy(by=cast.sokha, user=cast.sokha, deputy=cast.bopha, now=now)
    teams.end_deputy(by=cast.sokha, row=row, now=now)
    for user in (cast.bopha, cast.vanna):
        with pytest.raises(NotNow):
            actions.take(by=user, report=queries.report_for(user, report.pk), now=now)
    report.refresh_from_db()
    assert report.taken_by == cast.sokha


def test_a_deputyship_that_ended_since_the_page_was_made_takes_nothing_over(cast, taken, now, monkeypatch):
    report = taken(by=cast.sokha)
    row = teams.name_deputy(by=cast.sokha, user=cast.sokha, deputy=cast.bopha, now=now)

    # the rule was asked a moment before the end
    monkeypatch.setattr(User, "stands_in", lambda _self, _for_whom: True)
    teams.end_deputy(by=cast.sokha, row=row, now=now)
    with pytest.raises(NotNow):
        actions.take(by=cast.bopha, report=report, now=now)


@pytest.mark.parametrize("key", ["rotha", "nimol", "tola", "serey"])
def test_a_deputy_without_a_role_that_reads_sees_nothing(cast, sign_in, taken, now, key):
    report, deputy = taken(by=cast.sokha), getattr(cast, key)
    teams.name_deputy(by=cast.sokha, user=cast.sokha, deputy=deputy, now=now)
    client = sign_in(deputy)
    assert client.get(f"/r/{report.pk}/").status_code == 404
    assert client.post(f"/r/{report.pk}/take/").status_code == 404


def test_a_deputy_of_a_deputy_is_no_deputy(cast, sign_in, drop_report, now):
    report = put_with(drop_report(), None, cast.sreyleak)
    teams.name_deputy(by=cast.tola, user=cast.sreyleak, deputy=cast.phally, now=now)
    teams.name_deputy(by=cast.tola, user=cast.phally, deputy=cast.kosal, now=now)
    assert sign_in(cast.kosal).get(f"/r/{report.pk}/").status_code == 404


def test_everybody_names_and_ends_their_own_deputy(cast, sign_in):
    client = sign_in(cast.serey)
    assert client.get("/deputies/").status_code == 200
    assert "Choose a worker." in text(client.post("/deputies/", {"deputy": ""}))
    for _ in range(2):
        client.post("/deputies/", {"deputy": str(cast.tola.pk)})
    row = Deputy.objects.get(user=cast.serey, until=None)
    assert "Serey" in text(sign_in(cast.tola).get("/deputies/"))
    assert told(cast.tola) == 1
    assert sign_in(cast.sokha).post(f"/deputies/{row.pk}/end/").status_code == 404
    client.post(f"/deputies/{row.pk}/end/")
    row.refresh_from_db()
    assert row.until


def test_who_manages_staff_names_a_deputy_for_a_worker_who_is_ill(cast, sign_in):
    page = f"/staff/{cast.sokha.pk}/deputies/"
    assert sign_in(cast.dara).get(page).status_code == 404
    client = sign_in(cast.tola)
    assert "Sokha" in text(client.get(page))
    client.post(page, {"deputy": str(cast.bopha.pk)})
    assert Deputy.objects.filter(user=cast.sokha, deputy=cast.bopha, until=None).exists()
    assert told(cast.sokha) == told(cast.bopha) == told(cast.dara) == 1


def test_nobody_stands_in_for_themselves(cast, sign_in, now):
    with pytest.raises(NotNow):
        teams.name_deputy(by=cast.sokha, user=cast.sokha, deputy=cast.sokha, now=now)
    assert "Choose a worker." in text(sign_in(cast.sokha).post("/deputies/", {"deputy": str(cast.sokha.pk)}))


# ---- a report handed to a team -------------------------------------------------------------------------------------


def test_a_report_handed_to_a_team_waits_for_it_and_for_no_other_team(cast, sign_in, taken):
    report, care = taken(), team_named("Social work")
    sign_in(cast.sokha).post(f"/r/{report.pk}/hand-over/", {"to": str(care.pk)})
    report.refresh_from_db()
    assert (report.stage, report.taken_by, report.team) == ("waiting", None, care)
    sees = {key: sign_in(getattr(cast, key)).get(f"/r/{report.pk}/").status_code for key in
            ("mony", "sothy", "sokha", "borey", "kosal", "sreyleak")}  # fmt: skip
    assert sees == {"mony": 200, "sothy": 200, "sokha": 200, "borey": 200, "kosal": 404, "sreyleak": 404}
    mony = sign_in(cast.mony)
    assert "waits for Social work" in text(mony.get("/"))
    mony.post(f"/r/{report.pk}/take/")
    report.refresh_from_db()
    assert report.taken_by == cast.mony and report.team == care


def test_nothing_is_handed_to_a_team_that_answers_nothing_or_is_closed(cast, sign_in, taken, now):
    report, house, legal = taken(), team_named("House"), team_named("Legal aid")
    assert sign_in(cast.sokha).post(f"/r/{report.pk}/hand-over/", {"to": str(house.pk)}).status_code == 422
    with pytest.raises(NotNow, match="Nobody in this team"):
        actions.hand_over(by=cast.sokha, report=report, to=house, now=now)
    legal.closed_at = now
    with pytest.raises(NotNow, match="closed"):
        actions.hand_over(by=cast.sokha, report=report, to=legal, now=now)
    report.refresh_from_db()
    assert report.taken_by == cast.sokha


def test_the_house_itself_sets_up_teams_and_tells_nobody(cast, now):
    teams.join_team(by=SYSTEM, user=cast.rotha, team=team_named("Legal aid"), now=now)
    assert not Notice.objects.exists()
