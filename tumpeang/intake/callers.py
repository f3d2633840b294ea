"""Who calls again: a contact number that opens nothing, and a code word that does.

The number may be said by anybody and read over a shoulder; it shows only that it exists. After the word, the earlier
reports show that this worker may see anyway. Whoever has forgotten it begins anew: nobody is turned away.
"""

import hmac
import secrets
import unicodedata
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Max, QuerySet
from django.utils.translation import gettext_lazy as _

from tumpeang.access import door
from tumpeang.access.door import action
from tumpeang.access.errors import Denied, NotNow
from tumpeang.access.models import User
from tumpeang.intake import actions, call_report, call_rules, caller_rules, circle, safe_time
from tumpeang.intake.models import Call, Caller, LevelChange, Report, ReportToken, Ring, Task
from tumpeang.intake.queries import about_seen, dialogue_of, visible_to
from tumpeang.intake.safe_time import SafeTime
from tumpeang.intake.states import ContactType, Stage
from tumpeang.people.normal import phones
from tumpeang.vault import index
from tumpeang.vault.keystore import keystore

_FIRST, _LAST = 100_000, 999_999
_DIGITS = 6


# ---- being known again ---------------------------------------------------------------------------------------------


@action("caller.number", rule=caller_rules.may_give_number, target="call")
def give_number(*, by: User, call: Call, code_word: str, now: datetime) -> Caller:
    """A contact number to say aloud, with the word that the caller chose; once more: another word."""
    fresh = call_report.lock(by, call)
    caller = fresh.caller
    if caller:
        caller.code_word = code_word
        caller.save(update_fields=["code_word"])
        return caller
    caller = Caller(number=_free_number(), code_word=code_word, worker=by, opened_at=now)
    caller.save(force_insert=True)
    fresh.caller = caller
    fresh.save(update_fields=["caller"])
    return caller


@action("caller.try_word", rule=call_rules.may_work, target="call")
def try_word(*, by: User, call: Call, number: str, word: str, now: datetime) -> bool:
    """Whether this word goes with this number; then the call is this caller's. Tries are counted and logged."""
    fresh = call_report.lock(by, call)
    if fresh.caller_id:
        raise NotNow(_("The caller of this call is known already."))
    caller = _numbered(number).select_for_update().first()
    right = caller is not None and not caller_rules.is_closed(caller, now) and _same(word, caller.code_word)
    door.note(result="right" if right else "wrong")
    if caller is None:
        return False
    if right:
        caller.tries = 0
        caller.save(update_fields=["tries"])
        fresh.caller = caller
        fresh.save(update_fields=["caller"])
    elif not caller_rules.is_closed(caller, now):
        caller.tries, caller.tried_at = min(caller.tries + 1, caller_rules.MOST_TRIES), now
        caller.save(update_fields=["tries", "tried_at"])
    return right


def exists(number: str) -> bool:
    """All that a contact number alone tells."""
    return _numbered(number).exists()


def is_closed(number: str, now: datetime) -> bool:
    """Whether too many wrong words were tried with it; whoever is in the call is told so."""
    caller = _numbered(number).first()
    return caller is not None and caller_rules.is_closed(caller, now)


@dataclass(frozen=True)
class Earlier:
    """An earlier report of a caller: itself for who may see it, else only whom to ask."""

    report: Report | None
    ask: str = ""


def earlier(user: User, call: Call) -> list[Earlier]:
    """What was told before by the caller of this call, the newest first; asked for after the right word."""
    if call.caller_id is None:
        return []
    told = Call.objects.filter(caller=call.caller_id, report__isnull=False).exclude(pk=call.pk).values("report")
    reports = Report.objects.filter(pk__in=told, erased_at=None)
    if call.report:
        reports = reports.exclude(pk=call.report.pk)
    seen = set(visible_to(user).filter(pk__in=reports.values("pk")).values_list("pk", flat=True))
    rows = reports.defer("account").select_related("taken_by", "province", "team").order_by("-received_at")
    return [Earlier(row) if row.pk in seen else Earlier(None, _whom_to_ask(row)) for row in rows]


@action("caller.go_on", rule=call_rules.may_work, target="call")
def go_on(*, by: User, call: Call, report: Report, now: datetime) -> Report:
    """Go on with what this caller told before. What waits, ended, or was cut off is from then on this worker's; what a
    colleague holds stays theirs, and they see that something was added."""
    fresh = call_report.lock(by, call)
    if report.pk not in {one.report.pk for one in earlier(by, fresh) if one.report}:
        raise Denied
    own = fresh.report
    if own and not call_report.is_first(fresh):
        raise NotNow(_("This call goes on with an earlier report already."))
    kept = Report.objects.select_for_update(of=("self",)).get(pk=report.pk)
    if kept.stage != Stage.TAKEN:
        actions.take(by=by, report=kept, now=now)
    elif kept.taken_by_id != by.pk and _was_cut_off(kept):
        Report.objects.filter(pk=kept.pk).update(taken_by=by, taken_at=now)
    fresh.report = kept
    fresh.save(update_fields=["report"])
    if own:
        _dissolve(own, into=kept)
    if fresh.answers:
        call_report.renew(by, fresh, now)
    kept.refresh_from_db()
    return kept


