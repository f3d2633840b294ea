"""The pages of cases and people: from a call and two web reports to one case with four people, and working on it."""

import re

import pytest
from django.urls import reverse

from tests.intake.conftest import text
from tumpeang.access.models import LogRow
from tumpeang.cases import queries
from tumpeang.cases.models import Allegation, Case, CaseReport, CaseTask, Consent, Merge, Note, Opening, Participant
from tumpeang.people import queries as people
from tumpeang.people.models import Person, Relation

pytestmark = pytest.mark.django_db


def fields(page) -> dict:
    """Everything that the form of a page would send, as a browser does."""
    html = page.content.decode()
    form = max(re.findall(r'<form class="(?:stack wide-gap|box)".*?</form>', html, flags=re.S), key=len)
    sent: dict = {}
    for tag in re.findall(r"<input[^>]*>", form):
        name, value = _attribute(tag, "name"), _attribute(tag, "value")
        kind = _attribute(tag, "type") or "text"
        if name and (kind not in {"checkbox", "radio"} or " checked" in tag):
            sent.setdefault(name, []).append(value or "")
    for name, body in re.findall(r'<textarea name="([^"]+)"[^>]*>(.*?)</textarea>', form, flags=re.S):
        sent[name] = [_plain(body.removeprefix("\n").replace("\r\n", "\n"))]  # as a browser reads it
    for name, body in re.findall(r'<select name="([^"]+)"[^>]*>(.*?)</select>', form, flags=re.S):
        chosen = re.search(r'value="([^"]*)" selected', body) or re.search(r'value="([^"]*)"', body)
        sent[name] = [_plain(chosen[1]) if chosen else ""]
    return {name: values[0] if len(values) == 1 else values for name, values in sent.items()}


def _attribute(tag, name):
    found = re.search(rf'\b{name}="([^"]*)"', tag)
    return _plain(found[1]) if found else None


def _plain(text):
    for sign, entity in (("<", "&lt;"), (">", "&gt;"), ('"', "&quot;"), ("'", "&#x27;"), ("&", "&amp;")):
        text = text.replace(entity, sign)
    return text


@pytest.fixture
def told(drop_report):
    """A call and two reports from the web about the same child."""
    phone = {"contact_wanted": "yes", "contact_how": "phone", "contact_phone": "012 555 777"}
    call = drop_report(
        way="adult", what="The aunt calls: she is afraid for a child.", child_count="1", child_sex="female",
        child_age_band="10_12", setting="home_or_family", accused_relation="neighbour", minutes_ago=60, **phone,
    )  # fmt: skip
    web = drop_report(way="child", what="I do not want to go home.", child_age_band="10_12", minutes_ago=40, **phone)
    teacher = drop_report(way="professional", what="A pupil is often absent.", child_count="1", minutes_ago=20)
    return call, web, teacher


# ---- opening -----------------------------------------------------------------------------------------------------


def test_the_reports_page_offers_to_open_a_case_and_then_names_it(cast, sign_in, told, case):
    client, report = sign_in(cast.sokha), told[0]
    page = client.get(f"/r/{report.pk}/")
    assert reverse("cases:open", args=[report.pk]) in page.content.decode()
    opened = case(report)
    page = client.get(f"/r/{report.pk}/")
    assert f"In case {opened.number}" in text(page)
    assert reverse("cases:open", args=[report.pk]) not in page.content.decode()


def test_the_rows_are_filled_from_what_was_answered(cast, sign_in, told):
    page = sign_in(cast.sokha).get(reverse("cases:open", args=[told[0].pk]))
    sent = fields(page)
    key = told[0].pk.hex[:6]
    assert sent[f"n-{key}"] == "3"
    assert [sent[f"p-{key}-{n}-role"] for n in range(3)] == ["child_victim", "reporter", "alleged_perpetrator"]
    assert sent[f"p-{key}-0-sex"] == "female" and sent[f"p-{key}-0-age_band"] == "10_12"
    assert sent[f"p-{key}-1-phone"] == "••• ••• 777" and "012 555 777" not in page.content.decode(), "not for calling"
    assert sent[f"p-{key}-2-relation"] == "neighbour"
    assert sent[f"a-{key}-setting"] == "home_or_family"
    assert "The aunt calls: she is afraid for a child." in text(page), "its own words, word for word"
    assert LogRow.objects.filter(action="report.read_account", target_id=str(told[0].pk)).exists()


