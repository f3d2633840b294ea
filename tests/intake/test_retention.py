"""The clock of retention: what is over is proposed, another person decides, and it is destroyed; or kept."""

from datetime import timedelta

import pytest

from tumpeang.access.door import SYSTEM
from tumpeang.access.errors import Denied, NotNow
from tumpeang.access.models import BrokenGlass, Listed, Notice, Restriction
from tumpeang.access.records import writing
from tumpeang.access.registry import registry
from tumpeang.intake import actions, erasing, keeping, retention
from tumpeang.intake import retention_queries as reads
from tumpeang.intake.models import Disposal, DisposalItem, Report
from tumpeang.letterbox import actions as letterbox
from tumpeang.vault.keystore import Shredded

pytestmark = pytest.mark.usefixtures("in_english")

LABEL = "intake.report"


@pytest.fixture
def ended(cast, taken, now):
    """`ended(years=46)`: a report of a child that ended so long ago; Sokha of the hotline held it."""

    def end(*, years=0, by=None, way="child", **answers):
        by = by or cast.sokha
        report = taken(by=by, way=way, **answers)
        actions.end(by=by, report=report, outcomes=["advice_given"], open_tasks=0, checking=0, now=now)
        if years:
            with writing():
                Report.objects.filter(pk=report.pk).update(ended_at=now - timedelta(days=366 * years))
        receipt = report.receipt
        report.refresh_from_db()
        report.receipt = receipt
        return report

    return end


@pytest.fixture
def asked(cast, ended, now):
    """`asked()`: a report that Dara proposes because its sender asks for it; and the proposal."""

    def ask(**answers):
        report = ended(**answers)
        return report, retention.propose(by=cast.dara, report=report, reason="asked", now=now)

    return ask


def restrict(report, by, *people, now):
    with writing():
        row = Restriction(kind=LABEL, target=report.pk, set_by=by, set_at=now)
        row.save()
        for person in people:
            Listed(restriction=row, user=person).save()


def reports_of(disposal):
    return set(DisposalItem.objects.filter(disposal=disposal).values_list("report", flat=True))


def approve(by, disposal, now, count=1):
    retention.approve(by=by, disposal=Disposal.objects.get(pk=disposal.pk), count=count, now=now)


def settle(now):
    """The worker's rounds until nothing is left to do."""
    while retention.destroy_approved(now):
        pass
    retention.destroy_approved(now)


# ---- the clock -----------------------------------------------------------------------------------------------------


def test_what_is_over_is_proposed_once_for_each_rule_and_whoever_may_decide_is_told(cast, ended, drop_report, now):
    old = {ended(years=46).pk, ended(years=46, way="past").pk}
    older_concern = ended(years=36, way="adult", child_age_band="6_9")
    ended(years=44)
    ended()
    drop_report()
    assert retention.propose_due(now) == 2
    first, second = Disposal.objects.order_by("rule")
    assert (first.rule, reports_of(first)) == ("about_a_child", {older_concern.pk})
    assert (second.rule, reports_of(second)) == ("own_childhood", old)
    assert second.rule_version == keeping.by_slug("own_childhood").version and second.proposed_by is None
    told = Notice.objects.filter(kind="retention", target=second.pk).values_list("user__username", flat=True)
    assert set(told) == {"borey"}, "the manager of another office sees nothing of it"
    assert retention.propose_due(now) == 0 and Disposal.objects.count() == 2


def test_reports_of_an_office_are_proposed_to_who_answers_for_it(cast, ended, now):
    mine, theirs = ended(years=46, by=cast.mony), ended(years=46)
    assert retention.propose_due(now) == 2
    (seen,) = reads.open_disposals(cast.sothy)
    assert reports_of(seen) == {mine.pk} and reads.to_decide_count(cast.sothy) == 1
    assert {report for one in reads.open_disposals(cast.borey) for report in reports_of(one)} == {
        mine.pk,
        theirs.pk,
    }


def test_a_proposal_is_no_longer_than_a_person_can_look_through(cast, ended, now, monkeypatch):
    monkeypatch.setattr(retention, "BATCH", 2)
    for _ in range(3):
        ended(years=46)
    assert retention.propose_due(now) == 1 and DisposalItem.objects.count() == 2
    assert retention.propose_due(now) == 0, "the next heap comes when this one is decided"
    approve(cast.borey, Disposal.objects.get(), now, count=2)
    settle(now)
    assert retention.propose_due(now) == 1 and len(reports_of(Disposal.objects.get(finished_at=None))) == 1


def test_the_clock_knows_nothing_of_restricted_reports(cast, ended, now):
    hidden, other = ended(years=46), ended(years=46)
    restrict(hidden, cast.dara, cast.dara, cast.borey, now=now)
    retention.propose_due(now)
    assert reports_of(Disposal.objects.get()) == {other.pk}


