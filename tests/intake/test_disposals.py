"""Pages of destruction: proposing on a report's page, deciding, certificates; and what others find there: nothing."""

from datetime import timedelta

import pytest
from django.urls import reverse

from tests.intake.conftest import text
from tests.intake.test_retention import ended, restrict, settle  # noqa: F401 - fixtures
from tumpeang.access.models import LogRow
from tumpeang.access.records import writing
from tumpeang.intake import certificates, keeping, retention
from tumpeang.intake.models import Disposal, DisposalItem, Report
from tumpeang.intake.summary import number_of

ROLES = {
    "proposes": ["dara", "vanna"],
    "decides": ["sothy", "borey"],
    "neither": ["sokha", "bopha", "kosal", "sreyleak", "mony", "phally", "rotha", "nimol", "tola", "chenda", "rithy"],
}


@pytest.fixture
def waiting(cast, ended, now):  # noqa: F811
    """`waiting(2)`: a proposal of the clock with so many reports, of the whole organisation."""

    def wait(many=2, **answers):
        reports = [ended(years=46 + number, **answers) for number in range(many)]
        retention.propose_due(now)
        return Disposal.objects.get(outcome="waiting", proposed_by=None), reports

    return wait


@pytest.fixture
def asked_for(cast, ended, now):  # noqa: F811
    """A report of the office of Sothy; Dara proposes it, and Sothy or Borey decide."""
    report = ended(by=cast.mony)
    return report, retention.propose(by=cast.dara, report=report, reason="asked", now=now)


def at(disposal, act=""):
    return f"/disposals/{disposal.pk}/{act}"


def in_days(now, days):
    return (now + timedelta(days=days)).date().isoformat()


# ---- proposing -----------------------------------------------------------------------------------------------------


def test_a_supervisor_proposes_on_the_reports_page_and_sees_that_it_waits(cast, sign_in, ended, done):  # noqa: F811
    report, desk = ended(), sign_in(cast.dara)
    assert "Propose destruction" in text(desk.get(f"/r/{report.pk}/"))
    page = text(desk.post(f"/r/{report.pk}/destroy/", {"reason": "asked"}, follow=True))
    assert "Proposed. Another person decides" in page and "Its destruction is proposed" in page
    assert "Propose destruction" not in page and done("disposal.propose", report) == 1
    assert "Another person decides by" in text(sign_in(cast.sokha).get(f"/r/{report.pk}/"))


def test_every_reader_sees_how_long_it_is_kept_and_only_some_may_propose(cast, sign_in, ended, taken, now):  # noqa: F811
    report = ended()
    page = text(sign_in(cast.sokha).get(f"/r/{report.pk}/"))
    assert "How long it is kept" in page and "Told by a child" in page and str(now.year + 45) in page
    assert "Propose destruction" not in page
    assert "45 years after its end" in text(sign_in(cast.dara).get(f"/r/{taken().pk}/"))


@pytest.mark.parametrize("data", [{}, {"reason": ""}, {"reason": "because"}])
def test_a_reason_of_the_list_is_wanted(cast, sign_in, ended, data):  # noqa: F811
    report = ended()
    desk = sign_in(cast.dara)
    back = {"referer": f"http://testserver/r/{report.pk}/"}
    assert "Choose a reason." in text(desk.post(f"/r/{report.pk}/destroy/", data, follow=True, headers=back))
    assert not Disposal.objects.exists()


def test_pressing_twice_is_proposing_once(cast, sign_in, ended):  # noqa: F811
    report, desk = ended(), sign_in(cast.dara)
    back = {"referer": f"http://testserver/r/{report.pk}/"}
    for _ in range(2):
        page = desk.post(f"/r/{report.pk}/destroy/", {"reason": "mistake"}, follow=True, headers=back)
    assert "This report is proposed already." in text(page) and Disposal.objects.count() == 1


def test_a_get_does_nothing(cast, sign_in, asked_for, ended):  # noqa: F811
    _report, disposal = asked_for
    other = ended()
    assert sign_in(cast.dara).get(f"/r/{other.pk}/destroy/").url == f"/r/{other.pk}/"
    for act in ("approve/", "refuse/"):
        assert sign_in(cast.borey).get(at(disposal, act)).url == at(disposal)
    assert Disposal.objects.get().outcome == "waiting"


# ---- who comes in --------------------------------------------------------------------------------------------------


