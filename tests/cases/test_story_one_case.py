"""The story: a phone call and two reports from the web become one case with four people. Nothing is retyped, nothing is
lost; a report is split off and comes back, two cases are merged and taken apart again."""

import pytest
from django.urls import reverse

from demo import play
from tests.cases.test_pages import fields
from tests.intake.conftest import text
from tumpeang.cases.models import Allegation, Case, CaseReport, CaseTask, Consent, Note, Opening, Participant
from tumpeang.cases.states import Role
from tumpeang.intake import calls
from tumpeang.intake.models import Report
from tumpeang.intake.states import Channel
from tumpeang.people import queries as people
from tumpeang.people.models import Person, PersonContact, PersonFact

pytestmark = pytest.mark.django_db
STORY = "The aunt calls: she is afraid for a child.\n  The child stays with her now."


@pytest.fixture
def reports(cast, now, drop_report):
    """A call that Sokha took, what the child wrote, and what a teacher wrote."""
    call = calls.begin(by=cast.sokha, kind="phone", now=now)
    told = {"way": "adult", "child_count": 1, "child_sex": "female", "child_age_band": "10_12",
            "setting": "home_or_family", "accused_relation": "neighbour", "contact_phone": "012 555 777"}  # fmt: skip
    calls.say(by=cast.sokha, call=call, answers=told, now=now)
    call = calls.end(by=cast.sokha, call=call, contact_type="new_case_action_required", story=STORY, now=now)
    child = drop_report(way="child", what="I do not want to go home.", child_age_band="10_12", minutes_ago=40)
    teacher = drop_report(way="professional", what="A pupil is often absent.", child_count="1", minutes_ago=20)
    return call.report, child, teacher


@pytest.fixture
def opened(cast, sign_in, reports):
    """Through the pages: who is whom is chosen, names are written; everything else is there already."""
    client, address = sign_in(cast.sokha), reverse("cases:open", args=[reports[0].pk])
    sent = fields(client.get(address))
    sent = fields(client.post(address, sent | {"reports": [str(one.pk) for one in reports[1:]], "go": "people"}))
    one, two, three = (report.pk.hex[:6] for report in reports)
    sent |= {
        f"p-{one}-0-name_km": "ម៉ាលី", f"p-{one}-0-name_latin": "Maly", f"p-{one}-1-name_latin": "Sophea",
        f"p-{one}-1-also": "caregiver", f"p-{two}-0-who": f"row:{one}-0", f"p-{three}-0-who": f"row:{one}-0",
        f"p-{three}-1-name_latin": "Vichet", f"a-{one}-kinds": "emotional", "go": "basis",
    }  # fmt: skip
    sent = fields(client.post(address, sent))
    sent |= {
        "title": "A pupil who stays with her aunt", "lead": str(cast.sreyleak.pk), "told": "That we listen.",
        "wants": "To stay with her aunt.", "c-0-basis": "child_assent_and_caregiver_consent", "c-0-child": f"{one}-0",
        "c-0-carer": f"{one}-1", "c-0-carer_as": "other_caregiver", "t-0-to": "child", "t-0-what": "Call on Friday",
        "t-0-due_at": "2030-01-04T12:00", "go": "done",
    }  # fmt: skip
    page = client.post(address, sent)
    assert page.status_code == 302, text(page)
    return Case.objects.get()


def picture(case, user):
    """Everything that the case shows: who has which part, what is alleged, known, promised, agreed and noted."""
    return {
        "parts": sorted(Participant.objects.filter(ended_at=None).values_list("person", "role", "report")),
        "known": sorted(PersonFact.objects.values_list("person", "kind", "source_id")),
        "phones": sorted(PersonContact.objects.values_list("person", "source_id")),
        "alleged": sorted(str(row) for row in Allegation.objects.values_list("report", "forms", "setting")),
        "links": sorted(CaseReport.objects.filter(case=case, ended_at=None).values_list("report", flat=True)),
        "beside": [table.objects.filter(case=case).count() for table in (CaseTask, Consent, Note, Opening)],
        "accounts": {report.pk: report.account for report in Report.objects.all()},
    }


