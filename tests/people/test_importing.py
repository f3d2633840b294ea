"""Lists of people: read in every encoding, looked through before anything is written, taken back."""

import io
from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import Http404
from django.urls import reverse
from openpyxl import Workbook

from tests.dumps import dump, holds
from tests.intake.conftest import text
from tumpeang.access.errors import Denied, NotNow
from tumpeang.access.models import LogRow
from tumpeang.access.records import writing
from tumpeang.cases import parts
from tumpeang.cases import queries as cases
from tumpeang.people import actions, erasing, import_columns, import_files, import_lines, importing, queries
from tumpeang.people.import_looking import found_for
from tumpeang.people.models import ImportedPerson, Person, PersonImport, PersonName
from tumpeang.people.states import ImportState, Source
from tumpeang.vault.keystore import Shredded, keystore

from .conftest import TODAY

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]

CSV = "Name,Sex,Date of birth,Phone\nSok Maly,F,3/5/2012,012 555 701\nChan Dara,M,2010,\nNobody,X,soon,\n"


@pytest.fixture(autouse=True)
def patience(monkeypatch):
    """A round of the worker process is as long as it takes."""
    monkeypatch.setattr(importing, "_BUDGET", timedelta(minutes=1))


def csv(text=CSV, encoding="utf-8"):
    return text.encode(encoding)


def xlsx(rows):
    book = Workbook()
    for row in rows:
        book.active.append(row)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


@pytest.fixture
def bring(cast, now):
    """`bring("Name\\nMaly")`: a list that Dara has read in."""

    def brought(content=CSV, *, by=None, id=None):
        content = content if isinstance(content, bytes) else csv(content)
        return importing.bring(
            by=by or cast.dara, table=import_files.read(content), content=content, file_name="list of children.csv",
            source=Source.PARTNER, now=now, id=id or uuid4(),
        )  # fmt: skip

    return brought


@pytest.fixture
def looked(cast, bring, now):
    """`looked(…)`: a list whose columns are as guessed, and that the worker process looked through."""

    def through(content=CSV, **more):
        brought = bring(content, **more)
        importing.say_columns(by=brought.by, brought=brought, columns=brought.columns, now=now)
        importing.go_on(now)
        return fresh(brought)

    return through


@pytest.fixture
def written(cast, looked, now):
    """`written(…, take=[4])`: a list whose people are written down."""

    def down(content=CSV, take=(), **more):
        brought = looked(content, **more)
        importing.decide(by=brought.by, brought=brought, take=take, now=now)
        importing.go_on(now)
        return fresh(brought)

    return down


def fresh(brought):
    return PersonImport.objects.get(pk=brought.pk)


def fresh_person(person):
    return Person.objects.get(pk=person.pk)


def kinds(brought):
    return {one["line"]: one["kind"] for one in brought.found}


# ---- reading (pure) ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("sign", [",", ";", "\t"])
def test_a_table_is_read_as_offices_write_it(encoding, sign):
    table = import_files.read(csv(f"ឈ្មោះ{sign}អាយុ\nសុខ ម៉ាលី{sign}១២\n\nចាន់ ដារ៉ា{sign}១៤\n", encoding))
    assert table.head == ["ឈ្មោះ", "អាយុ"] and import_columns.guess(table.head) == ["name", "born"]
    assert table.lines == [(2, ["សុខ ម៉ាលី", "១២"]), (4, ["ចាន់ ដារ៉ា", "១៤"])], "with their lines in the file"