def _was_cut_off(report: Report) -> bool:
    """The last thing that was said, and nobody is going on with it at this moment."""
    said = Call.objects.filter(report=report).exclude(contact_type="", ended_at__isnull=False)
    last = said.order_by("-began_at").values_list("contact_type", flat=True).first()
    return last == ContactType.CUT_OFF


def _dissolve(own: Report, *, into: Report) -> None:
    """A tap made a report before the caller was known: what hangs on it goes over, and it is gone."""
    if LevelChange.objects.filter(report=own).exists() or dialogue_of(own.pk):
        raise NotNow(_("This call has a report of its own by now. Keep it: both name the same caller."))
    for task in Task.objects.filter(report=own):
        words = task.what, task.outcome  # opened under the old key, written under the new one
        task.report = into
        task.what, task.outcome = words
        task.save()
    Ring.objects.filter(report=own.pk).update(report=into.pk)
    ReportToken.objects.filter(report=own).delete()
    Report.objects.filter(pk=own.pk).delete()
    keystore().destroy(own.pk)


def _whom_to_ask(report: Report) -> str:
    listed = circle.lists([report.pk]).get(report.pk) or []
    one = report.taken_by or next(iter(listed), None)
    return one.display_name if one else ""


# ---- the number they call from -------------------------------------------------------------------------------------


def used_before(user: User, call: Call) -> bool:
    """Whether a number that was typed in this call stands in another report that this worker may see. Nothing more."""
    tokens = [one for phone in phones(str((call.answers or {}).get("contact_phone", ""))) for one in _tokens(phone)]
    rows = ReportToken.objects.filter(about_seen(user), kind="phone", token__in=tokens)
    return rows.exclude(report=call.report_id).exists() if tokens else False


def _tokens(phone: str) -> list[int]:
    return index.tokens("phone", phone)


# ---- calling back --------------------------------------------------------------------------------------------------


@action("caller.agree", rule=caller_rules.may_agree, target="call")
def agree_call_back(
    *, by: User, call: Call, how: str, number: str, safe: SafeTime, if_someone_else: str, code_word: str, now: datetime
) -> Caller:
    """What was agreed about calling back: everything, or nothing is."""
    fresh = call_report.lock(by, call)
    caller = give_number(by=by, call=fresh, code_word=code_word, now=now)
    caller.call_back, caller.call_back_by, caller.agreed_at = True, how, now
    caller.call_back_number, caller.if_someone_else = number, if_someone_else
    caller.safe_time = safe_time.dump(safe)
    caller.save()
    fresh.answers = (fresh.answers or {}) | {"contact_phone": number}
    fresh.save(update_fields=["answers"])
    if fresh.report:
        call_report.renew(by, fresh, now)
    return caller


@action("caller.agree", rule=call_rules.may_work, target="call")
def no_call_back(*, by: User, call: Call, now: datetime) -> None:
    """Do not call, or not any more: number, time and sentence go."""
    fresh = call_report.lock(by, call)
    caller = fresh.caller
    if caller is None:
        return
    caller.call_back, caller.call_back_by, caller.agreed_at = False, "", None
    caller.call_back_number = caller.safe_time = caller.if_someone_else = None
    caller.save()


# ---- reads ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Known:
    """A caller as a worker's own list shows them: a number, how often, and when last; nothing that was told."""

    caller: Caller
    calls: int
    last: datetime | None
    reports: list[Report]


def my_callers(user: User) -> list[Known]:
    """Who asked for this worker or first spoke with them, the newest first."""
    callers = list(Caller.objects.filter(worker=user).order_by("-opened_at"))
    of = Call.objects.filter(caller__in=callers)
    spoken = of.filter(ended_at__isnull=False).values_list("caller").annotate(calls=Count("pk"), last=Max("began_at"))
    figures = {caller: (calls, last) for caller, calls, last in spoken}
    pairs = list(of.filter(report__isnull=False).values_list("caller", "report").distinct())
    seen = visible_to(user).filter(pk__in=[report for _caller, report in pairs]).defer("account")
    shown = {report.pk: report for report in seen.select_related("taken_by", "province").order_by("-received_at")}
    return [
        Known(
            caller,
            *figures.get(caller.pk, (0, None)),
            [report for pk, report in shown.items() if (caller.pk, pk) in pairs],
        )
        for caller in callers
    ]


# ---- inside --------------------------------------------------------------------------------------------------------


def _numbered(typed: str) -> QuerySet[Caller]:
    """By its six digits, of any script, with any spaces."""
    digits = "".join(str(unicodedata.decimal(sign)) for sign in typed if sign.isdecimal())
    return Caller.objects.filter(number=int(digits)) if len(digits) == _DIGITS else Caller.objects.none()


def _free_number() -> int:
    """Random: it says nothing of how many called before."""
    while True:
        number = _FIRST + secrets.randbelow(_LAST - _FIRST + 1)
        if not Caller.objects.filter(number=number).exists():
            return number


def _same(typed: str, word: str | None) -> bool:
    return bool(word) and hmac.compare_digest(_folded(typed), _folded(word or ""))


def _folded(word: str) -> bytes:
    """Spoken, a word has no capitals, no spaces, and no second way to be written."""
    return "".join(unicodedata.normalize("NFKC", word).casefold().split()).encode()
