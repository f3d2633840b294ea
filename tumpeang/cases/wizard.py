"""Filling in a case, page by page, without a draft on the server: what the other pages hold travels as hidden fields.

Two pages: the reports with their people, then what was so. One form carries both, so that the act at the end has all
of it or nothing, and going back loses nothing. A report that was in a case before brings its people along.

Names of fields: `reports`; for a report (first signs of its id) `n-3f2a1c` rows `p-3f2a1c-0-role` …, `a-3f2a1c-kinds`;
`nc` consents `c-0-purpose` …; `np` promises `t-0-what` …; and those of MainForm.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, TypeVar
from uuid import UUID

from django import forms as django_forms
from django.http import QueryDict
from django.utils import timezone
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from tumpeang.access.errors import NotNow
from tumpeang.access.models import User
from tumpeang.cases import forms, queries, rules
from tumpeang.cases.drawing import Opened, open_report
from tumpeang.cases.models import Case, Participant
from tumpeang.cases.plan import Alleged, Plan, Row, parts_of
from tumpeang.cases.states import Role
from tumpeang.directory.queries import find_place
from tumpeang.intake.models import Report
from tumpeang.people import queries as people
from tumpeang.people import words
from tumpeang.people.normal import masked
from tumpeang.people.queries import Portrait
from tumpeang.people.searching import Hit, known

F = TypeVar("F", bound=django_forms.Form)
MOST = 30  # rows of one kind: more is a mistake or mischief
PEOPLE, BASIS = "people", "basis"
_FIRST = {"purpose": "services"}


def short(report: Report) -> str:
    return report.pk.hex[:6]


@dataclass
class RowOnPage:
    """One row of the page: its form, its number, and who is perhaps known already."""

    key: str
    number: int
    form: forms.RowForm
    report: Report
    same: list[Hit] = field(default_factory=list)


@dataclass
class ReportOnPage:
    report: Report
    opened: Opened
    alleged: forms.AllegedForm | None  # none: sorted when it was in a case before
    rows: list[RowOnPage] = field(default_factory=list)
    known: list[Participant] = field(default_factory=list)  # the people that it brings along


class Wizard:
    """What is filled in so far; nothing on the first visit. `checked`: one wants to go on from the first page."""

    def __init__(
        self, user: User, reports: list[Report], typed: QueryDict, *, case: Case | None = None, checked: bool = False
    ) -> None:
        self.user, self.typed, self.case, self.checked = user, _with_this(typed), case, checked
        self.portraits: dict[UUID, Portrait] = {}
        self.reports = [self._report(report) for report in reports]
        for number, row in enumerate(self.rows(), start=1):
            row.number = number
        self._offer()

    def rows(self) -> Iterator[RowOnPage]:
        for one in self.reports:
            yield from one.rows

    # ---- the first page: reports and their people ------------------------------------------------------------------

    def _report(self, report: Report) -> ReportOnPage:
        opened, key = open_report(report), short(report)
        known = queries.parts([], [report])
        sorted_before = report.pk in queries.allegations([report])
        setting = {"setting": opened.setting, "province": str(report.province_id or "")}
        page = ReportOnPage(
            report=report,
            opened=opened,
            alleged=None
            if sorted_before
            else self._form(forms.AllegedForm, f"a-{key}-", setting, checked=self.checked),
            known=known,
        )
        drawn = [] if known else opened.people
        for number in range(self._count(f"n-{key}", len(drawn))):
            initial = drawn[number].initial if number < len(drawn) else {}
            told = str(initial.get("phone", ""))
            row = self._first(forms.RowForm, f"p-{key}-{number}-", initial | {"phone": masked(told)})
            row.keep_phone(told)
            page.rows.append(RowOnPage(key=f"{key}-{number}", number=0, form=row, report=report))
        return page

    def _count(self, name: str, usual: int) -> int:
        """How many rows the page has; one more when its button was pressed."""
        sent = self.typed.get(name, "")
        count = int(sent) if sent.isdecimal() and len(sent) < 4 else usual  # noqa: PLR2004
        return min(MOST, count + (self.typed.get("add") == name))

    def _first(self, kind: type[F], prefix: str, initial: dict[str, Any]) -> F:
        return self._form(kind, prefix, initial, checked=self.checked)

    def _form(self, kind: type[F], prefix: str, initial: dict[str, Any], *, checked: bool, **more: Any) -> F:
        """With what was typed; bound to it, so that faults are said, only where one goes on."""
        sent = any(name.startswith(prefix) for name in self.typed)
        if sent and checked:
            return kind(self.typed, prefix=prefix.removesuffix("-") or None, **more)
        typed = {name: self._typed(kind, name, f"{prefix}{name}") for name in kind.base_fields} if sent else {}
        return kind(prefix=prefix.removesuffix("-") or None, initial=typed or initial, **more)

    def _typed(self, kind: type[django_forms.Form], name: str, sent: str) -> Any:
        several = isinstance(kind.base_fields[name], django_forms.MultipleChoiceField)
        return self.typed.getlist(sent) if several else self.typed.get(sent, "")

    def _offer(self) -> None:
        """Who a row may be: an earlier row, somebody of this case, or who is perhaps known already."""
        in_case = self._in_case()
        here = {record.pk for one in in_case.values() for record in one.group.records}
        earlier: list[RowOnPage] = []
        for row in self.rows():
            asked = row.form.asked_now()
            row.same = [] if asked.is_empty else known(by=self.user, asked=asked, now=timezone.now())
            same = {hit.portrait.person.pk: hit.portrait for hit in row.same} | self._chosen(row)
            self.portraits |= same
            offered = [
                (f"row:{one.key}", _("the same as person %(number)d") % {"number": one.number}) for one in earlier
            ]
            others = [one for one in same.values() if one.person.pk not in here]
            offered += [(str(one.person.pk), label_of(one)) for one in (*in_case.values(), *others)]
            row.form.offer_who(offered)
            earlier.append(row)

    def _chosen(self, row: RowOnPage) -> dict[UUID, Portrait]:
        """Who was said to be this row's person, whatever was typed since."""
        who = forms.as_id(str(row.form["who"].value() or ""))
        seen = people.visible_to(self.user).filter(pk=who) if who else []
        return {one.person.pk: one for one in people.each(people.portraits(self.user, seen))}

    def _in_case(self) -> dict[UUID, Portrait]:
        """The people of the case that reports are brought to, and those whom these reports bring along."""
        parts = [part for one in self.reports for part in one.known]
        if self.case:
            cases = queries.family(self.user, self.case)
            parts += queries.parts(cases, [link.report_id for link in queries.links(self.user, cases)])
        found = people.portraits(self.user, {part.person for part in parts})
        self.portraits |= found
        return {one.person.pk: one for one in people.each(found)}

    def people_valid(self) -> bool:
        """The first page is filled in; each form that is not says why."""
        alleged = [one.alleged.is_valid() for one in self.reports if one.alleged]
        rows = [row.form.is_valid() for row in self.rows()]
        if not all([*alleged, *rows]):
            return False
        out = {f"row:{row.key}" for row in self.rows() if row.form.is_out}
        for row in self.rows():
            if row.form.cleaned_data["who"] in out:
                row.form.add_error("who", _("That row is nobody of this case. Choose another."))
        return not any(row.form.errors for row in self.rows())

    # ---- the second page: what was so ------------------------------------------------------------------------------

    def basis(self, leads: list[User], initial: dict[str, str], *, checked: bool) -> None:
        """Make the forms of the second page. The first one must be valid: it says who can be asked."""
        asked = self.may_be_asked()
        bound = self.typed if checked and "title" in self.typed else None
        typed = {name: self.typed.get(name, "") for name in forms.MainForm.base_fields} if "title" in self.typed else {}
        self.main = forms.MainForm(bound, initial=typed or initial, leads=leads)
        self.consents = [
            self._form(forms.ConsentForm, f"c-{number}-", {} if number else _FIRST, checked=checked, **asked)
            for number in range(self._count("nc", 1))
        ]
        self.promises = [
            self._form(forms.PromiseForm, f"t-{number}-", {}, checked=checked) for number in range(self._count("np", 1))
        ]

    def may_be_asked(self) -> dict[str, list[tuple[str, str]]]:
        """Children, and carers of whom none is or may be under suspicion."""
        parts, names = self.parts(), self._names()
        persons = list(dict.fromkeys(part.person for part in parts))
        return {
            "children": [(str(one), names[one]) for one in persons if one in names and rules.is_child(one, parts)],
            "carers": [(str(one), names[one]) for one in persons if one in names and rules.may_agree(one, parts)],
        }

    def parts(self) -> list[rules.Part]:
        known = [part for one in self.reports for part in one.known]
        if self.case:
            known += queries.all_parts(self.case)
        rows = self.plan_rows()
        named = people.named(row.person.pk for row in rows if row.person)
        return parts_of(rows, known=queries.known_parts(known), named=named)

    def _names(self) -> dict[Any, str]:
        names: dict[Any, str] = {one.person.pk: label_of(one) for one in self.portraits.values()}
        for row in self.rows():
            got = row.form.cleaned_data
            role = Role(got["role"]).label if got["role"] in Role.values else ""
            name = got["name_km"] or got["name_latin"]
            names[row.key] = " · ".join(
                filter(None, [_("person %(number)d") % {"number": row.number}, str(role), name])
            )
        return names

    def basis_valid(self) -> bool:
        """The second page is filled in: who was asked for what, or why not. Every fault is said at once."""
        good = all([form.is_valid() for form in [self.main, *self.consents, *self.promises]])
        filled = [form for form in self.consents if not form.is_empty]
        if not filled and not self.main.cleaned_data.get("not_asked"):
            self.main.add_error("not_asked", _("Say on which basis you act, or why the child was not asked."))
        parts = self.parts()
        for form in filled:
            self._fit(form, parts)
        return good and not self.main.errors and not any(form.errors for form in filled)

    def _fit(self, form: forms.ConsentForm, parts: list[rules.Part]) -> None:
        if form.errors:
            return
        try:
            rules.fits(form.agreed(), parts)
        except NotNow as refusal:
            form.add_error("basis", str(refusal.reason))

    # ---- the plan ---------------------------------------------------------------------------------------------------

    def plan_rows(self) -> list[Row]:
        """The rows as data, but for those that are nobody of the case."""
        return [self._row(row) for row in self.rows() if not row.form.is_out]

    def _row(self, row: RowOnPage) -> Row:
        got = row.form.cleaned_data
        who: str = got["who"]
        person = self.portraits[UUID(who)].person if who and not who.startswith("row:") else None
        return Row(
            key=row.key,
            report=row.report,
            roles=tuple(filter(None, [got["role"], got["also"]])),
            relation=got["relation"],
            same_as=who.removeprefix("row:") if who.startswith("row:") else "",
            person=person,
            sheet=row.form.sheet(told_on=localdate(row.report.received_at)),
        )

    def plan(self) -> Plan:
        return Plan(reports=[one.report for one in self.reports], rows=self.plan_rows(), alleged=list(self._alleged()))

    def full_plan(self) -> Plan:
        """With what was so: for a new case."""
        got, first = self.main.cleaned_data, self.plan()
        return Plan(
            reports=first.reports,
            rows=first.rows,
            alleged=first.alleged,
            title=got["title"],
            priority=got["priority"],
            told=got["told"],
            wants=got["wants"],
            not_asked_because=got["not_asked"],
            agreed=[form.agreed() for form in self.consents if not form.is_empty],
            promises=[form.promise() for form in self.promises if not form.is_empty],
        )

    def _alleged(self) -> Iterator[Alleged]:
        for one in self.reports:
            if one.alleged:
                got = one.alleged.cleaned_data
                place = find_place(got["province"]) if got["province"] else None
                yield Alleged(one.report, forms=tuple(got["kinds"]), setting=got["setting"], province=place)

    # ---- what travels along ----------------------------------------------------------------------------------------

    def hidden(self, step: str) -> list[tuple[str, str]]:
        """What the other page holds, as hidden fields."""
        there = {BASIS: _of_people, PEOPLE: _of_basis}[step]
        return [(name, value) for name in self.typed if there(name) for value in self.typed.getlist(name)]


def _of_people(name: str) -> bool:
    return name == "reports" or name.startswith(("n-", "p-", "a-"))


def _of_basis(name: str) -> bool:
    return name in {"nc", "np", *forms.MainForm.base_fields} or name.startswith(("c-", "t-"))


def _with_this(typed: QueryDict) -> QueryDict:
    """With "it is this one", pressed on a line: the row's person is chosen."""
    row, colon, person = typed.get("this", "").partition(":")
    if not colon:
        return typed
    chosen = typed.copy()
    chosen[f"p-{row}-who"] = person
    return chosen


def label_of(portrait: Portrait) -> str:
    line = words.line_of(portrait, localdate())
    return " · ".join(filter(None, [portrait.name or _("No name known"), line]))