def test_who_finds_the_pages(cast, sign_in, asked_for, now):
    report, disposal = asked_for
    item = DisposalItem.objects.get()
    pages = [("GET", "/disposals/"), ("GET", at(disposal)), ("GET", at(disposal, f"keep/{item.pk}/")),
             ("POST", at(disposal, "approve/")), ("POST", at(disposal, "refuse/")), ("GET", "/certificates/"),
             ("GET", "/keeping/"), ("POST", f"/r/{report.pk}/destroy/")]  # fmt: skip
    found = {}
    for key in [*ROLES["proposes"], *ROLES["decides"], *ROLES["neither"], "serey"]:
        client = sign_in(getattr(cast, key))
        answers = [client.generic(method, page).status_code != 404 for method, page in pages]
        found[key] = "".join("x" if one else "-" for one in answers)
    decides, reader, nobody = "xxxxxxx", "------x-", "--------"
    assert found.pop("dara") == "xx---xxx", "sees what is her own"
    assert found.pop("vanna") == "x----xxx", "and Vanna has none"
    assert {found.pop("sothy"), found.pop("borey")} == {decides + "x"}
    assert found.pop("serey") == "-----xx-", "the auditor reads certificates"
    assert {key: found.pop(key) for key in ("sokha", "bopha", "kosal", "sreyleak", "mony", "phally")} == dict.fromkeys(
        ("sokha", "bopha", "kosal", "sreyleak", "mony", "phally"), reader
    )
    assert set(found.values()) == {nobody}


def test_nobody_signed_in_is_led_to_the_sign_in(client, asked_for):
    for page in ("/disposals/", at(asked_for[1]), "/certificates/", "/certificates/1/", "/keeping/"):
        assert client.get(page).url.startswith("/account/login/")


def test_the_manager_of_another_office_and_the_restricted_report(cast, sign_in, ended, now):  # noqa: F811
    """Neither the list nor the number of what waits tells of what one may not see."""
    report = ended(by=cast.mony)
    restrict(report, cast.dara, cast.dara, cast.borey, now=now)
    disposal = retention.propose(by=cast.dara, report=report, reason="court", now=now)
    desk = sign_in(cast.sothy)
    assert desk.get(at(disposal)).status_code == 404
    page = desk.get("/disposals/")
    assert "Nothing is to be decided" in text(page) and number_of(report) not in page.content.decode()
    assert desk.post(at(disposal, "approve/"), {"count": 1}).status_code == 404
    retention.approve(by=cast.borey, disposal=disposal, count=1, now=now)
    settle(now)
    assert desk.get(f"/certificates/{disposal.number}/").status_code == 404
    assert "No certificate yet" in text(desk.get("/certificates/"))
    assert number_of(report) in text(sign_in(cast.borey).get(f"/certificates/{disposal.number}/"))


def test_whoever_is_told_finds_the_way_there(cast, sign_in, asked_for):
    page = sign_in(cast.sothy).get(reverse("access:notices"))
    assert "Records are proposed for destruction" in text(page) and at(asked_for[1]) in page.content.decode()


# ---- deciding ------------------------------------------------------------------------------------------------------


def test_the_list_and_the_page_say_what_is_proposed_and_never_what_was_told(cast, sign_in, waiting, asked_for):
    disposal, reports = waiting(2, child_age_band="6_9", what="KANARI")
    desk = sign_in(cast.borey)
    page = desk.get("/disposals/")
    said = text(page)
    assert "The person who sent it, or whom it is about, asks for it" in said and "Told by a child" in said
    assert said.index("asks for it") < said.index("Told by a child"), "what somebody asks for comes first"
    assert 'Destruction<span class="count">2<' in page.content.decode(), "the number stands in the navigation"
    page = desk.get(at(disposal))
    said = text(page)
    assert all(number_of(report) in said for report in reports) and "6 to 9" in said and "46 years ago" in said
    assert "45 years" in said and "by the clock" in said and "KANARI" not in page.content.decode()
    assert "<title>Destruction</title>" in page.content.decode()


def test_a_request_past_its_thirty_days_is_late(cast, sign_in, asked_for, now):
    _report, disposal = asked_for
    assert "late" not in text(sign_in(cast.borey).get("/disposals/"))
    with writing():
        Disposal.objects.update(proposed_at=now - timedelta(days=31))
    assert "late" in text(sign_in(cast.borey).get("/disposals/")) and "late" in text(
        sign_in(cast.borey).get(at(disposal))
    )