def test_from_a_call_and_two_web_reports_to_one_case_with_four_people(cast, sign_in, told):
    """Nothing is retyped: only names, and who is the same as whom, are chosen."""
    client, (call, web, teacher) = sign_in(cast.sokha), told
    address = reverse("cases:open", args=[call.pk])
    sent = fields(client.get(address))
    sent |= {"reports": [str(web.pk), str(teacher.pk)], "go": "people"}
    sent = fields(client.post(address, sent))
    one, two, three = (report.pk.hex[:6] for report in (call, web, teacher))
    assert {f"n-{one}", f"n-{two}", f"n-{three}"} <= set(sent)
    sent |= {
        f"p-{one}-0-name_latin": "Maly", f"p-{one}-1-name_km": "អ៊ំសុភា", f"p-{one}-1-also": "caregiver",
        f"p-{two}-0-who": f"row:{one}-0", f"p-{three}-0-who": f"row:{one}-0", f"p-{three}-1-name_latin": "Teacher Dara",
        f"a-{one}-kinds": ["physical", "emotional"], "go": "basis",
    }  # fmt: skip
    page = client.post(address, sent)
    assert page.status_code == 200 and "Step 2 of 2" in text(page)
    sent = fields(page)
    assert sent[f"p-{one}-0-name_latin"] == "Maly", "what the first page holds travels along"
    sent |= {"title": "A child in town", "told": "Whom we may have to tell.", "wants": "To stay with her aunt.",
             "c-0-basis": "child_assent_and_caregiver_consent", "c-0-child": f"{one}-0", "c-0-carer": f"{one}-1",
             "c-0-carer_as": "other_caregiver", "t-0-to": "child", "t-0-what": "Call on Friday",
             "t-0-due_at": "2030-01-04T12:00", "go": "done"}  # fmt: skip
    page = client.post(address, sent)
    opened = Case.objects.get()
    assert page.status_code == 302 and page.url == reverse("cases:case", args=[opened.pk])
    assert Person.objects.count() == 4 and CaseReport.objects.count() == 3 and Allegation.objects.count() == 3
    assert Allegation.objects.get(report=call).forms == ["physical", "emotional"]
    consent = Consent.objects.get()
    assert people.portraits(cast.sokha, [consent.caregiver])[consent.caregiver_id].name == "អ៊ំសុភា"
    assert CaseTask.objects.get().what == "Call on Friday" and Opening.objects.get().wants == "To stay with her aunt."
    shown = text(client.get(page.url))
    for words in ("Maly", "អ៊ំសុភា", "Teacher Dara", "A child in town", "To stay with her aunt.", "Call on Friday",
                  "Physical abuse", "Alleged perpetrator", "Neighbour", "the child"):  # fmt: skip
        assert words in shown, words
    # the same form sent again is the same case
    assert client.post(address, sent).status_code == 302 and Case.objects.count() == 1


def test_the_same_number_told_before_is_offered_and_not_taken_by_itself(cast, sign_in, told, case, drop_report, row):
    before = drop_report(way="adult")
    case(before, rows=[row(before, "reporter", name="Aunt Sophea", phone="+855 12 555 777")], agreed=[])
    known = Person.objects.get()
    client, address = sign_in(cast.sokha), reverse("cases:open", args=[told[0].pk])
    page = client.get(address)
    assert "Perhaps known already" in text(page) and "Aunt Sophea" in text(page)
    sent, key = fields(page), told[0].pk.hex[:6]
    assert sent[f"p-{key}-1-who"] == ""
    sent[f"p-{key}-1-who"] = str(known.pk)
    page = client.post(address, sent | {"go": "basis"})
    sent = fields(page) | {"not_asked": "not_met_yet", "go": "done"}
    client.post(address, sent)
    assert Participant.objects.filter(person=known).count() == 2 and Person.objects.count() == 3


def test_what_another_team_knows_is_not_offered(cast, sign_in, told, case, drop_report, row):
    before = drop_report(way="adult")
    case(before, rows=[row(before, "reporter", name="Aunt Sophea", phone="012 555 777")], agreed=[], lead=cast.phally)
    page = sign_in(cast.kosal).get(reverse("cases:open", args=[told[0].pk]))
    assert page.status_code == 200 and "told before" not in text(page) and "Sophea" not in text(page)


