"""Who may open this report: the page that tells it, opening it to a colleague, its list."""

import re

import pytest

from tests.intake.conftest import text
from tumpeang.access import circle as acts
from tumpeang.access.errors import Denied, NotNow
from tumpeang.access.models import BrokenGlass, Listed, LogRow, Notice, RecordGrant, Restriction
from tumpeang.access.records import writing
from tumpeang.intake import actions, circle, queries
from tumpeang.intake.models import Report
from tumpeang.intake.queries import REACH

pytestmark = pytest.mark.usefixtures("in_english")


def page(client, report):
    return client.get(f"/r/{report.pk}/who-may/")


def post(client, report, act, **data):
    return client.post(f"/r/{report.pk}/{act}/", data, follow=True)


def seeing(response) -> dict[str, str]:
    """Who sees it, and why, as the page says."""
    people = re.search(r'<ul class="people">(.*?)</ul>', response.content.decode(), re.DOTALL).group(1)
    return dict(re.findall(r"<li><b>(.*?)</b><span class=\"sub\">(.*?)</span>", people))


def keys(*people):
    return [str(person.pk) for person in people]


def told(user, kind):
    return Notice.objects.filter(user=user, kind=kind).count()


def listed(report):
    rows = Listed.objects.filter(restriction__target=report.pk, restriction__lifted_at=None)
    return {row.user.username for row in rows.select_related("user")}


def sees(user, report):
    return queries.visible_to(user).filter(pk=report.pk).exists()


def told_rows(report):
    return set(LogRow.objects.filter(target_id=str(report.pk), outcome="done").values_list("action", flat=True))


# ---- the page ----------------------------------------------------------------------------------------------------


def test_it_says_who_sees_the_report_and_why(cast, sign_in, taken):
    shown = page(sign_in(cast.sokha), taken())
    seen = seeing(shown)
    assert seen["Sokha"] == "holds it · sees all of the organisation"
    assert seen["Borey"] == "sees all of the organisation"
    assert not {"Sreyleak", "Kosal", "Rotha"} & set(seen)
    assert "Team Hotline" in text(shown)


def test_the_report_leads_to_it(cast, sign_in, taken):
    report = taken()
    assert f'href="/r/{report.pk}/who-may/"' in sign_in(cast.sokha).get(f"/r/{report.pk}/").content.decode()


@pytest.mark.parametrize("act", ["who-may", "open-to", "close-to", "restrict", "lift", "put-back"])
def test_it_is_not_there_for_who_does_not_see_the_report(cast, sign_in, taken, act):
    report = taken()
    data = {"to": str(cast.phally.pk), "people": keys(cast.phally, cast.sreyleak)}
    for user in (cast.sreyleak, cast.rotha, cast.tola):
        client = sign_in(user)
        assert (page(client, report) if act == "who-may" else post(client, report, act, **data)).status_code == 404
    assert not RecordGrant.objects.exists() and not Restriction.objects.exists()


@pytest.mark.parametrize("act", ["open-to", "close-to", "restrict", "lift"])
def test_a_get_does_nothing_and_leads_to_the_page(cast, sign_in, taken, act):
    report = taken()
    assert sign_in(cast.sokha).get(f"/r/{report.pk}/{act}/").url == f"/r/{report.pk}/who-may/"


# ---- opened to one colleague -------------------------------------------------------------------------------------


def test_a_colleague_is_told_sees_it_and_no_longer_when_it_is_ended(cast, sign_in, taken):
    report, desk = taken(), sign_in(cast.sokha)
    shown = text(post(desk, report, "open-to", to=str(cast.sreyleak.pk)))
    assert "Opened, and told to them." in shown and "it was opened to them" in shown
    assert sees(cast.sreyleak, report) and told(cast.sreyleak, "granted") == 1
    assert sign_in(cast.sreyleak).get(f"/r/{report.pk}/").status_code == 200
    assert "Ended." in text(post(desk, report, "close-to", to=str(cast.sreyleak.pk)))
    assert not sees(cast.sreyleak, report)
    assert {"record.open_to", "record.close_to"} <= told_rows(report)
    happened = text(desk.get(f"/r/{report.pk}/"))
    assert "Opened to a colleague" in happened and "No longer opened to a colleague" in happened


def test_opened_twice_it_is_one_grant_and_told_once(cast, taken, now):
    report = taken()
    for _ in range(2):
        acts.open_to(by=cast.sokha, record=report, reach=REACH, to=cast.phally, now=now)
    assert RecordGrant.objects.count() == 1 and told(cast.phally, "granted") == 1


