"""The marker's way through a case: opened from a report, worked on, proposed to be closed; people written down."""

from uuid import uuid4

from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from tests.cases.test_pages import fields
from tumpeang.cases.models import Case, CaseTask, Closing
from tumpeang.people import importing
from tumpeang.people.models import Person, PersonImport

BORN, TYPED = "1987-06-05", "5/6/1987"  # where no words can stand


def work_on_a_case(run, report_id, *, mark, phone):
    """By a supervisor: a report becomes a case, with a promise, a basis, a note, a number of a document."""
    desk, second = run.sign_in(run.people.dara), run.sign_in(run.people.vanna)
    _open(run, desk, report_id, mark, phone)
    case = Case.objects.get()
    run.get(desk, "/cases/?tab=all")
    run.post(desk, reverse("cases:find"), {"q": case.number})
    run.post(desk, reverse("cases:account", args=[case.pk, report_id]))
    run.post(desk, reverse("cases:note", args=[case.pk]), {"text": mark})
    person = Person.objects.first()
    number = {"kind": "passport", "number": mark, "source": "document"}
    run.post(desk, reverse("people:add_value", args=[person.pk, "identifier"]), number)
    run.get(second, reverse("people:person", args=[person.pk]))
    run.post(second, reverse("people:find"), {"q": mark})
    run.get(second, reverse("cases:who_saw_person", args=[person.pk]))
    run.post(desk, reverse("cases:do_task", args=[CaseTask.objects.get().pk]), {"text": mark})


def bring_a_list(run, *, mark):
    """A list of people, looked through and not decided: the file waits."""
    desk = run.sign_in(run.people.dara)
    file = SimpleUploadedFile(f"{mark}.csv", f"Name,Born\n{mark},2012\nMaly,{mark}\n".encode())
    run.post(desk, reverse("people:imports"), {"file": file, "source": "partner", "id": str(uuid4())})
    brought = PersonImport.objects.get()
    run.post(desk, reverse("people:import_columns", args=[brought.pk]), {"column-0": "name", "column-1": "born"})
    importing.go_on(timezone.now())
    run.get(desk, reverse("people:import", args=[brought.pk]))
    run.get(desk, reverse("people:imports"))


def look_at_two(run):
    """Two people of a case side by side, and the queue."""
    desk = run.sign_in(run.people.dara)
    one, other = Person.objects.filter(placed_at__isnull=False)[:2]
    run.get(desk, reverse("people:two", args=[one.pk, other.pk]))
    run.post(desk, reverse("people:say_same", args=[one.pk, other.pk]))
    run.get(desk, reverse("people:pairs"))


def propose_to_close(run, *, mark):
    """When nothing is open any more: proposed, and not agreed to."""
    desk, second, case = run.sign_in(run.people.dara), run.sign_in(run.people.vanna), Case.objects.get()
    run.post(desk, reverse("cases:close", args=[case.pk]), {"reason": "goals_met", "text": mark})
    run.get(second, "/cases/")
    run.post(second, reverse("cases:refuse", args=[Closing.objects.get().pk]), {"text": mark})


def _open(run, desk, report_id, mark, phone):
    address, key = reverse("cases:open", args=[report_id]), report_id.hex[:6]
    sent = fields(run.get(desk, address))
    sent |= {f"p-{key}-0-name_km": mark, f"p-{key}-0-name_latin": mark, f"p-{key}-0-born": TYPED,
             f"p-{key}-0-phone": phone, f"p-{key}-0-user_names": mark, f"p-{key}-0-lives": mark,
             "go": "basis"}  # fmt: skip
    sent = fields(run.post(desk, address, sent))
    sent |= {"title": mark, "told": mark, "wants": mark, "c-0-purpose": "information_sharing",
             "c-0-basis": "legal_duty", "c-0-recipients": mark, "c-0-why": mark, "t-0-to": "child",
             "t-0-what": mark, "t-0-due_at": "2099-01-04T12:00", "go": "done"}  # fmt: skip
    assert run.post(desk, address, sent).status_code == 302
