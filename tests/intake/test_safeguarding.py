"""Reports about own staff: two people with keys of their own; whoever is named stays out; nobody else hears of it."""

from datetime import timedelta

import pytest
from django.core import mail
from django.utils import translation

from tests.intake.sealed import drop, key_of
from tumpeang.access import queries as access
from tumpeang.access import seats
from tumpeang.access.door import SYSTEM
from tumpeang.access.errors import Denied, NotNow
from tumpeang.access.models import LogRow, Notice, SafeguardingSeat
from tumpeang.access.states import Seat
from tumpeang.intake import alerts, queries, safeguarding, safeguarding_rings
from tumpeang.intake import safeguarding_queries as reads
from tumpeang.intake.models import KeptOut, Report, Ring, SealedNote
from tumpeang.letterbox import actions as letterbox
from tumpeang.letterbox.models import Dialogue, Message, SealedReport
from tumpeang.letterbox.queries import conversation
from tumpeang.letterbox.states import State
from tumpeang.vault import holders
from tumpeang.vault.cipher import Unreadable


@pytest.fixture(autouse=True)
def in_english():
    with translation.override("en"):
        yield


OTHERS = ["sokha", "dara", "kosal", "sreyleak", "mony", "phally", "rotha", "nimol", "sothy", "borey", "tola", "serey"]


def read(user, row, now, seat=None):
    key = key_of(seat or access.seat_of(user).seat)
    return safeguarding.read(by=user, row=row, key=key, now=now)


def seen_by(user) -> list:
    return [row.pk for row in reads.visible_to(user)]


# ---- reading -------------------------------------------------------------------------------------------------------


def test_each_of_the_two_reads_it_alone_and_the_log_says_who(cast, now):
    row = drop(now)
    letterbox.add_words(code=row.receipt, text="One thing more.", now=now)
    for user in (cast.chenda, cast.rithy):
        opened = read(user, row, now)
        assert opened.parcel.answers["what"] == "About someone here."
        assert [turn.text for turn in opened.words] == ["One thing more."]
    looks = LogRow.objects.filter(action="safeguarding.read", target_id=str(row.pk), outcome="done")
    assert [look.actor_id for look in looks.order_by("seq")] == [cast.chenda.pk, cast.rithy.pk]
    assert looks.first().notes == {"words": 1}
    assert conversation(row.receipt).state == State.READ


@pytest.mark.parametrize("key", OTHERS)
def test_it_is_there_for_nobody_else(cast, now, key):
    row, user = drop(now), getattr(cast, key)
    assert seen_by(user) == [] and reads.unread(user) == []
    for half in (key_of("focal"), None):
        with pytest.raises(Denied):
            safeguarding.read(by=user, row=row, key=half, now=now)
    assert not Report.objects.exists() and queries.counts(user, now).waiting == 0


def test_a_role_without_the_seat_sees_nothing(cast, now):
    row = drop(now)
    with_role = seats_of(cast, now)
    assert seen_by(with_role) == []
    with pytest.raises(Denied):
        safeguarding.read(by=with_role, row=row, key=key_of("focal"), now=now)


def seats_of(cast, now):
    """Chenda, after somebody else was given her seat."""
    from tumpeang.access.records import writing

    with writing():
        SafeguardingSeat.objects.filter(user=cast.chenda).update(until=now)
    return cast.chenda


def test_without_the_key_nothing_opens(cast, now):
    row = drop(now)
    with pytest.raises(NotNow, match="Give your key first"):
        safeguarding.read(by=cast.chenda, row=row, key=None, now=now)
    with pytest.raises(Unreadable):
        safeguarding.read(by=cast.chenda, row=row, key=holders.fresh("focal"), now=now)
    assert conversation(row.receipt).state == State.RECEIVED
    assert not LogRow.objects.filter(action="safeguarding.read", outcome="done").exists()


# ---- writing -------------------------------------------------------------------------------------------------------