def test_a_caregiver_with_an_alleged_part_is_not_offered_for_consent(cast, sign_in, told):
    client, address = sign_in(cast.sokha), reverse("cases:open", args=[told[0].pk])
    sent, key = fields(client.get(address)), told[0].pk.hex[:6]
    sent |= {f"p-{key}-1-role": "caregiver", f"p-{key}-2-also": "caregiver", "go": "basis"}
    page = client.post(address, sent).content.decode()
    carers = re.search(r'<select name="c-0-carer" .*?</select>', page, flags=re.S)[0]
    assert f'value="{key}-1"' in carers and f'value="{key}-2"' not in carers


def test_bad_input_is_named_and_nothing_typed_is_lost(cast, sign_in, told):
    client, address = sign_in(cast.sokha), reverse("cases:open", args=[told[0].pk])
    sent, key = fields(client.get(address)), told[0].pk.hex[:6]
    sent |= {f"p-{key}-0-born": "31/2/2012", f"p-{key}-1-phone": "my aunt's", f"p-{key}-0-name_latin": "<Maly>",
             f"p-{key}-2-role": "", "go": "basis"}  # fmt: skip
    page = client.post(address, sent)
    assert page.status_code == 422
    shown = text(page)
    assert "Write a date like 3/5/2012" in shown and "Write a phone number like" in shown
    again = fields(page)
    for name in (f"p-{key}-0-born", f"p-{key}-1-phone", f"p-{key}-0-name_latin"):
        assert again[name] == sent[name]
    again |= {f"p-{key}-0-born": "12", f"p-{key}-1-phone": "", f"p-{key}-2-role": "out", "go": "basis"}
    page = client.post(address, again)
    sent = fields(page) | {"told": "Words.\r\nMore.", "title": "", "t-0-what": "Call", "go": "done"}
    page = client.post(address, sent)
    assert page.status_code == 422 and not Case.objects.exists()
    shown = text(page)
    for words in ("Say on which basis you act", "Say by when", "Write something first"):
        assert words in shown
    assert fields(page)["told"] == "Words.\nMore." and fields(page)[f"p-{key}-0-name_latin"] == "<Maly>"


def test_adding_rows_and_going_back_loses_nothing_and_blames_nobody(cast, sign_in, told):
    client, address = sign_in(cast.sokha), reverse("cases:open", args=[told[0].pk])
    sent, key = fields(client.get(address)), told[0].pk.hex[:6]
    page = client.post(address, sent | {f"p-{key}-0-born": "soon", "add": f"n-{key}"})
    again = fields(page)
    assert (
        again[f"n-{key}"] == "4" and again[f"p-{key}-0-born"] == "soon" and "aria-invalid" not in page.content.decode()
    )
    again |= {f"p-{key}-0-born": "", f"p-{key}-3-role": "witness", "go": "basis"}
    sent = fields(client.post(address, again))
    page = client.post(address, sent | {"wants": "To sleep.", "add": "nc"})
    sent = fields(page)
    assert sent["nc"] == "2" and sent["wants"] == "To sleep." and "Say on which" not in text(page)
    sent = fields(client.post(address, sent | {"go": "people"}))
    assert sent["wants"] == "To sleep." and sent[f"p-{key}-3-role"] == "witness"
    sent = fields(client.post(address, sent | {"go": "basis"}))
    assert sent["wants"] == "To sleep." and sent["nc"] == "2"


def test_a_report_of_a_case_opens_no_second_one(cast, sign_in, told, case):
    case(told[0])
    page = sign_in(cast.sokha).get(reverse("cases:open", args=[told[0].pk]))
    assert page.status_code == 302 and page.url == f"/r/{told[0].pk}/"


# ---- bringing, splitting, merging ----------------------------------------------------------------------------------