def test_what_was_ended_is_not_ended_again(cast, taken, now):
    report = taken()
    with pytest.raises(NotNow, match="ended already"):
        acts.close_to(by=cast.sokha, record=report, reach=REACH, user=cast.phally, now=now)


def test_only_who_does_not_see_it_yet_and_reads_reports_can_be_chosen(cast, sign_in, taken):
    report = taken()
    select = re.search(r'<select name="to".*?</select>', page(sign_in(cast.sokha), report).content.decode(), re.S)
    offered = text_of(select.group())
    assert all(name in offered for name in ("Kosal", "Sreyleak", "Mony", "Phally", "Sothy"))
    assert not any(name in offered for name in ("Sokha", "Bopha", "Borey", "Rotha", "Tola"))


def text_of(html):
    return re.sub(r"<[^>]+>", " ", html)


@pytest.mark.parametrize("to", ["", "nonsense", "rotha"])
def test_nobody_chosen_or_somebody_who_reads_none_is_said(cast, sign_in, taken, to):
    report = taken()
    typed = str(cast.rotha.pk) if to == "rotha" else to
    response = post(sign_in(cast.sokha), report, "open-to", to=typed)
    assert response.status_code == 422 and "Choose a colleague." in text(response)
    assert not RecordGrant.objects.exists()


def test_the_rule_says_so_too(cast, taken, now):
    report = taken()
    with pytest.raises(NotNow, match="may not read such records"):
        acts.open_to(by=cast.sokha, record=report, reach=REACH, to=cast.rotha, now=now)
    with pytest.raises(Denied):
        acts.open_to(by=cast.rotha, record=report, reach=REACH, to=cast.phally, now=now)
    with pytest.raises(Denied):
        acts.open_to(by=cast.sreyleak, record=report, reach=REACH, to=cast.phally, now=now)


# ---- a list ------------------------------------------------------------------------------------------------------


def test_a_report_is_restricted_and_only_the_list_finds_it(cast, sign_in, taken):
    report, desk = taken(), sign_in(cast.sokha)
    response = post(desk, report, "restrict", people=keys(cast.sokha, cast.dara))
    shown = text(response)
    assert "Only who stands on the list finds it now." in shown
    assert "Restricted to a list" in shown
    assert seeing(response) == dict.fromkeys(["Dara", "Sokha"], "stands on the list")
    assert sees(cast.dara, report) and not sees(cast.bopha, report) and not sees(cast.borey, report)
    assert told(cast.dara, "listed") == 1 and told(cast.sokha, "listed") == 0, "whoever did it knows"
    assert Report.objects.get(pk=report.pk).taken_by == cast.sokha
    row = LogRow.objects.get(action="record.restrict")
    assert row.target_id == str(report.pk) and set(row.notes["users"]) == set(keys(cast.sokha, cast.dara))


def test_the_row_and_the_page_say_restricted_in_words_beside_a_drawing(cast, sign_in, taken):
    report, desk = taken(), sign_in(cast.sokha)
    mark = r'<span class="tag  drawn"><svg class="ic"[^>]*>.*?</svg>\s*restricted</span>'
    assert not re.search(mark, desk.get("/?tab=mine").content.decode(), re.S)
    post(desk, report, "restrict", people=keys(cast.sokha, cast.dara))
    for path in ("/?tab=mine", f"/r/{report.pk}/"):
        assert re.search(mark, desk.get(path).content.decode(), re.S), path


def test_who_restricts_it_need_not_stand_on_the_list(cast, sign_in, taken):
    report = taken(by=cast.bopha)
    response = post(sign_in(cast.dara), report, "restrict", people=keys(cast.sokha, cast.vanna))
    assert response.redirect_chain[-1][0] == "/" and "You do not stand on the list" in text(response)
    assert not sees(cast.dara, report) and not sees(cast.bopha, report)


def test_who_holds_it_and_is_not_on_the_list_lets_go_of_it(cast, sign_in, taken):
    report = taken(by=cast.bopha)
    post(sign_in(cast.dara), report, "restrict", people=keys(cast.sokha, cast.dara))
    report.refresh_from_db()
    assert (report.stage, report.taken_by, report.team) == ("waiting", None, None)
    assert report.pk in {one.pk for one in queries.inbox(cast.sokha, queries.Filters()).reports}
    assert not Notice.objects.filter(user=cast.bopha).exists()


def test_an_ended_report_stays_ended(cast, taken, now):
    report = taken(by=cast.bopha, way="adult")
    actions.end(by=cast.bopha, report=report, outcomes=["advice_given"], open_tasks=0, checking=0, now=now)
    circle.restrict(by=cast.dara, report=report, people=[cast.sokha, cast.dara], about_staff=False, now=now)
    report.refresh_from_db()
    assert report.stage == "ended" and report.ended_at == now