def test_approving_wants_the_number_typed(cast, sign_in, waiting, now):
    disposal, reports = waiting(2)
    desk = sign_in(cast.borey)
    for typed, said in (
        ("", "Type the number"),
        ("two", "Type the number"),
        ("3", "This is not the number of reports"),
    ):
        answer = desk.post(at(disposal, "approve/"), {"count": typed})
        assert answer.status_code == 422 and said in text(answer)
        assert f'value="{typed}"' in answer.content.decode(), "what was typed is still there"
    assert Disposal.objects.get().outcome == "waiting"
    page = text(desk.post(at(disposal, "approve/"), {"count": "២"}, follow=True))  # Khmer digits too
    assert "0 of 2 destroyed" in page and "Being destroyed" in page
    settle(now)
    assert "Open the certificate" in text(desk.get(at(disposal)))
    assert all(Report.objects.get(pk=report.pk).erased_at for report in reports)


def test_the_page_asks_for_its_progress_and_that_is_no_look(cast, sign_in, waiting, now):
    disposal, _reports = waiting(2)
    retention.approve(by=cast.borey, disposal=disposal, count=2, now=now)
    retention.destroy_approved(now, most=1)
    looks = LogRow.objects.filter(action="disposal.look").count()
    part = sign_in(cast.borey).get(at(disposal), headers={"HX-Request": "true", "X-Renewal": "yes"}).content.decode()
    assert "1 of 2 destroyed" in part and "<html" not in part and 'hx-trigger="every 3s"' in part
    assert LogRow.objects.filter(action="disposal.look").count() == looks
    retention.destroy_approved(now)
    done = sign_in(cast.borey).get(at(disposal), headers={"HX-Request": "true"})
    assert done.headers["HX-Refresh"] == "true" and not done.content
    assert "/certificates/1/" in sign_in(cast.borey).get(at(disposal)).content.decode()


def test_two_who_press_at_once_are_one_decision(cast, sign_in, asked_for):
    _report, disposal = asked_for
    assert sign_in(cast.sothy).post(at(disposal, "approve/"), {"count": 1}).status_code == 302
    for act, data in (("approve/", {"count": 1}), ("refuse/", {"because": "A trial goes on."})):
        answer = sign_in(cast.borey).post(at(disposal, act), data)
        assert answer.status_code == 422 and "This was decided already." in text(answer)
    assert "A trial goes on." in text(answer), "what was typed is not lost"
    assert Disposal.objects.get().decided_by == cast.sothy


def test_who_proposed_it_is_told_that_another_decides(cast, sign_in, ended, now):  # noqa: F811
    disposal = retention.propose(by=cast.borey, report=ended(by=cast.mony), reason="asked", now=now)
    desk = sign_in(cast.borey)
    page = desk.get(at(disposal))
    assert "Somebody else decides" in text(page) and "Destroy them" not in text(page)
    assert "Someone else must decide" in text(desk.post(at(disposal, "approve/"), {"count": 1}))
    assert Disposal.objects.get().outcome == "waiting"


def test_one_report_is_kept_out_until_a_day(cast, sign_in, waiting, now):
    disposal, reports = waiting(2)
    item, desk = DisposalItem.objects.get(report=reports[0]), sign_in(cast.borey)
    page = at(disposal, f"keep/{item.pk}/")
    for data, said in (
        ({"because": "", "until": in_days(now, 9)}, "Write the reason."),
        ({"because": "A trial goes on.", "until": ""}, "Choose a day."),
        ({"because": "A trial goes on.", "until": in_days(now, -1)}, "Choose a day that is still to come."),
    ):
        answer = desk.post(page, data)
        assert answer.status_code == 422 and said in text(answer) and data["because"] in text(answer)
    answer = desk.post(page, {"because": "A trial goes on.", "until": in_days(now, 400)}, follow=True)
    said = text(answer)
    assert "This report stays." in said and "A trial goes on." in said and "Kept until" in said
    assert '<dd class="num">1</dd>' in answer.content.decode()
    assert "A trial goes on." in text(desk.get(at(disposal)))
    item.refresh_from_db()
    assert item.kept_by == cast.borey


