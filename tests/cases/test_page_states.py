"""The pages of cases where something is not possible now: it is said, nothing typed is lost, nothing is done twice."""

from uuid import uuid4

import pytest
from django.urls import reverse

from tests.cases.test_pages import fields
from tests.intake.conftest import text
from tumpeang.access.models import Deputy, Membership
from tumpeang.access.records import writing
from tumpeang.cases import joining, opening
from tumpeang.cases.models import Case, CaseReport, CaseTask, Closing, Consent, Note, Participant

pytestmark = pytest.mark.django_db


@pytest.fixture
def closed(cast, case, now):
    made = case(by=cast.dara)
    with writing():
        Case.objects.filter(pk=made.pk).update(status="closed", closed_at=now, closed_because="goals_met")
    return made


def at(name, *args):
    return reverse(f"cases:{name}", args=[getattr(one, "pk", one) for one in args])


# ---- closed, merged ------------------------------------------------------------------------------------------------


def test_into_a_closed_case_nothing_is_written_and_nothing_typed_is_lost(cast, sign_in, closed):
    client = sign_in(cast.dara)
    page = client.post(at("note", closed), {"text": "Words that took a while."})
    assert page.status_code == 422 and "This case is closed. Take it up again first." in text(page)
    assert "Words that took a while." in page.content.decode() and not Note.objects.exists()
    sent = {"what": "Ask the school", "due_at": "2030-01-04T12:00", "given_to": str(cast.dara.pk), "promised_to": ""}
    page = client.post(at("add_task", closed), sent)
    assert page.status_code == 422 and "Ask the school" in page.content.decode()
    page = client.post(at("add_person", closed), {"role": "witness", "name_latin": "Vichet", "source": "family"})
    assert page.status_code == 422 and 'value="Vichet"' in page.content.decode()
    page = client.post(at("consent", closed), {"purpose": "services", "basis": "legal_duty", "why": "The law says so."})
    assert page.status_code == 422 and "The law says so." in page.content.decode()
    assert "present state" in text(client.post(at("hold", closed), follow=True))
    assert client.post(at("close", closed), {"reason": "goals_met", "text": "Safe."}).status_code == 422


def test_a_merged_case_says_where_work_goes_on(cast, sign_in, case, now):
    one, other = case(by=cast.dara), case(by=cast.dara)
    joining.merge(by=cast.dara, case=one, into=other, now=now)
    client = sign_in(cast.dara)
    page = client.get(at("case", one))
    assert "It is shown there, and worked on there" in text(page) and other.number in text(page)
    assert reverse("cases:note", args=[one.pk]) not in page.content.decode()
    page = client.post(at("note", one), {"text": "Too late."})
    assert page.status_code == 422 and "merged into another one" in text(page) and "Too late." in page.content.decode()


def test_a_closed_case_is_merged_with_none_and_gets_no_report(cast, sign_in, case, closed, drop_report):
    client, other, report = sign_in(cast.dara), case(by=cast.dara), drop_report(way="adult")
    page = client.post(at("merge", other), {"number": closed.number, "go": "merge"})
    assert page.status_code == 422 and "One of the two cases is closed" in text(page)
    address = at("link", closed, report)
    sent = fields(client.get(address)) | {f"p-{report.pk.hex[:6]}-0-name_latin": "Maly", "go": "done"}
    page = client.post(address, sent)
    assert page.status_code == 422 and "This case is closed" in text(page) and 'value="Maly"' in page.content.decode()


# ---- who steers ----------------------------------------------------------------------------------------------------


def test_who_sees_a_case_and_does_not_lead_it_writes_and_does_not_steer(cast, sign_in, case, now):
    opened = case(by=cast.dara, lead=cast.sreyleak)
    client = sign_in(cast.mony)  # the same team
    with writing():
        Deputy.objects.all().delete()
    with writing():
        Membership.objects.filter(user=cast.mony).update(leads=False)
    page = client.get(at("case", opened)).content.decode()
    assert at("note", opened) in page and at("hand_over", opened) not in page and at("close", opened) not in page
    said = text(client.post(at("priority", opened), {"priority": "low"}, follow=True))
    assert "Only who leads this case" in said
    page = client.post(at("hand_over", opened), {"to": str(cast.mony.pk), "team": ""})
    assert page.status_code == 422 and "Only who leads this case" in text(page)
    opened.refresh_from_db()
    assert (opened.priority, opened.lead) == ("high", cast.sreyleak)


def test_a_restricted_case_is_handed_to_its_list_only(cast, sign_in, case, restrict):
    from tumpeang.cases.queries import REACH

    opened = case(by=cast.dara)
    restrict(opened, cast.dara, cast.vanna, reach=REACH)
    client = sign_in(cast.dara)
    page = client.post(at("hand_over", opened), {"to": str(cast.kosal.pk), "team": ""})
    assert page.status_code == 422 and "is not on its list" in text(page)
    assert f'value="{cast.kosal.pk}" selected' in page.content.decode()