def test_a_workbook_is_read_and_no_formula_worked_out():
    rows = [["Name", "Born", "Phone"], ["Maly", datetime(2012, 5, 3), 12555701], ["=1+1", None, ""]]
    table = import_files.read(xlsx(rows))
    assert table.lines == [(2, ["Maly", "2012-05-03", "12555701"]), (3, ["=1+1", "", ""])]
    faults = import_lines.read(["name", "born", "phone"], table.lines[1][1], today=TODAY).faults
    assert ("name", "formula", "=1+1") in faults


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "empty"), (b"Name\n", "empty"), (b"\xd0\xcf\x11\xe0old", "old_excel"),
        (b"PK\x03\x04broken", "not_a_table"), (b"Name\nMaly\n" * 5_001, "too_many"),
        ("Name\nសុខ".encode()[:-1], "encoding"), (b"a\x00b\n1\n", "not_a_table"), (b"x" * 5_000_001, "too_large"),
        ((b"a," * 41) + b"\n" + b"1," * 40 + b"1\n", "too_wide"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_says_why(content, why):
    with pytest.raises(import_files.Unreadable) as refused:
        import_files.read(content)
    assert refused.value.why == why


def test_a_file_that_unpacks_to_more_than_memory_is_not_read(monkeypatch):
    monkeypatch.setattr(import_files, "_MOST_UNPACKED", 1000)
    with pytest.raises(import_files.Unreadable) as refused:
        import_files.read(xlsx([["Name"], ["Maly"]]))
    assert refused.value.why == "too_large"


@pytest.mark.parametrize(
    ("column", "typed", "fault"),
    [
        ("born", "soon", "born"), ("sex", "X", "sex"), ("phone", "at home", "phone"),
        ("nationality", "Nowhere", "nationality"), ("language", "Tree", "language"), ("email", "none", "email"),
        ("passport", "1", "number"), ("name", "12", "name"), ("name", "=cmd()", "formula"),
        ("alias", "@SUM(A1)", "formula"), ("lives", "-2+3", "formula"), ("name", "x" * 501, "long"),
    ],
)  # fmt: skip
def test_a_cell_that_cannot_be_read_is_named(column, typed, fault):
    read = import_lines.read([column, "name_km"], [typed, "ម៉ាលី"], today=TODAY)
    assert read.faults == [(column, fault, typed[:60])]


def test_a_line_says_everything_that_a_form_could(db):
    columns = ["family", "given", "alias", "born", "sex", "nationality", "language", "phone", "user_name", "passport"]
    cells = ["Sok", "Maly", "Srey", "១២", "ស្រី", "Cambodia", "Khmer", "+855 12 555 701", "@maly_1", "N 0123456"]
    read = import_lines.read(columns, cells, today=TODAY)
    assert not read.faults and read.sheet.values[0].name == "Sok Maly" and len(read.sheet.values) == 9


# ---- looking -------------------------------------------------------------------------------------------------------


def test_before_anything_is_written_each_line_is_new_known_or_in_doubt(cast, looked, person, now):
    person(by=cast.dara, name="Sok Maly", name_km=None, born="3/5/2012", phone="012 555 701")
    person(by=cast.dara, name="Kim Sophea", name_km=None, born="2009", sex=None)
    known = "Name,Born,Phone\nSok Maly,3/5/2012,012 555 701\nKim Sophea,2009,\n"
    brought = looked(known + "Chan Rithy,2001,\nChan Rithy,2001,\n,,\n-x,soon,\n")
    assert brought.state == ImportState.READY
    assert kinds(brought) == {2: "same", 3: "doubtful", 4: "new", 5: "twice", 7: "bad"}
    assert Person.objects.count() == 2 and not ImportedPerson.objects.exists()


def test_who_is_not_seen_is_not_said_to_be_known(cast, looked, person):
    person(by=cast.sokha, name="Sok Maly", name_km=None, born="3/5/2012", phone="012 555 701")
    assert kinds(looked())[2] == "new", "another worker's"


def test_a_colleague_is_not_told_of_whom_they_do_not_see_and_does_not_decide(cast, sign_in, looked, person, now):
    made = person(by=cast.dara, name="Sok Maly", name_km=None, born="3/5/2012", phone="012 555 701")
    brought = looked("Name,Born,Phone\nSok Maly,3/5/2012,012 555 701\nSok Maly,3/5/2012,012 555 701\nX1,soon,\n")
    page = reverse("people:import", args=[brought.pk])

    def counted(shown):
        return {part.kind: part.count for part, _lines in shown.context["parts"]}

    assert counted(sign_in(cast.dara).get(page)) == {"same": 1, "twice": 1, "bad": 1}
    assert kinds(brought) == {2: "same", 3: "twice", 4: "bad"}
    shown = sign_in(cast.vanna).get(page)
    assert counted(shown) == {"new": 1, "twice": 1, "bad": 1} and str(made.pk) not in shown.content.decode()
    assert 'name="take"' not in shown.content.decode() and "Only who brought in this list decides" in text(shown)
    with pytest.raises(NotNow, match="Only who brought in this list decides"):
        importing.decide(by=cast.vanna, brought=brought, take=[2], now=now)
    importing.decide(by=cast.dara, brought=brought, take=[], now=now)
    importing.go_on(now)
    assert "Lines left out: 2, 3, 4" in text(sign_in(cast.dara).get(page))
    assert "left out" not in text(sign_in(cast.vanna).get(page))


def test_a_colleague_is_told_of_whom_they_see_themselves(cast, looked, person, now):
    made = person(by=cast.dara, name="Sok Maly", name_km=None, born="3/5/2012", phone="012 555 701")
    brought = looked("Name,Born,Phone\nSok Maly,3/5/2012,012 555 701\n")
    assert [one["kind"] for one in found_for(cast.vanna, brought)] == ["new"]
    with writing():
        Person.objects.filter(pk=made.pk).update(made_by=cast.vanna)
    assert found_for(cast.vanna, brought) == brought.found


def test_the_file_is_never_there_in_clear_and_gone_once_decided(own_keys, cast, bring, looked, written, now):
    brought = looked()
    assert "Sok Maly" in str(brought.table) and not holds(dump(), "Sok Maly") and not holds(dump(), "list of children")
    importing.decide(by=cast.dara, brought=brought, take=[], now=now)
    importing.go_on(now)
    importing.go_on(now)
    after = fresh(brought)
    assert (after.table, after.found, after.file_name) == (None, None, None) and after.state == ImportState.WRITTEN
    with pytest.raises(Shredded):
        keystore().get(brought.pk)
    assert not holds(dump(), "Sok Maly"), "and of the people nothing in clear"


# ---- writing, once -------------------------------------------------------------------------------------------------


def test_new_people_are_written_down_once_and_bad_lines_are_not(cast, written, now):
    brought = written()
    assert [row.line for row in ImportedPerson.objects.order_by("line")] == [2, 3] and brought.kept_back == [4]
    assert {name.name for name in PersonName.objects.all()} == {"Sok Maly", "Chan Dara"}
    importing.go_on(now)
    assert Person.objects.count() == 2
    with pytest.raises(NotNow, match="somebody went on"):
        importing.decide(by=cast.dara, brought=brought, take=[], now=now)


def test_writing_that_was_cut_off_goes_on_and_makes_nobody_twice(cast, looked, now, monkeypatch):
    monkeypatch.setattr(importing, "AT_ONCE", 2)
    brought = looked("Name\n" + "".join(f"Sok Maly{sign}\n" for sign in "abcde"))
    importing.decide(by=cast.dara, brought=brought, take=[], now=now)
    importing.write(by=importing.SYSTEM, brought=fresh(brought), now=now)
    assert Person.objects.count() == 2 and fresh(brought).reached == 2
    importing.go_on(now)
    assert Person.objects.count() == 5 and fresh(brought).state == ImportState.WRITTEN


def test_the_same_file_is_not_brought_in_twice_unless_it_was_taken_back(cast, bring, written, now):
    brought = written()
    with pytest.raises(NotNow, match="brought in already"):
        bring(by=cast.vanna)
    importing.undo(by=cast.dara, brought=brought, now=now)
    importing.go_on(now)
    assert bring(by=cast.vanna).state == ImportState.READ
    again = uuid4()
    other = "Name\nKim Sophea\n"
    assert bring(other, id=again) == bring(other, id=again), "a form sent twice"


def test_that_a_list_which_one_does_not_see_was_brought_in_is_told_to_nobody(cast, bring, restrict):
    restrict(bring(), cast.dara, cast.kosal, reach=queries.IMPORTS)
    assert bring(by=cast.vanna).state == ImportState.READ


def test_those_in_doubt_are_brought_in_when_they_are_chosen(cast, written, person):
    person(by=cast.dara, name="Kim Sophea", name_km=None, born="2009", sex=None)
    written("Name,Born\nKim Sophea,2009\n", take=[2])
    assert Person.objects.count() == 2


def test_who_sees_the_list_sees_its_people_and_others_do_not(cast, written):
    written()
    people = [row.person for row in ImportedPerson.objects.all()]
    for user in (cast.dara, cast.vanna):
        assert set(queries.visible_to(user).filter(pk__in=[one.pk for one in people])) == set(people)
    for user in (cast.kosal, cast.phally, cast.mony, cast.tola, cast.sokha):
        with pytest.raises(Http404):
            queries.person_for(user, people[0].pk)


def test_who_has_a_part_in_a_case_is_seen_through_the_list_no_longer(cast, written, case, restrict, now):
    written("Name,Born\nSok Maly,2012\n")
    maly = ImportedPerson.objects.get().person
    found = case(by=cast.dara)
    parts.give_part(by=cast.dara, case=found, person=maly, role="child_victim", relation="", now=now)
    restrict(found, cast.dara, cast.mony, reach=cases.REACH)
    assert queries.person_for(cast.dara, maly.pk) == maly
    with pytest.raises(Http404):
        queries.person_for(cast.vanna, maly.pk)
    assert importing.people_of(cast.vanna, PersonImport.objects.get()) == []


def test_who_may_not_bring_in_lists_does_nothing_with_them(cast, bring, looked, now):
    brought = looked()
    for user in (cast.sokha, cast.kosal, cast.borey, cast.tola):
        for act in (
            lambda user=user: bring("Name\nX Y\n", by=user),
            lambda user=user: importing.decide(by=user, brought=brought, take=[], now=now),
            lambda user=user: importing.drop(by=user, brought=brought, now=now),
            lambda user=user: importing.undo(by=user, brought=brought, now=now),
        ):
            with pytest.raises(Denied):
                act()


def test_what_nobody_decided_within_a_week_is_dropped(own_keys, cast, bring, now):
    brought = bring()
    importing.go_on(now + timedelta(days=8))
    importing.go_on(now + timedelta(days=8))
    assert fresh(brought).state == ImportState.DROPPED and fresh(brought).table is None
    with pytest.raises(Shredded):
        keystore().get(brought.pk)


def test_a_restored_copy_of_a_list_whose_file_is_gone_stops_nothing(own_keys, cast, looked, now):
    brought, other = looked(), looked("Name\nKim Sophea\n")
    importing.drop(by=cast.dara, brought=brought, now=now)
    importing.go_on(now)
    with writing():
        PersonImport.objects.filter(pk=brought.pk).update(state=ImportState.LOOKING)  # as an older copy has it
    importing.go_on(now)
    assert fresh(brought).state == ImportState.DROPPED and fresh(other).state == ImportState.READY


def test_a_list_that_comes_in_while_it_is_looked_for_lost_ones_is_none(cast, bring, now, monkeypatch):
    bring()
    find, late = type(keystore()).find, []

    def slowly(self, subjects):
        found = find(self, subjects)
        monkeypatch.undo()
        late.append(bring("Name\nKim Sophea\n"))
        return found

    monkeypatch.setattr(type(keystore()), "find", slowly)
    importing._drop_what_is_lost(now)
    assert fresh(late[0]).state == ImportState.READ and fresh(late[0]).table


def test_what_was_decided_meanwhile_does_not_expire(cast, looked, now):
    seen = looked()
    importing.decide(by=cast.dara, brought=seen, take=[], now=now)
    with pytest.raises(NotNow, match="somebody went on"):
        importing.expire(by=importing.SYSTEM, brought=seen, now=now)
    assert fresh(seen).state == ImportState.WRITING and fresh(seen).table


def test_the_file_goes_however_long_ago_it_was_decided(own_keys, cast, bring, now):
    brought = bring()
    importing.drop(by=cast.dara, brought=brought, now=now)
    importing.go_on(now + timedelta(days=30))
    with pytest.raises(Shredded):
        keystore().get(brought.pk)


# ---- undo ----------------------------------------------------------------------------------------------------------


def test_taken_back_everybody_goes_whom_nobody_has_used(own_keys, cast, written, sheet, now):
    brought = written("Name,Born\nSok Maly,2012\nChan Dara,2010\nKim Sophea,2009\nLong Pisey,2008\n")
    maly, dara, sophea, pisey = [row.person for row in ImportedPerson.objects.order_by("line")]
    later = now + timedelta(hours=1)
    actions.place(by=cast.dara, person=maly, now=later)
    more = sheet(name="Dara", name_km=None, born=None, sex=None)
    actions.write(by=cast.dara, person=dara, sheet=more, source=Source.FAMILY, now=later)
    actions.relate(by=cast.dara, person=sophea, other=maly, kind="friend", source=Source.FAMILY, now=later)
    importing.undo(by=cast.dara, brought=brought, now=later)
    importing.go_on(later)
    assert fresh(brought).state == ImportState.UNDONE
    assert set(Person.objects.filter(erased_at=None)) == {maly, dara, sophea}
    assert not PersonName.objects.filter(person=pisey).exists() and queries.find(cast.dara, "Long Pisey") == []
    assert importing.counts(brought) == {"made": 4, "there": 3}
    seen = {row.person for row in importing.people_of(cast.dara, brought)}
    assert seen == {dara, sophea}, "who stays is told; who has a part is seen where they have it"
    row = LogRow.objects.filter(action="import.undo").get()
    assert "Maly" not in str(row.notes)


def test_whom_another_list_knew_and_left_out_is_not_taken_back(own_keys, cast, written, now):
    first = written("Name,Born,Phone\nSok Maly,3/5/2012,012 555 701\nKim Sophea,2009,\n")
    maly, _sophea = [row.person for row in ImportedPerson.objects.order_by("line")]
    second = written("Name,Born,Phone,Lives\nSok Maly,3/5/2012,012 555 701,Takeo\n")
    assert second.kept_back == [2] and second.known == [str(maly.pk)]
    importing.undo(by=cast.dara, brought=first, now=now)
    importing.go_on(now)
    assert set(Person.objects.filter(erased_at=None)) == {maly}, "what the second list told is nowhere else"


def test_who_was_erased_meanwhile_is_given_no_part_and_written_about_no_more(own_keys, cast, person, sheet, now):
    seen = person(by=cast.dara)
    erasing.erase_again(by=importing.SYSTEM, person_id=seen.pk, now=now)
    for act in (
        lambda: actions.place(by=cast.dara, person=seen, now=now),
        lambda: actions.write(by=cast.dara, person=seen, sheet=sheet(), source=Source.FAMILY, now=now),
        lambda: actions.relate(
            by=cast.dara, person=person(by=cast.dara), other=seen, kind="friend", source=Source.FAMILY, now=now
        ),
    ):
        with pytest.raises(NotNow, match="was destroyed"):
            act()
    assert not PersonName.objects.filter(person=seen).exists() and fresh_person(seen).placed_at is None


def test_who_was_known_and_is_taken_back_before_it_is_decided_is_new(own_keys, cast, written, looked, now):
    first = written("Name,Born,Phone\nSok Maly,3/5/2012,012 555 701\n")
    second = looked("Name,Born,Phone,Lives\nSok Maly,3/5/2012,012 555 701,Takeo\n")
    importing.undo(by=cast.dara, brought=first, now=now)
    importing.go_on(now)
    importing.decide(by=cast.dara, brought=second, take=[], now=now)
    importing.go_on(now)
    assert fresh(second).kept_back == [] and PersonName.objects.get().name == "Sok Maly"


# ---- the pages -----------------------------------------------------------------------------------------------------


def send(client, content=None, **more):
    file = SimpleUploadedFile("list.csv", csv() if content is None else content)
    return client.post(reverse("people:imports"), {"file": file, "source": "partner", "id": uuid4(), **more})


def test_from_the_file_to_its_people_and_back(cast, sign_in, now):
    client = sign_in(cast.dara)
    page = client.get(send(client).url)
    assert "What do the columns hold?" in text(page) and "Sok Maly" in text(page)
    brought = PersonImport.objects.get()
    columns = {f"column-{place}": slug for place, slug in enumerate(brought.columns)}
    busy = client.post(reverse("people:import_columns", args=[brought.pk]), columns, follow=True)
    assert "0 of 3 lines" in text(busy) and 'hx-trigger="every 2s"' in busy.content.decode()
    assert "0 of 3" in text(client.get(reverse("people:import_progress", args=[brought.pk])))
    importing.go_on(now)
    assert client.get(reverse("people:import_progress", args=[brought.pk]))["HX-Refresh"] == "true"
    page = client.get(reverse("people:import", args=[brought.pk]))
    shown = text(page)
    assert "Cannot be read" in shown and "Sex “X”: write female, male or unknown" in shown and "New" in shown
    assert "<title>List of people</title>" in page.content.decode(), "neutral"
    client.post(reverse("people:import_decide", args=[brought.pk]), {})
    importing.go_on(now)
    shown = text(client.get(reverse("people:import", args=[brought.pk])))
    assert "Sok Maly" in shown and "Lines left out: 4" in shown and "Take this list back" in shown
    client.post(reverse("people:import_undo", args=[brought.pk]))
    importing.go_on(now)
    assert "Everybody whom this list brought is erased" in text(client.get(reverse("people:import", args=[brought.pk])))


def test_a_file_that_cannot_be_read_says_why_and_keeps_nothing(cast, sign_in):
    client = sign_in(cast.dara)
    page = send(client, b"\xd0\xcf\x11\xe0old")
    assert page.status_code == 422 and "old Excel file" in text(page)
    page = client.post(reverse("people:imports"), {"source": "partner", "id": uuid4()})
    assert page.status_code == 422 and "Choose a file" in text(page)
    assert send(client, source="").status_code == 422
    assert not PersonImport.objects.exists()


def test_a_file_larger_than_allowed_is_not_even_taken_into_memory(cast, sign_in):
    assert send(sign_in(cast.dara), b"x" * 5_300_000).status_code == 422


def test_bringing_in_nobody_destroys_the_file(own_keys, cast, sign_in, bring):
    brought = bring()
    client = sign_in(cast.dara)
    page = client.post(reverse("people:import_decide", args=[brought.pk]), {"as": "drop"}, follow=True)
    assert "Nobody was brought in" in text(page) and not Person.objects.exists()


@pytest.mark.parametrize("take", ["9" * 5000, "9" * 20, "-1", "x", ""])
def test_a_line_that_is_no_number_of_one_is_passed_over(cast, sign_in, looked, take):
    brought = looked()
    page = sign_in(cast.dara).post(reverse("people:import_decide", args=[brought.pk]), {"take": take})
    assert page.status_code == 302 and fresh(brought).state == ImportState.WRITING


def test_who_may_not_bring_in_lists_finds_no_such_page(cast, sign_in, bring):
    brought = bring()
    for user in (cast.sokha, cast.kosal, cast.borey, cast.tola):
        client = sign_in(user)
        for name in ("import", "import_progress"):
            assert client.get(reverse(f"people:{name}", args=[brought.pk])).status_code == 404
        assert client.get(reverse("people:imports")).status_code == 404 and send(client).status_code == 404
    assert "Sok Maly" in text(sign_in(cast.vanna).get(reverse("people:import", args=[brought.pk]))), (
        "a colleague goes on"
    )