def test_refusing_wants_a_reason_and_a_day_to_ask_again(cast, sign_in, waiting, now):
    disposal, _reports = waiting(1)
    desk = sign_in(cast.borey)
    for data in (
        {"because": " ", "until": in_days(now, 9)},
        {"because": "Not yet."},
        {"because": "Not yet.", "until": "x"},
    ):
        answer = desk.post(at(disposal, "refuse/"), data)
        assert answer.status_code == 422 and data["because"] in answer.content.decode()
    page = desk.post(at(disposal, "refuse/"), {"because": "Not yet.", "until": in_days(now, 400)}, follow=True)
    assert "Refused. Nothing is destroyed." in text(page) and "Proposal 1" in text(page)
    assert "Not yet." in text(desk.get(at(disposal))) and Disposal.objects.get().outcome == "refused"


def test_a_request_is_refused_without_a_day(cast, sign_in, asked_for):
    _report, disposal = asked_for
    assert 'name="until"' not in sign_in(cast.borey).get(at(disposal)).content.decode()
    sign_in(cast.borey).post(at(disposal, "refuse/"), {"because": "A trial goes on."})
    assert Disposal.objects.get().outcome == "refused"
    assert "A trial goes on." in text(sign_in(cast.dara).get(at(disposal)))


# ---- certificates and rules ----------------------------------------------------------------------------------------


def test_a_certificate_says_what_by_whom_when_and_how_to_check_it(cast, sign_in, waiting, now):
    disposal, reports = waiting(2)
    retention.approve(by=cast.borey, disposal=disposal, count=2, now=now)
    settle(now)
    page = text(sign_in(cast.serey).get("/certificates/1/"))
    assert "2 reports were destroyed" in page and "Borey" in page and "by the clock" in page
    assert all(number_of(report) in page for report in reports) and keeping.by_slug(disposal.rule).labels["en"] in page
    rows = LogRow.objects.filter(target_id=str(disposal.pk))
    first, last = rows.get(action="disposal.approve"), rows.get(action="disposal.finish")
    assert f"Rows {first.seq} to {last.seq} of the log" in page and last.hash in page
    within = LogRow.objects.filter(seq__range=(first.seq, last.seq), action="report.erase")
    assert set(within.values_list("target_id", flat=True)) == {str(report.pk) for report in reports}
    assert "Backups of the keys forget it within 30 days." in page
    assert "Certificate of destruction 1" in page and "Told by a child" in text(
        sign_in(cast.serey).get("/certificates/")
    )


def test_no_certificate_before_everything_is_destroyed_nor_of_what_was_refused(cast, sign_in, waiting, now):
    disposal, _reports = waiting(2)
    desk = sign_in(cast.borey)
    assert desk.get("/certificates/1/").status_code == 404
    retention.approve(by=cast.borey, disposal=disposal, count=2, now=now)
    retention.destroy_approved(now, most=1)
    assert desk.get("/certificates/1/").status_code == 404
    settle(now)
    assert desk.get("/certificates/1/").status_code == 200 and desk.get("/certificates/2/").status_code == 404


def test_certificates_come_page_by_page(cast, sign_in, ended, now, monkeypatch):  # noqa: F811
    monkeypatch.setattr(certificates, "PAGE", 2)
    for _ in range(3):
        made = retention.propose(by=cast.dara, report=ended(), reason="mistake", now=now)
        retention.approve(by=cast.borey, disposal=made, count=1, now=now)
    settle(now)
    desk = sign_in(cast.borey)
    first = desk.get("/certificates/").content.decode()
    assert "/certificates/3/" in first and "/certificates/1/" not in first and "?before=2" in first
    second = desk.get("/certificates/?before=2").content.decode()
    assert "/certificates/1/" in second and 'href="?before=' not in second
    assert desk.get("/certificates/?before=x").status_code == 200


@pytest.mark.parametrize("language", ["en", "km"])
def test_the_rules_are_shown_to_whoever_reads_reports(cast, sign_in, language):
    page = text(sign_in(cast.sokha, language).get("/keeping/"))
    for rule in keeping.in_force():
        assert (rule.labels[language] in page) and (rule.reasons[language] in page)


@pytest.mark.parametrize("language", ["en", "km"])
def test_every_page_speaks_both_languages(cast, sign_in, waiting, now, language):
    disposal, _reports = waiting(2)
    item, desk = DisposalItem.objects.first(), sign_in(cast.borey, language)
    for page in ("/disposals/", at(disposal), at(disposal, f"keep/{item.pk}/"), "/certificates/", "/keeping/"):
        assert f'<html lang="{language}">' in desk.get(page).content.decode()
    retention.approve(by=cast.borey, disposal=disposal, count=2, now=now)
    settle(now)
    assert desk.get("/certificates/1/").status_code == 200