# ---- twice ---------------------------------------------------------------------------------------------------------


def test_the_same_form_sent_twice_is_one_thing(cast, sign_in, case):
    client, opened = sign_in(cast.dara), case(by=cast.dara)
    child = Participant.objects.get(role="child_victim").person
    forms = {
        "note": {"text": "A note."},
        "add_task": {"what": "Ask", "due_at": "2030-01-04T12:00", "given_to": str(cast.dara.pk), "promised_to": ""},
        "consent": {"purpose": "medical_care", "basis": "child_consent", "child": str(child.pk)},
        "add_person": {"role": "witness", "name_latin": "Vichet", "source": "family"},
    }
    for name, sent in forms.items():
        sent["id"] = str(uuid4())
        for _ in range(2):
            assert client.post(at(name, opened), sent).status_code == 302, name
    assert Note.objects.count() == 1 and CaseTask.objects.filter(promised_to="").count() == 1
    assert Consent.objects.filter(purpose="medical_care").count() == 1
    assert Participant.objects.filter(role="witness").count() == 1


def test_what_was_done_withdrawn_or_decided_is_so_once(cast, sign_in, case, now):
    client, opened = sign_in(cast.dara), case(by=cast.dara)
    task, given = CaseTask.objects.get(), Consent.objects.get()
    client.post(at("do_task", task), {"text": "Called."})
    page = client.post(at("do_task", task), {"text": "Called again."})
    assert page.status_code == 422 and "done already" in text(page) and "Called again." in text(page)
    client.post(at("withdraw", given))
    assert "withdrawn already" in text(client.post(at("withdraw", given), follow=True))
    with writing():
        closing = Closing(case=opened, reason="goals_met", words="Safe.", proposed_by=cast.dara, proposed_at=now)
        closing.save()
    assert "somebody else decides" in text(client.post(at("approve", closing), follow=True))
    sign_in(cast.vanna).post(at("refuse", closing), {"text": "The school is not asked yet."})
    said = text(sign_in(cast.sothy).post(at("approve", closing), follow=True))
    assert "decided already" in said or "not here" in said
    part = Participant.objects.get(role="reporter")
    client.post(at("end_part", opened, part))
    assert client.post(at("end_part", opened, part)).status_code == 404


# ---- meanwhile -----------------------------------------------------------------------------------------------------


def test_somebody_else_opened_it_meanwhile_and_nothing_typed_is_lost(cast, sign_in, case, drop_report):
    report = drop_report(way="adult")
    client, address, key = sign_in(cast.sokha), at("open", report), report.pk.hex[:6]
    sent = fields(client.get(address)) | {f"p-{key}-0-name_latin": "Maly", "go": "basis"}
    sent = fields(client.post(address, sent)) | {"wants": "To sleep.", "not_asked": "not_met_yet", "go": "done"}
    case(report, by=cast.dara)
    page = client.post(address, sent)
    assert page.status_code == 422 and "belongs to a case already" in text(page)
    assert fields(page)[f"p-{key}-0-name_latin"] == "Maly" and fields(page)["wants"] == "To sleep."
    assert Case.objects.count() == 1


def test_brought_to_another_case_meanwhile(cast, sign_in, case, plan, drop_report, now):
    report, one, other = drop_report(way="adult"), case(by=cast.dara), case(by=cast.dara)
    client, address = sign_in(cast.dara), at("link", one, report)
    sent = fields(client.get(address)) | {f"p-{report.pk.hex[:6]}-0-name_latin": "Maly", "go": "done"}
    opening.link(by=cast.vanna, case=other, reports=[report], plan=plan(report), now=now)
    page = client.post(address, sent)
    assert page.status_code == 422 and "belongs to a case already" in text(page)
    assert fields(page)[f"p-{report.pk.hex[:6]}-0-name_latin"] == "Maly"


def test_split_off_by_who_saw_the_report_through_the_case_only(cast, sign_in, case, drop_report):
    report = drop_report(way="adult")
    opened = case(report, by=cast.dara, lead=cast.sreyleak)
    page = sign_in(cast.sreyleak).post(at("split", opened, report), {"to": "new"}, follow=True)
    assert "open to you through this case only" in text(page) and page.status_code == 200
    assert not CaseReport.objects.filter(ended_at=None).exists()
    assert sign_in(cast.sreyleak).get(f"/r/{report.pk}/").status_code == 404
    assert sign_in(cast.sreyleak).post(at("split", opened, report), {"to": "none"}).status_code == 404, "once"
