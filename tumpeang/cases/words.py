"""What a case's page shows, put together for a reader: people with their parts, allegations, consents. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from tumpeang.cases import codes, rules
from tumpeang.cases.models import Allegation, CaseReport, CaseTask, Consent, Participant
from tumpeang.cases.states import Role
from tumpeang.intake.summary import Summary, number_of, summary_of
from tumpeang.letterbox import choices
from tumpeang.people import words as people
from tumpeang.people.choices import RELATIONS
from tumpeang.people.models import Person, Relation
from tumpeang.people.queries import Portrait


@dataclass
class PartWords:
    """One part of somebody, with every report that tells of it."""

    role: str
    relation: str
    rows: list[Participant] = field(default_factory=list)
    sources: list[str] = field(default_factory=list)


@dataclass
class PersonWords:
    person: Person
    name: str
    line: str
    parts: list[PartWords] = field(default_factory=list)
    relations: list[str] = field(default_factory=list)

    @property
    def label(self) -> str:
        return " · ".join(filter(None, [self.name or _("No name known"), self.parts[0].role]))


def people_of(
    parts: Iterable[Participant], portraits: dict[UUID, Portrait], relations: list[Relation], today: date
) -> list[PersonWords]:
    """Everybody once, however many records they have; children first, in the order of the parts."""
    found: dict[UUID, PersonWords] = {}
    whose: dict[UUID, UUID] = {}
    for part in parts:
        portrait = portraits[part.person_id]
        key = portrait.person.pk
        whose |= {record.pk: key for record in portrait.group.records}
        one = found.setdefault(key, PersonWords(portrait.person, portrait.name, people.line_of(portrait, today)))
        _add(one, part)
    for row in relations:
        if row.person_id in whose and row.other_id in whose:
            other = found[whose[row.other_id]]
            said = _("%(relation)s of %(name)s") % {
                "relation": RELATIONS[row.kind][0], "name": other.name or other.parts[0].role
            }  # fmt: skip
            mine = found[whose[row.person_id]].relations
            mine += [said] if said not in mine else []
    order = list(Role.values)
    return sorted(found.values(), key=lambda one: min(order.index(part.rows[0].role) for part in one.parts))


def _add(one: PersonWords, part: Participant) -> None:
    role = str(part.get_role_display())
    known = next((each for each in one.parts if each.role == role), None)
    if known is None:
        relation = str(dict(choices.RELATION).get(part.relation_to_child, ""))
        known = PartWords(role, relation)
        one.parts.append(known)
    known.rows.append(part)
    if part.report_id:
        known.sources.append(_short(part.report_id))


@dataclass(frozen=True)
class ReportWords:
    """A report of the case, with what it alleges."""

    link: CaseReport
    number: str
    summary: Summary
    kinds: list[str]
    setting: str
    province: str


def report_of(link: CaseReport, allegation: Allegation | None) -> ReportWords:
    forms = allegation.forms if allegation else []
    setting = allegation.setting if allegation and allegation.setting != link.report.setting else ""  # said by summary
    place = allegation.province if allegation else None
    return ReportWords(
        link=link,
        number=number_of(link.report),
        summary=summary_of(link.report),
        kinds=[codes.words("forms", slug) for slug in forms],
        setting=str(dict(choices.SETTING).get(setting, "")),
        province=place.name if place else "",
    )


@dataclass(frozen=True)
class ConsentWords:
    """Who agreed to what; `stale`: whoever agreed would not be asked today."""

    consent: Consent
    who: str
    stale: bool
    over: bool


def consent_of(consent: Consent, portraits: dict[UUID, Portrait], parts: list[rules.Part], today: date) -> ConsentWords:
    asked = [consent.child, consent.caregiver]
    names = [portraits[one.pk].name or _("No name known") for one in asked if one and one.pk in portraits]
    if consent.caregiver:
        names[-1:] = [
            _("%(name)s, as %(capacity)s") % {"name": names[-1], "capacity": consent.get_caregiver_as_display()}
        ]
    return ConsentWords(
        consent=consent,
        who=", ".join(names),
        stale=bool(consent.caregiver_id and not rules.may_agree(consent.caregiver_id, parts)),
        over=bool(consent.withdrawn_at or (consent.until and consent.until < today)),
    )


@dataclass(frozen=True)
class TaskWords:
    task: CaseTask
    late: bool


def task_of(task: CaseTask, now: datetime) -> TaskWords:
    return TaskWords(task, late=not task.done_at and task.due_at <= now)


def _short(report_id: UUID) -> str:
    return report_id.hex[:6].upper()


def event_items(events: Iterable[Any], short: Any) -> list[dict[str, Any]]:
    """Events as parts/timeline.html shows them."""
    return [
        {"when": short(event.at), "iso": event.at.isoformat(), "what": event.what, "who": event.who, "note": event.note}
        for event in events
    ]