def test_what_changed_since_it_was_proposed_is_taken_out(cast, ended, now):
    reopened, hidden, stays = ended(years=46), ended(years=46), ended(years=46)
    retention.propose_due(now)
    actions.take(by=cast.bopha, report=reopened, now=now)
    restrict(hidden, cast.dara, cast.dara, now=now)
    disposal = Disposal.objects.get()
    assert [item.report_id for item in retention.look(by=cast.borey, disposal=disposal)] == [stays.pk]
    retention.propose_due(now)
    assert reports_of(disposal) == {stays.pk}


def test_whose_years_run_anew_is_not_destroyed_by_the_old_proposal(cast, ended, now):
    """Somebody wrote again after it was proposed, and it has ended once more: the clock begins from there."""
    again, other = ended(years=46), ended(years=46)
    retention.propose_due(now)
    disposal, later = Disposal.objects.get(), now + timedelta(days=1)
    actions.take(by=cast.bopha, report=again, now=later)
    again.refresh_from_db()
    actions.end(by=cast.bopha, report=again, outcomes=["advice_given"], open_tasks=0, checking=0, now=later)
    assert [item.report_id for item in retention.look(by=cast.borey, disposal=disposal)] == [other.pk]
    approve(cast.borey, disposal, later, count=1)
    settle(later)
    assert not Report.objects.get(pk=again.pk).erased_at and Report.objects.get(pk=other.pk).erased_at
    assert retention.propose_due(later) == 0


def test_a_heap_of_which_something_began_anew_is_tidied(cast, ended, now):
    again, other = ended(years=46), ended(years=46)
    retention.propose_due(now)
    later = now + timedelta(days=1)
    actions.take(by=cast.bopha, report=again, now=later)
    again.refresh_from_db()
    actions.end(by=cast.bopha, report=again, outcomes=["advice_given"], open_tasks=0, checking=0, now=later)
    retention.propose_due(later)
    assert reports_of(Disposal.objects.get()) == {other.pk}


def test_a_proposal_of_which_nothing_is_left_closes_itself(cast, ended, now):
    report = ended(years=46)
    retention.propose_due(now)
    actions.take(by=cast.bopha, report=report, now=now)
    retention.propose_due(now)
    disposal = Disposal.objects.get()
    assert (disposal.outcome, disposal.decided_by) == ("refused", None) and not reads.open_disposals(cast.borey)


def test_what_an_upper_room_still_needs_is_left_alone(cast, ended, now, monkeypatch):
    """An open case keeps its reports, whoever asks; what was approved before it was opened is dropped."""
    needed, free = ended(years=46), ended(years=46)
    monkeypatch.setitem(
        registry.closing, LABEL, [lambda report: ["It is in a case."] if report.pk == needed.pk else []]
    )
    retention.propose_due(now)
    assert reports_of(Disposal.objects.get()) == {free.pk}
    with pytest.raises(NotNow, match="needed elsewhere"):
        retention.propose(by=cast.dara, report=needed, reason="asked", now=now)
    approve(cast.borey, Disposal.objects.get(), now)
    monkeypatch.setitem(registry.closing, LABEL, [lambda _report: ["It is in a case."]])
    settle(now)
    assert not Report.objects.get(pk=free.pk).erased_at and not DisposalItem.objects.exists()


# ---- asking for one ------------------------------------------------------------------------------------------------


def test_one_report_is_proposed_for_a_reason(cast, asked, done, now):
    report, disposal = asked()
    assert (disposal.rule, disposal.reason, disposal.proposed_by) == ("request", "asked", cast.dara)
    assert reads.proposal_of(report) == disposal and done("disposal.propose", report) == 1
    assert [notice.user for notice in Notice.objects.filter(target=disposal.pk)] == [cast.borey]
    assert reads.open_disposals(cast.dara) == [disposal]
    assert reads.open_disposals(cast.vanna) == [], "proposals of others are for those who decide"


def test_proposed_once(cast, asked, now):
    report, _disposal = asked()
    with pytest.raises(NotNow):
        retention.propose(by=cast.vanna, report=report, reason="mistake", now=now)
    assert Disposal.objects.count() == 1 and retention.propose_due(now) == 0


def test_what_may_still_want_an_answer_is_not_proposed(cast, taken, drop_report, now):
    for report in (taken(), drop_report()):
        with pytest.raises(NotNow):
            retention.propose(by=cast.dara, report=report, reason="asked", now=now)


def test_who_may_not_propose(cast, ended, now):
    report = ended()
    for key in ("sokha", "kosal", "sreyleak", "phally", "rotha", "nimol", "tola", "serey", "chenda", "rithy"):
        with pytest.raises(Denied):
            retention.propose(by=getattr(cast, key), report=report, reason="asked", now=now)
    assert not Disposal.objects.exists()