def test_a_report_is_brought_to_a_case_by_its_number_and_split_off_again(cast, sign_in, told, case, drop_report):
    client, opened = sign_in(cast.sokha), case()
    page = client.post(reverse("cases:choose", args=[told[0].pk]), {"number": opened.number})
    address = reverse("cases:link", args=[opened.pk, told[0].pk])
    assert page.status_code == 302 and page.url == address
    sent, key = fields(client.get(address)), told[0].pk.hex[:6]
    child = Participant.objects.get(role="child_victim").person
    sent |= {f"p-{key}-0-who": str(child.pk), "go": "done"}
    assert client.post(address, sent).status_code == 302
    assert Participant.objects.filter(person=child).count() == 2
    assert client.post(address, sent).status_code == 302 and CaseReport.objects.count() == 2, "not done twice"
    page = client.post(reverse("cases:split", args=[opened.pk, told[0].pk]), {"to": "new"})
    assert page.url == reverse("cases:open", args=[told[0].pk])
    page = client.get(page.url)
    assert "These people come along with it" in text(page) and f"p-{key}-0-role" not in page.content.decode()


def test_a_wrong_number_is_said_to_be_wrong(cast, sign_in, told, case):
    client, opened = sign_in(cast.sokha), case()
    wrong = opened.number[:-1] + ("0" if opened.number[-1] != "0" else "1")
    page = client.post(reverse("cases:choose", args=[told[0].pk]), {"number": wrong}, follow=True)
    assert "A sign of this number is wrong." in text(page)
    assert "A sign of this number is wrong" in text(client.post(reverse("cases:find"), {"q": wrong}))
    assert client.post(reverse("cases:find"), {"q": opened.number}).url == reverse("cases:case", args=[opened.pk])
    assert "You see no case with this number" in text(client.post(reverse("cases:find"), {"q": "x"}))


def test_two_cases_are_merged_after_a_look_at_both_and_taken_apart(cast, sign_in, case):
    client, one, other = sign_in(cast.sokha), case(), case(title="Another matter")
    address = reverse("cases:merge", args=[one.pk])
    page = client.post(address, {"number": other.number, "go": "look"})
    assert "Another matter" in text(page) and not Merge.objects.exists()
    page = client.post(address, {"number": other.number, "go": "merge"})
    assert page.url == reverse("cases:case", args=[other.pk])
    assert f"Case {one.number} is merged into this one" in text(client.get(page.url))
    assert "Merged into another case" in text(client.get(reverse("cases:case", args=[one.pk])))
    client.post(reverse("cases:unmerge", args=[one.pk]))
    assert "is merged into this one" not in text(client.get(reverse("cases:case", args=[other.pk])))
    page = client.post(address, {"number": one.number, "go": "merge"})
    assert page.status_code == 422 and "this is the same one" in text(page)


# ---- the case's page -----------------------------------------------------------------------------------------------


def test_the_words_open_on_a_click_and_looking_is_logged(cast, sign_in, told, case):
    client, opened = sign_in(cast.sokha), case(told[0])
    address = reverse("cases:case", args=[opened.pk])
    assert "she is afraid" not in text(client.get(address))
    page = client.post(reverse("cases:account", args=[opened.pk, told[0].pk]))
    assert "The aunt calls: she is afraid for a child." in text(page)
    assert LogRow.objects.filter(action="report.read_account", target_id=str(told[0].pk)).count() == 1
    assert LogRow.objects.filter(action="case.look", target_id=str(opened.pk)).count() == 2


def test_notes_and_tasks_keep_what_was_typed(cast, sign_in, case):
    client, opened = sign_in(cast.sokha), case()
    address = reverse("cases:case", args=[opened.pk])
    assert client.post(reverse("cases:note", args=[opened.pk]), {"text": "A note."}).url == address
    assert client.post(reverse("cases:note", args=[opened.pk]), {"text": " "}).status_code == 422
    page = client.post(reverse("cases:add_task", args=[opened.pk]), {"what": "Ask the school", "due_at": "soon"})
    assert (
        page.status_code == 422
        and "Ask the school" in page.content.decode()
        and "Write a date and a time" in text(page)
    )
    page = client.post(
        reverse("cases:add_task", args=[opened.pk]),
        {"what": "Ask the school", "due_at": "2030-01-04T12:00", "given_to": str(cast.vanna.pk), "promised_to": ""},
    )
    assert page.url == address and Note.objects.count() == 1
    task = CaseTask.objects.get(promised_to="")
    assert "Due for you" in text(sign_in(cast.vanna).get(reverse("cases:cases")))
    page = client.post(reverse("cases:do_task", args=[task.pk]), {"text": ""})
    assert page.status_code == 422
    assert client.post(reverse("cases:do_task", args=[task.pk]), {"text": "Asked."}).url == address
    assert "Asked." in text(client.get(address))