def test_one_case_with_four_people_and_nothing_retyped(cast, sign_in, reports, opened):
    assert reports[0].channel == Channel.PHONE and opened.lead == cast.sreyleak
    assert Person.objects.count() == 4 and CaseReport.objects.filter(case=opened).count() == 3
    names = {one.name for one in people.portraits(cast.sreyleak, Person.objects.all()).values()}
    assert names == {"ម៉ាលី (Maly)", "Sophea", "Vichet", ""}
    child = Participant.objects.filter(role=Role.CHILD_VICTIM).values_list("person", flat=True)
    assert len(child) == 3 and len(set(child)) == 1, "the same child, told of three times"
    # carried over, not typed: age, sex, phone, relation, kind of place, and every word in its report
    page = text(sign_in(cast.sreyleak).get(reverse("cases:case", args=[opened.pk])))
    for words in ("Female", "10–12 years", "Neighbour", "Emotional abuse", "At home or in the family", "Call on Friday",
                  "Sophea", "as another caregiver", "That we listen.", "To stay with her aunt."):  # fmt: skip
        assert words.lower() in page.lower(), words
    assert PersonContact.objects.get().value == "012 555 777"
    assert Report.objects.get(pk=reports[0].pk).account["what"] == STORY


def test_who_opened_it_knows_who_leads_it_and_reads_it_no_more(cast, sign_in, reports, opened):
    client = sign_in(cast.sokha)
    assert client.get(reverse("cases:case", args=[opened.pk])).status_code == 404
    assert "Ask Sreyleak, who leads it." in text(client.get(f"/r/{reports[0].pk}/"))


def test_split_off_and_brought_back_it_is_the_same_case(cast, sign_in, reports, opened):
    client, whole = sign_in(cast.dara), picture(opened, cast.dara)
    client.post(reverse("cases:split", args=[opened.pk, reports[2].pk]), {"to": "none"})
    page = text(client.get(reverse("cases:case", args=[opened.pk])))
    assert "Vichet" not in page and "Sophea" in page, "whoever is known from that report only goes with it"
    assert CaseReport.objects.filter(case=opened, ended_at=None).count() == 2
    page = client.post(reverse("cases:choose", args=[reports[2].pk]), {"number": opened.number})
    sent = fields(client.get(page.url))
    assert client.post(page.url, sent | {"go": "done"}).status_code == 302
    assert picture(opened, cast.dara) == whole


def test_split_into_a_second_case_merged_and_taken_apart_again(cast, sign_in, reports, opened):
    client, whole = sign_in(cast.dara), picture(opened, cast.dara)
    page = client.post(reverse("cases:split", args=[opened.pk, reports[2].pk]), {"to": "new"})
    sent = fields(client.post(page.url, fields(client.get(page.url)) | {"go": "basis"}))
    client.post(page.url, sent | {"not_asked": "not_met_yet", "lead": str(cast.dara.pk), "go": "done"})
    other = Case.objects.exclude(pk=opened.pk).get()
    assert Person.objects.count() == 4, "nobody is made twice"
    client.post(reverse("cases:merge", args=[other.pk]), {"number": opened.number, "go": "merge"})
    page = text(client.get(reverse("cases:case", args=[opened.pk])))
    for words in ("Maly", "Sophea", "Vichet", f"Case {other.number} is merged into this one"):
        assert words in page
    client.post(reverse("cases:unmerge", args=[other.pk]))
    assert "Vichet" not in text(client.get(reverse("cases:case", args=[opened.pk])))
    assert "Vichet" in text(client.get(reverse("cases:case", args=[other.pk])))
    after = picture(opened, cast.dara)
    for name in ("parts", "known", "phones", "alleged", "beside", "accounts"):
        assert after[name] == whole[name], name


def test_the_demo_has_such_a_case(cast, sign_in, opener, now):
    play._case(opener, vars(cast), now)
    case = Case.objects.get()
    assert Person.objects.count() == 4 and case.lead == cast.sreyleak
    page = text(sign_in(cast.sreyleak).get(reverse("cases:case", args=[case.pk])))
    assert "ម៉ាលី (Maly)" in page and "Ask the school for a meeting" in page