def test_the_reporter_reads_the_answer_and_both_keep_a_copy(cast, now):
    row = drop(now)
    key = key_of("focal")
    number = SealedReport().pk
    for _ in range(2):  # the same form twice
        number = safeguarding.answer(
            by=cast.chenda, row=row, key=key, text="Thank you for telling us.", now=now, id=number
        ).pk
    assert [line.text for line in conversation(row.receipt).lines] == ["Thank you for telling us."]
    [kept] = read(cast.rithy, row, now).answers
    assert (kept.text, kept.by) == ("Thank you for telling us.", cast.chenda)


def test_a_note_is_for_the_two_of_them(cast, now):
    row = drop(now)
    safeguarding.note(by=cast.rithy, row=row, key=key_of("board"), text="Ask the board.", now=now)
    assert [note.text for note in read(cast.chenda, row, now).notes] == ["Ask the board."]
    assert conversation(row.receipt).lines == []
    assert b"Ask the board." not in bytes(SealedNote.objects.get().sealed)


@pytest.mark.parametrize("act", [safeguarding.answer, safeguarding.note])
def test_nothing_is_written_without_words_a_key_or_a_seat(cast, now, act):
    row = drop(now)
    with pytest.raises(NotNow, match="Write something"):
        act(by=cast.chenda, row=row, key=key_of("focal"), text=" ", now=now)
    with pytest.raises(NotNow, match="Give your key"):
        act(by=cast.chenda, row=row, key=None, text="x", now=now)
    for user in (cast.borey, cast.tola, cast.sokha):
        with pytest.raises(Denied):
            act(by=user, row=row, key=key_of("focal"), text="x", now=now)
    assert not SealedNote.objects.exists() and not Message.objects.exists()


def test_the_words_that_the_reporter_sees(cast, now):
    row, key = drop(now), key_of("focal")

    def say(said, now_said):
        safeguarding.say(by=cast.chenda, row=row, key=key, said=said, now_said=now_said, now=now)

    say(State.ACTING, State.RECEIVED)
    with pytest.raises(NotNow):
        say(State.ACTING, State.ACTING)
    with pytest.raises(NotNow):
        say(State.ENDED, State.READ)  # it is another word meanwhile
    say(State.ENDED, State.ACTING)
    with pytest.raises(NotNow):
        say(State.ENDED, State.ENDED)
    assert conversation(row.receipt).state == State.ENDED


# ---- whoever is named ----------------------------------------------------------------------------------------------


def test_the_one_whom_the_reporter_names_never_sees_it(cast, now):
    row = drop(now, about_reader="board")
    safeguarding_rings.ring_due(now)
    assert seen_by(cast.rithy) == [] and seen_by(cast.chenda) == [row.pk]
    with pytest.raises(Denied):
        safeguarding.read(by=cast.rithy, row=row, key=key_of("board"), now=now)
    with pytest.raises(Unreadable):
        safeguarding._open(row, key_of("board"))
    kept_out = KeptOut.objects.get()
    assert (kept_out.user, kept_out.by) == (cast.rithy, None)
    assert list(Ring.objects.values_list("user__username", flat=True)) == ["chenda"]
    safeguarding_rings.ring_due(now + timedelta(minutes=1))
    assert KeptOut.objects.count() == 1