def test_a_person_is_added_related_and_their_part_ended(cast, sign_in, case):
    client, opened = sign_in(cast.sokha), case()
    address = reverse("cases:add_person", args=[opened.pk])
    sent = fields(client.get(address))
    assert client.post(address, sent | {"role": "caregiver", "source": "family"}).status_code == 422, "nothing is known"
    sent |= {
        "role": "caregiver",
        "relation": "parent",
        "name_latin": "Mother",
        "source": "family",
        "lives": "Siem Reap",
    }
    for _ in range(2):
        assert client.post(address, sent).status_code == 302
    mother = Participant.objects.get(role="caregiver").person
    child = Participant.objects.get(role="child_victim").person
    sent = {"person": str(mother.pk), "other": str(child.pk), "kind": "parent", "source": "family"}
    client.post(reverse("cases:relate", args=[opened.pk]), sent)
    assert Relation.objects.get().kind == "parent"
    assert "mother or father of Maly" in text(client.get(reverse("cases:case", args=[opened.pk])))
    part = Participant.objects.get(role="caregiver")
    client.post(reverse("cases:end_part", args=[opened.pk, part.pk]))
    part.refresh_from_db()
    assert part.ended_by == cast.sokha


def test_a_consent_is_written_down_later_and_withdrawn(cast, sign_in, case):
    client, opened = sign_in(cast.sokha), case()
    address, child = reverse("cases:consent", args=[opened.pk]), Participant.objects.get(role="child_victim").person
    sent = fields(client.get(address))
    assert client.post(address, sent).status_code == 422
    sent |= {"purpose": "information_sharing", "basis": "child_consent", "child": str(child.pk)}
    page = client.post(address, sent)
    assert page.status_code == 422 and "Write who is told" in text(page)
    assert client.post(address, sent | {"recipients": "The hospital"}).status_code == 302
    given = Consent.objects.get(purpose="information_sharing")
    client.post(reverse("cases:withdraw", args=[given.pk]))
    given.refresh_from_db()
    assert given.withdrawn_by == cast.sokha and "withdrawn" in text(client.get(reverse("cases:case", args=[opened.pk])))


def test_a_consent_of_somebody_now_under_suspicion_is_not_relied_on(cast, sign_in, case, drop_report, row, now):
    from tumpeang.cases import parts
    from tumpeang.cases.plan import Agreed

    report = drop_report(way="adult")
    rows = [row(report, "child_victim", key="a", name="Maly"), row(report, "caregiver", key="b", name="Uncle")]
    agreed = Agreed(purpose="services", basis="child_assent_and_caregiver_consent", child="a", caregiver="b",
                    caregiver_as="guardian")  # fmt: skip
    opened = case(report, rows=rows, agreed=[agreed])
    client, address = sign_in(cast.sokha), reverse("cases:case", args=[opened.pk])
    assert "Do not rely on it" not in text(client.get(address))
    uncle = Participant.objects.get(role="caregiver").person
    parts.give_part(by=cast.sokha, case=opened, person=uncle, role="alleged_perpetrator", now=now)
    assert "Do not rely on it" in text(client.get(address))


def test_who_shall_lead_is_told_and_led_to_the_case(cast, sign_in, case):
    opened = case(lead=cast.sreyleak)
    page = sign_in(cast.sreyleak).get(reverse("access:notices"))
    assert reverse("cases:case", args=[opened.pk]) in page.content.decode()
    assert opened.title not in text(page), "what is told holds no content"


def test_lead_priority_hold(cast, sign_in, case):
    client, opened = sign_in(cast.sokha), case()
    client.post(reverse("cases:priority", args=[opened.pk]), {"priority": "critical"})
    client.post(reverse("cases:hold", args=[opened.pk]))
    page = text(client.get(reverse("cases:case", args=[opened.pk])))
    assert "Critical" in page and "On hold" in page
    client.post(reverse("cases:hold", args=[opened.pk]))
    page = client.post(reverse("cases:hand_over", args=[opened.pk]), {"to": "", "team": ""})
    assert page.status_code == 422
    client.post(reverse("cases:hand_over", args=[opened.pk]), {"to": str(cast.kosal.pk), "team": ""})
    opened.refresh_from_db()
    assert (opened.lead, opened.priority, opened.status) == (cast.kosal, "critical", "open")
    assert CaseTask.objects.get().given_to == cast.kosal, "a call-taker sees it no more: what was promised goes with it"