def test_a_restricted_report_is_decided_by_somebody_on_its_list(cast, ended, now):
    """The manager answers for the office that holds it, and hears nothing of it."""
    report = ended(by=cast.mony)
    restrict(report, cast.dara, cast.dara, cast.borey, now=now)
    disposal = retention.propose(by=cast.dara, report=report, reason="court", now=now)
    assert not reads.open_disposals(cast.sothy) and reads.open_disposals(cast.borey) == [disposal]
    assert reads.to_decide_count(cast.sothy) == 0 and not Notice.objects.filter(user=cast.sothy).exists()
    approve(cast.borey, disposal, now)
    settle(now)
    assert Report.objects.get(pk=report.pk).erased_at
    assert not reads.disposals(cast.sothy).exists(), "its number tells nobody else, even now"


def test_a_report_is_not_proposed_where_nobody_could_decide(cast, ended, now):
    report = ended()
    restrict(report, cast.dara, cast.dara, cast.vanna, now=now)
    with writing():
        glass = {"kind": LABEL, "target": report.pk, "user": cast.borey, "reason": "x", "at": now}
        BrokenGlass(**glass, until=now + timedelta(hours=1)).save()  # opened to be read, not to be destroyed
    with pytest.raises(NotNow, match="Nobody else"):
        retention.propose(by=cast.dara, report=report, reason="asked", now=now)
    assert not Disposal.objects.exists()


# ---- deciding ------------------------------------------------------------------------------------------------------


def test_approving_destroys_what_is_left_and_keeps_what_was_kept_out(cast, ended, done, now):
    gone, kept = ended(years=46), ended(years=47)
    retention.propose_due(now)
    disposal = Disposal.objects.get()
    item = DisposalItem.objects.get(report=kept)
    day = (now + timedelta(days=400)).date()
    retention.keep_out(by=cast.borey, item=item, because="A trial goes on.", until=day, now=now)
    with pytest.raises(NotNow):
        approve(cast.borey, disposal, now, count=2)
    approve(cast.borey, disposal, now, count=1)
    assert reads.progress_of(disposal) == (0, 1)
    settle(now)
    disposal.refresh_from_db()
    assert reads.progress_of(disposal) == (1, 1) and disposal.finished_at and done("disposal.finish", disposal) == 1
    with pytest.raises(Shredded):
        _ = Report.objects.get(pk=gone.pk).account
    assert Report.objects.get(pk=kept.pk).account and done("report.erase", gone) == 1
    item.refresh_from_db()
    assert item.kept_because == "A trial goes on."


def test_what_is_kept_out_comes_up_again_after_its_day(cast, ended, now):
    report = ended(years=46)
    retention.propose_due(now)
    item = DisposalItem.objects.get()
    day = (now + timedelta(days=30)).date()
    retention.keep_out(by=cast.borey, item=item, because="A trial goes on.", until=day, now=now)
    assert retention.propose_due(now) == 0 and Disposal.objects.get().outcome == "refused", "nothing was left of it"
    assert retention.propose_due(now + timedelta(days=29)) == 0
    assert retention.propose_due(now + timedelta(days=31)) == 1
    assert reports_of(Disposal.objects.get(outcome="waiting")) == {report.pk}


@pytest.mark.parametrize("because, days", [("  ", 30), ("A trial goes on.", 0), ("A trial goes on.", -3)])
def test_keeping_out_wants_a_reason_and_a_day_to_come(cast, ended, now, because, days):
    ended(years=46)
    retention.propose_due(now)
    item = DisposalItem.objects.get()
    with pytest.raises(NotNow):
        day = (now + timedelta(days=days)).date()
        retention.keep_out(by=cast.borey, item=item, because=because, until=day, now=now)
    assert DisposalItem.objects.get().kept_by is None


def test_refusing_destroys_nothing_and_the_clock_waits_until_the_day(cast, ended, now):
    report = ended(years=46)
    retention.propose_due(now)
    disposal, day = Disposal.objects.get(), (now + timedelta(days=365)).date()
    retention.refuse(by=cast.borey, disposal=disposal, because="An inquiry begins.", until=day, now=now)
    assert disposal.outcome == "refused" and retention.propose_due(now) == 0 and reads.proposal_of(report) is None
    settle(now)
    assert Report.objects.get(pk=report.pk).account
    assert retention.propose_due(now + timedelta(days=366)) == 1


def test_a_request_can_be_refused_and_made_again(cast, asked, now):
    report, disposal = asked()
    retention.refuse(by=cast.borey, disposal=disposal, because="A trial goes on.", until=None, now=now)
    (item,) = retention.look(by=cast.dara, disposal=disposal)
    assert item.kept_because == "A trial goes on.", "who proposed it can say why"
    again = retention.propose(by=cast.dara, report=report, reason="asked", now=now)
    assert again.number == disposal.number + 1