@pytest.mark.parametrize(
    ("people", "words"),
    [
        ([], "Choose who stands on the list."),
        (["sokha"], "at least two people"),
        (["sokha", "borey"], "at least two people on the list who answer"),
        (["borey", "sothy"], "at least two people on the list who answer"),
        (["kosal", "phally"], "reads answers before they are sent"),
        (["rotha", "sokha"], "Choose who stands on the list."),
    ],
)
def test_a_list_that_could_not_answer_is_refused_and_stays_chosen(cast, sign_in, taken, people, words):
    report = taken()
    chosen = [getattr(cast, name) for name in people]
    response = post(sign_in(cast.sokha), report, "restrict", people=keys(*chosen), about_staff="on")
    shown = response.content.decode()
    assert response.status_code == 422 and words in text(response)
    for person in chosen:
        if person != cast.rotha:
            assert re.search(rf'value="{person.pk}"[^>]* checked', shown)
    assert re.search(r'name="about_staff"[^>]* checked', shown)
    assert not Restriction.objects.exists() and sees(cast.bopha, report)


def test_two_who_answer_are_enough_where_no_second_reader_is_needed(cast, taken, now):
    report = taken(way="adult")
    circle.restrict(by=cast.sokha, report=report, people=[cast.kosal, cast.phally], about_staff=False, now=now)
    assert listed(report) == {"kosal", "phally"}


def test_the_form_warns_of_the_one_whom_it_names(cast, sign_in, taken):
    shown = text(page(sign_in(cast.sokha), taken()))
    assert "Never anybody whom the report names, nor anybody close to them" in shown


def test_the_list_is_changed_by_who_stands_on_it_and_only_the_new_ones_are_told(cast, sign_in, taken):
    report, desk = taken(), sign_in(cast.sokha)
    post(desk, report, "restrict", people=keys(cast.sokha, cast.dara))
    shown = post(desk, report, "restrict", people=keys(cast.sokha, cast.vanna, cast.borey))
    assert listed(report) == {"sokha", "vanna", "borey"} and set(seeing(shown)) == {"Sokha", "Vanna", "Borey"}
    assert not sees(cast.dara, report)
    assert [told(one, "listed") for one in (cast.dara, cast.vanna, cast.borey, cast.sokha)] == [1, 1, 1, 0]
    assert Restriction.objects.count() == 1
    assert post(sign_in(cast.dara), report, "restrict", people=keys(cast.dara, cast.sokha)).status_code == 404
    assert LogRow.objects.get(action="record.change_list").notes["gone"] == keys(cast.dara)


def test_once_about_own_staff_it_stays_so_until_it_is_lifted(cast, sign_in, taken):
    report, desk = taken(), sign_in(cast.sokha)
    post(desk, report, "restrict", people=keys(cast.sokha, cast.dara), about_staff="on")
    shown = text(post(desk, report, "restrict", people=keys(cast.sokha, cast.vanna)))
    assert Restriction.objects.get().about_staff
    assert "emergencies are told to the safeguarding people only" in shown


def test_it_can_be_about_staff_later_too(cast, sign_in, taken):
    report, desk = taken(), sign_in(cast.sokha)
    post(desk, report, "restrict", people=keys(cast.sokha, cast.dara))
    post(desk, report, "restrict", people=keys(cast.sokha, cast.dara), about_staff="on")
    assert Restriction.objects.get().about_staff


def test_it_is_lifted_by_who_stands_on_the_list_and_scopes_and_grants_hold_again(cast, sign_in, taken, now):
    report, desk = taken(), sign_in(cast.sokha)
    acts.open_to(by=cast.sokha, record=report, reach=REACH, to=cast.phally, now=now)
    shown = text(post(desk, report, "restrict", people=keys(cast.sokha, cast.dara)))
    assert "While it is restricted, this does not count." in shown and not sees(cast.phally, report)
    assert post(sign_in(cast.bopha), report, "lift").status_code == 404
    assert "Lifted." in text(post(sign_in(cast.dara), report, "lift"))
    assert sees(cast.bopha, report) and sees(cast.phally, report)
    restriction = Restriction.objects.get()
    assert restriction.lifted_by == cast.dara and restriction.lifted_at
    assert "This is not restricted." in text(post(desk, report, "lift"))