def test_closing_names_what_is_open_and_takes_two(cast, sign_in, case, drop_report, now):
    from tumpeang.access.records import writing
    from tumpeang.intake.models import Report

    report = drop_report(way="adult")
    client, second, opened = sign_in(cast.sokha), sign_in(cast.dara), case(report)
    address = reverse("cases:close", args=[opened.pk])
    page = client.post(address, {"reason": "goals_met", "text": "Safe at her aunt's."})
    assert page.status_code == 422 and "1 promise is not kept yet" in text(page) and "Safe at her aunt" in text(page)
    with writing():
        CaseTask.objects.update(done_at=now)
        Report.objects.update(stage="ended", ended_at=now)
    assert client.post(address, {"reason": "goals_met", "text": "Safe at her aunt's."}).status_code == 302
    assert "Close case" in text(second.get(reverse("cases:cases")))
    from tumpeang.cases.models import Closing

    closing = Closing.objects.get()
    page = second.post(reverse("cases:refuse", args=[closing.pk]), {"text": ""})
    assert page.status_code == 422 and "Write a remark" in text(page)
    second.post(reverse("cases:approve", args=[closing.pk]))
    page = text(client.get(reverse("cases:case", args=[opened.pk])))
    assert "Closed" in page and "What was planned is reached" in page
    client.post(reverse("cases:take_up", args=[opened.pk]))
    opened.refresh_from_db()
    assert opened.status == "open"


# ---- the list ------------------------------------------------------------------------------------------------------


def test_the_list_has_tabs_filters_and_pages(cast, sign_in, case, monkeypatch):
    from tumpeang.cases import listing

    monkeypatch.setattr(listing, "PAGE", 2)
    for number in range(3):
        case(title=f"Matter {number}")
    case(title="Of the lawyer", lead=cast.phally, priority="low")
    client = sign_in(cast.sokha)
    first = client.get(reverse("cases:cases"))
    assert first.content.decode().count("data-row>") == 2 and "Of the lawyer" not in text(first)
    more = re.search(r'id="page-more" href="([^"]+)"', first.content.decode())[1].replace("&amp;", "&")
    last = client.get(more)
    assert last.content.decode().count("data-row>") == 1 and "From the beginning" in text(last)
    assert "Of the lawyer" in text(sign_in(cast.dara).get(reverse("cases:cases") + "?tab=all&priority=low"))
    assert "Of the lawyer" not in text(client.get(reverse("cases:cases") + "?tab=all&priority=low")), "a call-taker"
    assert "No case here" in text(client.get(reverse("cases:cases") + "?tab=all&status=closed"))
    assert "Of the lawyer" in text(sign_in(cast.phally).get(reverse("cases:cases") + "?tab=all"))
    assert "Matter" not in text(sign_in(cast.phally).get(reverse("cases:cases") + "?tab=all"))


def test_page_and_list_ask_no_more_of_more_cases_and_people(
    cast, sign_in, case, drop_report, django_assert_num_queries
):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client = sign_in(cast.sokha)
    opened = case()
    address = reverse("cases:case", args=[opened.pk])

    def asked(path):
        with CaptureQueriesContext(
            connection,
        ) as context:
            client.get(path)
        return len(context)

    asked(address)
    few_page, few_list = asked(address), asked(reverse("cases:cases"))
    more = case(*(drop_report(way="adult") for _ in range(4)))
    case()
    assert asked(reverse("cases:case", args=[more.pk])) <= few_page
    assert asked(reverse("cases:cases")) <= few_list


# ---- people --------------------------------------------------------------------------------------------------------