def test_the_other_holder_is_kept_out_of_what_was_and_of_what_comes(cast, now):
    row = drop(now)
    letterbox.add_words(code=row.receipt, text="before", now=now)
    safeguarding.note(by=cast.rithy, row=row, key=key_of("board"), text="his note", now=now)
    read(cast.rithy, row, now)
    safeguarding.keep_out(by=cast.chenda, row=row, key=key_of("focal"), user=cast.rithy, now=now)
    assert seen_by(cast.rithy) == []
    with pytest.raises(Denied):
        read(cast.rithy, row, now)
    fresh = SealedReport.objects.get()
    letterbox.add_words(code=row.receipt, text="after", now=now + timedelta(minutes=1))
    assert {fresh.recipient, Dialogue.objects.get().recipient, *recipients()} == {"safeguarding focal-0001"}
    with pytest.raises(Unreadable):
        safeguarding._open(fresh, key_of("board"))
    opened = read(cast.chenda, fresh, now)
    assert [turn.text for turn in opened.words] == ["before", "after"]
    assert opened.notes[0].text == "his note" and opened.named == {cast.rithy.pk}
    safeguarding_rings.ring_due(now + timedelta(minutes=2))
    assert not Ring.objects.filter(user=cast.rithy, seen_at=None).exists()


def recipients():
    return [
        *Message.objects.values_list("recipient", flat=True),
        *SealedNote.objects.values_list("recipient", flat=True),
    ]


@pytest.mark.parametrize("key", ["borey", "tola", "serey", "sokha"])
def test_whoever_else_is_named_is_named_inside_the_seal_only(cast, now, key):
    """The administrator reads the tables: that it is about them stands in none."""
    row, user = drop(now), getattr(cast, key)
    safeguarding.keep_out(by=cast.chenda, row=row, key=key_of("focal"), user=user, now=now)
    safeguarding.keep_out(by=cast.chenda, row=row, key=key_of("focal"), user=user, now=now)
    assert not KeptOut.objects.exists() and SealedNote.objects.count() == 1
    assert str(user.pk) not in str([row.notes for row in LogRow.objects.filter(action="safeguarding.keep_out")])
    assert read(cast.rithy, SealedReport.objects.get(), now).named == {user.pk}
    assert seen_by(user) == []


def test_a_holder_may_name_themselves_and_is_out(cast, now):
    row = drop(now)
    safeguarding.keep_out(by=cast.chenda, row=row, key=key_of("focal"), user=cast.chenda, now=now)
    assert seen_by(cast.chenda) == [] and seen_by(cast.rithy) == [row.pk]
    assert read(cast.rithy, SealedReport.objects.get(), now).named == {cast.chenda.pk}


def test_the_last_reader_is_not_kept_out(cast, now):
    row = drop(now, about_reader="board")
    safeguarding_rings.ring_due(now)
    with pytest.raises(NotNow, match="Nobody else could open it"):
        safeguarding.keep_out(by=cast.chenda, row=row, key=key_of("focal"), user=cast.chenda, now=now)
    assert seen_by(cast.chenda) == [row.pk]


def test_only_a_holder_keeps_somebody_out(cast, now):
    row = drop(now)
    for user in (cast.borey, cast.tola, cast.sokha):
        with pytest.raises(Denied):
            safeguarding.keep_out(by=user, row=row, key=key_of("focal"), user=cast.rithy, now=now)
    assert not KeptOut.objects.exists()


# ---- a new person, a new key ---------------------------------------------------------------------------------------


@pytest.fixture
def nary(own_keys, cast, now):
    """A new board member in Rithy's seat, with a key of her own; `nary.half`."""
    from tests.intake.people import with_role

    user = with_role("nary", "board_member")
    now += timedelta(minutes=1)
    seats.fill_seat(by=cast.borey, seat=Seat.BOARD, user=user, now=now)
    assert access.seat_of(user).key == "", "the half of who was there before is not hers"
    user.half = holders.fresh("board")
    seats.give_key(by=SYSTEM, seat=Seat.BOARD, user=user, key=user.half.name, now=now)
    holders.publish(user.half)
    return user