def test_nobody_decides_about_what_they_proposed(cast, ended, now):
    disposal = retention.propose(by=cast.borey, report=ended(by=cast.mony), reason="asked", now=now)
    for act in (
        lambda: retention.approve(by=cast.borey, disposal=disposal, count=1, now=now),
        lambda: retention.refuse(by=cast.borey, disposal=disposal, because="No.", until=None, now=now),
    ):
        with pytest.raises(NotNow, match="Someone else"):
            act()
    assert Disposal.objects.get().outcome == "waiting" and reads.to_decide_count(cast.borey) == 0


def test_who_may_not_decide(cast, asked, now):
    _report, disposal = asked()
    for key in ("sokha", "vanna", "kosal", "sreyleak", "phally", "tola", "serey", "chenda", "rithy", "nimol"):
        with pytest.raises(Denied):
            retention.approve(by=getattr(cast, key), disposal=disposal, count=1, now=now)
    assert Disposal.objects.get().outcome == "waiting"


def test_decided_once(cast, asked, now):
    _report, disposal = asked()
    stale = Disposal.objects.get(pk=disposal.pk)
    approve(cast.borey, disposal, now)
    for act in (
        lambda: retention.approve(by=cast.borey, disposal=stale, count=1, now=now),
        lambda: retention.refuse(by=cast.borey, disposal=stale, because="No.", until=None, now=now),
    ):
        with pytest.raises(NotNow, match="already"):
            act()


def test_nothing_is_approved_that_the_person_did_not_see(cast, ended, now):
    """A report of another office in the same heap stays out of it."""
    seen, unseen = ended(by=cast.mony), ended()
    with writing():
        disposal = Disposal(number=9, rule="other", proposed_at=now)
        disposal.save()
        for report in (seen, unseen):
            DisposalItem(disposal=disposal, report=report).save()
    assert [item.report_id for item in retention.look(by=cast.sothy, disposal=disposal)] == [seen.pk]
    approve(cast.sothy, disposal, now, count=1)
    settle(now)
    assert Report.objects.get(pk=seen.pk).erased_at and not Report.objects.get(pk=unseen.pk).erased_at


# ---- destroying ----------------------------------------------------------------------------------------------------


def test_it_goes_on_where_it_stopped(cast, ended, now, monkeypatch):
    reports = [ended(years=46) for _ in range(3)]
    retention.propose_due(now)
    disposal = Disposal.objects.get()
    approve(cast.borey, disposal, now, count=3)
    assert retention.destroy_approved(now, most=2) == 2
    disposal.refresh_from_db()
    assert reads.progress_of(disposal) == (2, 3) and disposal.finished_at is None
    assert retention.destroy_approved(now, most=2) == 1
    disposal.refresh_from_db()
    assert disposal.finished_at == now and retention.destroy_approved(now) == 0
    assert all(report.erased_at for report in Report.objects.filter(pk__in=[report.pk for report in reports]))


def test_one_that_fails_does_not_keep_the_others_and_is_tried_again(cast, ended, now, monkeypatch):
    for _ in range(3):
        ended(years=46)
    retention.propose_due(now)
    approve(cast.borey, Disposal.objects.get(), now, count=3)
    erase, bad = erasing.erase, DisposalItem.objects.order_by("pk").first().report_id

    def stumbling(*, by, report, now):
        if report.pk == bad:
            raise OSError("the disk is full")
        erase(by=by, report=report, now=now)

    monkeypatch.setattr(erasing, "erase", stumbling)
    assert retention.destroy_approved(now) == 2 and Disposal.objects.get().finished_at is None
    monkeypatch.setattr(erasing, "erase", erase)
    assert retention.destroy_approved(now) == 1 and Disposal.objects.get().finished_at


def test_whoever_writes_again_is_not_destroyed_unread(cast, asked, opener, now):
    """Between the approval and the worker's next round the reporter writes: the report waits in the inbox instead."""
    report, disposal = asked()
    approve(cast.borey, disposal, now)
    letterbox.add_words(code=report.receipt, text="Please, it goes on.", now=now)
    assert retention.destroy_approved(now) == 0, "the letterbox is emptied first"
    opener.run(now)
    settle(now)
    report.refresh_from_db()
    assert report.stage == "waiting" and report.account and not report.erased_at
    assert not DisposalItem.objects.filter(report=report).exists()


def test_a_report_erased_meanwhile_counts_as_destroyed(cast, asked, now):
    """A restore erases again what the journal names, before the worker's round."""
    report, disposal = asked()
    approve(cast.borey, disposal, now)
    erasing.erase_again(by=SYSTEM, report_id=report.pk, now=now)
    settle(now)
    disposal.refresh_from_db()
    assert disposal.finished_at and reads.progress_of(disposal) == (1, 1)
