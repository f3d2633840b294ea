"""Drawing people from a report: who is told of in its structured answers, ready to be looked at by a worker.

Nothing is guessed from free words: those are shown beside, word for word. Pure, but for the report that it opens.
"""

from dataclasses import dataclass, field
from typing import Any

from tumpeang.cases.states import Role
from tumpeang.directory.queries import find_place, place_path
from tumpeang.intake import account as accounts
from tumpeang.intake import rules as intake
from tumpeang.intake.account import Told
from tumpeang.intake.models import Report
from tumpeang.letterbox import choices
from tumpeang.letterbox.ways import given
from tumpeang.people.choices import BANDS, SEX

MOST_CHILDREN = 5  # rows that are drawn; more are added by hand
_ABOUT_THE_ALLEGED = ("accused_relation", "accused_look", "accused_nationality", "user_names")
_SELF = {"child", "past"}  # ways in which somebody tells of themselves


@dataclass(frozen=True)
class Drawn:
    """One person as a report tells of them: fields of the row's form."""

    role: str
    also: str = ""
    relation: str = ""
    sex: str = ""
    age_band: str = ""
    phone: str = ""
    user_names: str = ""

    @property
    def initial(self) -> dict[str, str]:
        return {name: value for name, value in vars(self).items() if value}


@dataclass(frozen=True)
class Opened:
    """A report's account, opened: its lines word for word, and whom it tells of."""

    lines: list[Told] = field(default_factory=list)
    people: list[Drawn] = field(default_factory=list)
    setting: str = ""


def open_report(report: Report) -> Opened:
    answers = report.account
    setting = report.setting if report.setting in dict(choices.SETTING) else ""
    return Opened(lines=_lines(report, answers), people=draw(report.way, answers), setting=setting)


def draw(way: str, answers: dict[str, Any]) -> list[Drawn]:
    """Children, the reporter, and somebody alleged if anything was told of them; in this order."""
    phone = str(answers.get("contact_phone", "")) if given(answers.get("contact_phone")) else ""
    itself = way in _SELF
    children = _children(way, answers)
    if itself:
        children[0] = Drawn(**{**vars(children[0]), "also": Role.REPORTER, "phone": phone})
    reporter = Role.PROFESSIONAL if way == "professional" else Role.REPORTER
    others = [] if itself else [Drawn(role=reporter, phone=phone)]
    return [*children, *others, *_alleged(answers)]


def _children(way: str, answers: dict[str, Any]) -> list[Drawn]:
    count = str(answers.get("child_count", ""))
    number = min(MOST_CHILDREN, max(1, int(count))) if count.isdecimal() else 1
    sex = str(answers.get("child_sex", ""))
    sex = sex if sex in dict(SEX) and sex != "unknown" else ""
    band = str(answers.get("child_age_band", ""))
    # an adult tells how old they were then; of several children the age is that of the youngest
    band = band if band in BANDS and way != "past" else ""
    youngest = Drawn(role=Role.CHILD_VICTIM, sex=sex, age_band=band)
    return [youngest, *(Drawn(role=Role.CHILD_VICTIM, sex=sex) for _ in range(number - 1))]


def _alleged(answers: dict[str, Any]) -> list[Drawn]:
    if not any(given(answers.get(key)) for key in _ABOUT_THE_ALLEGED):
        return []
    relation = str(answers.get("accused_relation", ""))
    names = str(answers["user_names"]) if given(answers.get("user_names")) else ""
    return [
        Drawn(
            role=Role.ALLEGED_PERPETRATOR,
            relation=relation if relation in dict(choices.RELATION) else "",
            user_names=" ".join(names.split())[:500],
        )
    ]


def _lines(report: Report, answers: dict[str, Any]) -> list[Told]:
    """No finer place than the province until somebody has taken the report."""
    shows = intake.shows_place(report)
    place = find_place(answers["place"]) if shows and answers.get("place") else None
    path = (place_path(place) if place else "") if shows else None
    return accounts.told(report.way, answers, place=path)