def test_a_restricted_report_is_not_opened_to_one_colleague(cast, sign_in, taken, now):
    report = taken()
    circle.restrict(by=cast.sokha, report=report, people=[cast.sokha, cast.dara], about_staff=False, now=now)
    assert f"/r/{report.pk}/open-to/" not in page(sign_in(cast.sokha), report).content.decode()
    with pytest.raises(NotNow, match="put the colleague on its list"):
        acts.open_to(by=cast.sokha, record=report, reach=REACH, to=cast.phally, now=now)


def test_a_list_is_not_made_twice(cast, taken, now):
    report = taken()
    people = [cast.sokha, cast.dara]
    acts.restrict(by=cast.sokha, record=report, reach=REACH, people=people, about_staff=False, now=now)
    with pytest.raises(NotNow, match="restricted already"):
        acts.restrict(by=cast.sokha, record=report, reach=REACH, people=people, about_staff=False, now=now)


def test_a_list_in_force_can_be_read_where_its_people_work_no_more(cast, taken, now):
    """The keys of a list are kept; who has left neither sees it nor is rung."""
    report = taken()
    circle.restrict(by=cast.sokha, report=report, people=[cast.sokha, cast.dara], about_staff=False, now=now)
    cast.dara.is_active = False
    cast.dara.save()
    assert circle.lists([report.pk]) == {report.pk: [cast.sokha]}


# ---- who only broke the glass ------------------------------------------------------------------------------------


def test_who_only_broke_the_glass_opens_it_to_nobody_and_restricts_nothing(cast, sign_in, taken, now):
    report = taken()
    with writing():
        BrokenGlass(
            kind=REACH.label, target=report.pk, user=cast.sreyleak, reason="Somebody may come to harm.", at=now,
            until=now.replace(year=now.year + 1),
        ).save()  # fmt: skip
    client = sign_in(cast.sreyleak)
    shown = page(client, report)
    assert shown.status_code == 200 and "/restrict/" not in shown.content.decode()
    for act, data in (
        ("open-to", {"to": str(cast.phally.pk)}), ("restrict", {"people": keys(cast.sreyleak, cast.sokha)}),
        ("lift", {}),
    ):  # fmt: skip
        assert "for its owner to say" in text(post(client, report, act, **data)), act
    assert not RecordGrant.objects.exists() and not Restriction.objects.exists()


# ---- holding what is restricted ----------------------------------------------------------------------------------


@pytest.fixture
def closed(cast, drop_report, now):
    """`closed(cast.sokha, cast.dara, held_by=cast.sokha)`: a report restricted to them."""

    def make(*people, held_by=None, about_staff=False, **answers):
        report = drop_report(**answers)
        circle.restrict(by=cast.borey, report=report, people=list(people), about_staff=about_staff, now=now)
        if held_by:
            actions.take(by=held_by, report=report, now=now)
        report.refresh_from_db()
        return report

    return make


def test_only_the_list_takes_it_and_the_door_says_no_more_than_that(cast, closed, now):
    report = closed(cast.sokha, cast.dara)
    for outside in (cast.bopha, cast.vanna):
        with pytest.raises(Denied):
            actions.take(by=outside, report=report, now=now)
    actions.take(by=cast.dara, report=report, now=now)
    with pytest.raises(Denied):
        actions.take(by=cast.bopha, report=Report.objects.get(pk=report.pk).__class__(pk=report.pk), now=now)
    assert Report.objects.get(pk=report.pk).taken_by == cast.dara


def test_it_is_handed_over_within_the_list_only(cast, sign_in, closed, now):
    report = closed(cast.sokha, cast.dara, cast.vanna, held_by=cast.sokha)
    offered = re.search(
        r'<select name="to".*?</select>', sign_in(cast.sokha).get(f"/r/{report.pk}/").content.decode(), re.S
    )
    names = text_of(offered.group())
    assert "Dara" in names and "Vanna" in names and "Bopha" not in names and "Kosal" not in names
    with pytest.raises(NotNow, match="only somebody on its list"):
        actions.hand_over(by=cast.sokha, report=report, to=cast.bopha, now=now)
    assert post(sign_in(cast.sokha), report, "hand-over", to=str(cast.bopha.pk)).status_code == 422
    actions.hand_over(by=cast.sokha, report=report, to=cast.dara, now=now)
    assert Report.objects.get(pk=report.pk).taken_by == cast.dara


def test_given_back_it_waits_for_the_list(cast, closed, now):
    report = closed(cast.sokha, cast.dara, held_by=cast.sokha)
    actions.hand_over(by=cast.sokha, report=report, to=None, now=now)
    waits = {user.username for user in (cast.sokha, cast.dara, cast.bopha, cast.borey) if queries.next_waiting(user)}
    assert waits == {"sokha", "dara"}