def test_who_is_new_reads_what_comes_and_what_the_other_passes_on(own_keys, cast, now, request):
    old = drop(now)
    nary = request.getfixturevalue("nary")
    new = drop(now + timedelta(minutes=2))
    assert set(seen_by(nary)) == {new.pk} and seen_by(cast.rithy) == []
    assert safeguarding.read(by=nary, row=new, key=nary.half, now=now).parcel.answers["about_us"] == "yes"
    assert [row.pk for row in reads.to_pass_on(cast.chenda)] == [old.pk]
    safeguarding.pass_on(by=cast.chenda, row=old, key=key_of("focal"), now=now)
    assert reads.to_pass_on(cast.chenda) == [] and set(seen_by(nary)) == {old.pk, new.pk}
    fresh = SealedReport.objects.get(pk=old.pk)
    assert safeguarding.read(by=nary, row=fresh, key=nary.half, now=now).parcel.answers["what"]
    with pytest.raises(Unreadable):
        safeguarding._open(fresh, key_of("board"))  # whoever left


def test_who_was_named_before_they_had_the_seat_stays_out(own_keys, cast, now, request):
    from tests.intake.people import with_role

    row = drop(now)
    later = with_role("nary", "board_member")
    safeguarding.keep_out(by=cast.chenda, row=row, key=key_of("focal"), user=later, now=now)
    half = holders.fresh("board")
    seats.fill_seat(by=cast.borey, seat=Seat.BOARD, user=later, now=now)
    seats.give_key(by=SYSTEM, seat=Seat.BOARD, user=later, key=half.name, now=now)
    holders.publish(half)
    safeguarding.pass_on(by=cast.chenda, row=row, key=key_of("focal"), now=now)
    assert seen_by(later) == [] and KeptOut.objects.get().user == later
    with pytest.raises(Unreadable):
        safeguarding._open(SealedReport.objects.get(), half)
    assert reads.to_pass_on(cast.chenda) == [], "and nobody is asked to pass it on again"


def test_who_follows_a_named_reader_reads_it_when_it_is_passed_on(own_keys, cast, now, request):
    row = drop(now, about_reader="board")
    safeguarding_rings.ring_due(now)
    nary = request.getfixturevalue("nary")
    assert seen_by(nary) == []
    safeguarding.pass_on(by=cast.chenda, row=row, key=key_of("focal"), now=now)
    assert seen_by(nary) == [row.pk] and seen_by(cast.rithy) == []


# ---- ringing -------------------------------------------------------------------------------------------------------


def rung(user) -> int:
    return LogRow.objects.filter(
        action="ring", target_id__in=[str(r.pk) for r in Ring.objects.filter(user=user)]
    ).count()


def test_an_urgent_one_rings_the_two_until_one_looks_and_nobody_else(cast, now):
    row = drop(now, safety_now="self_harm_or_suicide")
    assert row.urgent
    for minutes in (0, 1, 6, 12):
        safeguarding_rings.ring_due(now + timedelta(minutes=minutes))
    assert set(Ring.objects.values_list("user__username", flat=True)) == {"chenda", "rithy"}
    assert (rung(cast.chenda), rung(cast.rithy)) == (3, 3)
    assert queries.health_now(now + timedelta(minutes=16)).alerts_late >= 1
    read(cast.chenda, row, now)
    safeguarding_rings.ring_due(now + timedelta(hours=2))
    assert (rung(cast.chenda), rung(cast.rithy)) == (3, 3)
    safeguarding_rings.ring_due(now + timedelta(hours=26))
    assert (rung(cast.chenda), rung(cast.rithy)) == (3, 4), "the other is told once a day"
    assert queries.untaken_immediate(cast.dara) == [], "the one whom it names may be on call"
    assert reads.unread(cast.chenda) == [] and reads.unread(cast.rithy)


def test_one_that_can_wait_says_nothing_outside_its_seal(cast, now, drop_report):
    assert not drop(now, safety_now="safe").urgent
    drop_report(safety_now="not_safe", about_us="no")
    safeguarding_rings.ring_due(now)
    safeguarding_rings.ring_due(now + timedelta(hours=23))
    assert rung(cast.chenda) == 1