def test_somebody_is_written_down_found_and_given_a_part(cast, sign_in, case):
    client, opened = sign_in(cast.sokha), case()
    page = client.post(reverse("people:add"), {"name_latin": "Aunt Sophea", "phone": "012 555 777", "source": "family"})
    person = Person.objects.get(placed_at=None)
    address = reverse("people:person", args=[person.pk])
    assert page.url == address and "Nobody else sees this person yet" in text(client.get(address))
    found = text(client.post(reverse("people:find"), {"q": "+855 12 555 777"}))
    assert "Aunt Sophea" in found
    page = client.post(reverse("cases:give_part", args=[person.pk]), {"number": opened.number, "role": "caregiver"})
    assert page.url == address
    shown = text(client.get(address))
    assert opened.number in shown and "Nobody else sees" not in shown
    assert "Aunt Sophea" in text(sign_in(cast.vanna).get(address))


def test_who_saw_a_person_counts_their_cases_too(cast, sign_in, case):
    opened = case()
    person = Participant.objects.get(role="child_victim").person
    sign_in(cast.vanna).get(reverse("cases:case", args=[opened.pk]))
    page = sign_in(cast.dara).get(reverse("cases:who_saw_person", args=[person.pk]))
    assert "Vanna" in text(page)
    assert "Vanna" in text(sign_in(cast.dara).get(reverse("cases:who_saw", args=[opened.pk])))


# ---- restricted ----------------------------------------------------------------------------------------------------


def test_a_case_is_restricted_with_its_reports_and_its_lead(cast, sign_in, case, drop_report):
    report = drop_report(way="adult")
    client, opened = sign_in(cast.dara), case(report, by=cast.dara)
    address = reverse("cases:restrict", args=[opened.pk])
    page = client.post(address, {"people": [str(cast.vanna.pk), str(cast.sokha.pk)]})
    assert page.status_code == 422 and "must stand on its list" in text(page)
    page = client.post(address, {"people": [str(cast.dara.pk), str(cast.vanna.pk)]})
    assert page.url == reverse("cases:circle", args=[opened.pk])
    for user in (cast.sokha, cast.borey, cast.phally):
        other = sign_in(user)
        assert other.get(reverse("cases:case", args=[opened.pk])).status_code == 404
        assert other.get(f"/r/{report.pk}/").status_code == 404
        assert "A child and a neighbour" not in text(other.get(reverse("cases:cases") + "?tab=all"))
    client.post(reverse("cases:lift", args=[opened.pk]))
    assert sign_in(cast.borey).get(reverse("cases:case", args=[opened.pk])).status_code == 200
    assert sign_in(cast.borey).get(f"/r/{report.pk}/").status_code == 404


def test_a_report_in_a_hidden_case_says_nothing_of_it(cast, sign_in, case, drop_report, now):
    from tumpeang.access import circle

    report = drop_report(way="adult")
    opened = case(report, by=cast.dara)
    circle.restrict(by=cast.dara, record=opened, reach=queries.REACH, people=[cast.dara, cast.vanna],
                    about_staff=False, now=now)  # fmt: skip
    page = text(sign_in(cast.sokha).get(f"/r/{report.pk}/"))
    assert opened.number not in page and "not open to you" not in page


def test_a_report_in_another_teams_case_names_who_to_ask(cast, sign_in, case, drop_report):
    from tumpeang.access.records import writing
    from tumpeang.intake.models import Report

    report = drop_report(way="adult")
    opened = case(report, lead=cast.phally)
    with writing():
        Report.objects.filter(pk=report.pk).update(stage="taken", taken_by=cast.kosal)
    page = text(sign_in(cast.kosal).get(f"/r/{report.pk}/"))
    assert "Ask Phally, who leads it." in page and opened.number not in page and "A child and" not in page


def test_a_case_is_opened_to_a_colleague(cast, sign_in, case):
    client, opened = sign_in(cast.sokha), case()
    address = reverse("cases:case", args=[opened.pk])
    assert sign_in(cast.phally).get(address).status_code == 404
    client.post(reverse("cases:open_to", args=[opened.pk]), {"to": str(cast.phally.pk)})
    assert sign_in(cast.phally).get(address).status_code == 200
    assert "it was opened to them" in text(client.get(reverse("cases:circle", args=[opened.pk])))
    client.post(reverse("cases:close_to", args=[opened.pk]), {"to": str(cast.phally.pk)})
    assert sign_in(cast.phally).get(address).status_code == 404