def test_words_that_come_after_it_was_read_ring_anew(cast, now):
    row = drop(now)
    safeguarding_rings.ring_due(now)
    for user in (cast.chenda, cast.rithy):
        read(user, row, now)
    later = now + timedelta(hours=1)
    letterbox.add_words(code=row.receipt, text="now", now=later)
    safeguarding_rings.ring_due(later)
    assert (rung(cast.chenda), rung(cast.rithy)) == (2, 2)
    assert [row.pk for row in reads.unread(cast.chenda)] == [row.pk]


def test_a_ring_says_nothing_and_goes_to_its_person_alone(cast, now, settings, monkeypatch):
    settings.ALERT_WEBHOOK = "http://localhost/ring"
    monkeypatch.setattr(alerts, "_hook", lambda: pytest.fail("the hook reaches whoever is on call"))
    for user in (cast.chenda, cast.dara):
        user.alert_email = f"{user.username}@example.org"
        user.save()
    row = drop(now, about_reader="board", safety_now="not_safe")
    safeguarding_rings.ring_due(now)
    for ring in Ring.objects.all():
        alerts.send_ring.func(str(ring.pk))
    [letter] = mail.outbox
    assert letter.to == ["chenda@example.org"]
    assert str(row.pk) not in letter.body and "someone here" not in letter.body


# ---- in an emergency -----------------------------------------------------------------------------------------------


def test_breaking_the_glass_tells_both_and_not_who_is_kept_out(cast, now):
    both, one = drop(now), drop(now, about_reader="board")
    safeguarding_rings.ring_due(now)
    for row in (both, one):
        opened = safeguarding.break_glass(by=SYSTEM, row=row, key=key_of("focal"), now=now)
        assert opened.parcel.answers["what"] == "About someone here."
    told = Notice.objects.filter(kind="glass_broken")
    assert set(told.filter(target=both.pk).values_list("user__username", flat=True)) == {"chenda", "rithy"}
    assert list(told.filter(target=one.pk).values_list("user__username", flat=True)) == ["chenda"]
    assert LogRow.objects.filter(action="safeguarding.break_glass", outcome="done").count() == 2
    with pytest.raises(Denied):
        safeguarding.break_glass(by=cast.tola, row=both, key=key_of("focal"), now=now)


# ---- the seats -----------------------------------------------------------------------------------------------------


def test_who_decides_fills_a_seat_and_everybody_concerned_is_told(nary, cast, now):
    told = {notice.user.username for notice in Notice.objects.filter(kind="seats", about=nary)}
    assert told == {"nary", "rithy", "chenda", "borey"}  # borey: of the key, which the house wrote down
    assert access.in_seat(Seat.BOARD) == nary
    before = Notice.objects.count()
    seats.fill_seat(by=cast.borey, seat=Seat.BOARD, user=nary, now=now)
    assert Notice.objects.count() == before


@pytest.mark.parametrize("key", ["tola", "chenda", "sokha", "serey"])
def test_nobody_else_fills_a_seat(cast, now, key):
    with pytest.raises(Denied):
        seats.fill_seat(by=getattr(cast, key), seat=Seat.FOCAL, user=cast.rithy, now=now)


@pytest.mark.parametrize(
    ("by", "who", "why"),
    [("rithy", "rithy", "Somebody else"), ("rithy", "borey", "no role"), ("borey", "rithy", "the other seat")],
)
def test_who_may_not_have_a_seat(cast, now, by, who, why):
    with pytest.raises(NotNow, match=why):
        seats.fill_seat(by=getattr(cast, by), seat=Seat.FOCAL, user=getattr(cast, who), now=now)
    assert access.in_seat(Seat.FOCAL) == cast.chenda


def test_a_seat_is_for_somebody_outside_the_hotline(cast, now):
    from tests.intake.people import with_role

    both = with_role("dina", "safeguarding", "call_taker")
    with pytest.raises(NotNow, match="neither reads the hotline"):
        seats.fill_seat(by=cast.borey, seat=Seat.FOCAL, user=both, now=now)
