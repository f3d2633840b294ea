"""A data-protection officer's hour: a stolen disk, who saw this child, what is held, erasing it, and an old backup."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from tests.config.houses import House, back_up, elsewhere, in_hand, put_back
from tests.dumps import dump, holds
from tests.intake.conftest import text
from tumpeang.access import log as chain
from tumpeang.access.models import LogRow
from tumpeang.config.worker import timetable
from tumpeang.intake.models import Disposal, Report
from tumpeang.intake.opening import Opener
from tumpeang.intake.summary import number_of
from tumpeang.letterbox import actions as letterbox
from tumpeang.letterbox.queries import conversation
from tumpeang.vault import erasures, receipt
from tumpeang.vault.keystore import Shredded, keystore

STORY, PHONE, PAGE = "KANARI someone should look here", "012 555 777", "https://kanari.example/a"
WORDS, ANSWER, DONE, WHY = (
    "KANARI one thing more",
    "KANARI we are on our way",
    "KANARI a doctor went",
    "KANARI no more need",
)
SECRETS = (STORY, PHONE, PHONE.replace(" ", ""), PAGE, "kanari.example", WORDS, ANSWER, DONE, WHY)


@pytest.fixture
def house(committed, own_keys, monkeypatch, settings):
    """Two reports: the one that this is about, and one that nobody asks for."""
    monkeypatch.setattr(receipt, "MEMORY_KIB", 8)
    settings.BACKUP_STAMP, settings.REHEARSAL_STAMP = own_keys / "stamps" / "last", own_keys / "stamps" / "rehearsed"
    house = House(own_keys)
    house.about = house.report(
        STORY, addresses=PAGE, contact_wanted="yes", contact_how="phone", contact_phone=PHONE, last_five_days="yes",
        child_age_band="6_9",
    )  # fmt: skip
    house.other = house.report("another story")
    house.open()
    house.shares = in_hand()
    return house


@pytest.fixture
def desk(house, sign_in):
    """`desk("dara")`: that worker's browser."""
    browsers: dict[str, Client] = {}

    def at(key) -> Client:
        return browsers.setdefault(key, sign_in(getattr(house.people, key)))

    return at


@pytest.fixture
def worked_on(house, desk):
    """Taken, opened, answered, read again, added to, and ended."""
    page = f"/r/{house.about}/"
    desk("bopha").get(page)
    desk("sokha").get(page)
    for act, data in (("take/", {}), ("account/", {}), ("account/", {}), ("answer/", {"text": ANSWER})):
        desk("sokha").post(page + act, data)
    letterbox.add_words(code=house.codes[house.about], text=WORDS, now=timezone.now())
    house.open()
    desk("sokha").post(page + "account/")
    task = re.search(r"/task/([0-9a-f-]+)/", desk("sokha").get(page).content.decode()).group(1)
    desk("sokha").post(f"/task/{task}/", {"text": DONE})
    desk("sokha").post(page + "end/", {"outcomes": "advice_given"})
    assert Report.objects.get(pk=house.about).stage == "ended"
    return house


def work(house, *names):
    """The worker process does these of its jobs, as its timetable has them."""
    jobs = [job for job in timetable(Opener()) if job.name in names]
    assert len(jobs) == len(names)
    for job in jobs:
        job.do(timezone.now())


def ask_and_agree(house, desk):
    """Dara proposes what somebody asked for; Borey looks at it, types the number, and the worker destroys it."""
    desk("dara").post(f"/r/{house.about}/destroy/", {"reason": "asked"})
    disposal = Disposal.objects.get()
    page = f"/disposals/{disposal.pk}/"
    assert "Somebody else decides" in text(desk("dara").get(page))
    assert number_of(Report.objects.get(pk=house.about)) in text(desk("borey").get(page))
    desk("borey").post(page + "approve/", {"count": "1"})
    work(house, "destroy what two people agreed on")
    return disposal


# ---- the hour ------------------------------------------------------------------------------------------------------


def test_a_stolen_disk_says_nothing_without_the_keys(worked_on, desk):
    report = Report.objects.get(pk=worked_on.about)
    desk("dara").post(f"/r/{report.pk}/destroy/", {"reason": "asked"})
    desk("borey").post(f"/disposals/{Disposal.objects.get().pk}/refuse/", {"because": WHY})
    assert report.account["what"] == STORY, "it is there for who has the keys"
    whole = dump()
    assert not [secret for secret in SECRETS if holds(whole, secret)]
    assert holds(whole, "report.read_account"), "the dump holds what stands in clear, the log's acts among them"


def test_who_saw_this_child(worked_on, desk):
    """Everybody who looked is named, how often, and nobody else; and that somebody asks is written down too."""
    page = text(desk("dara").get(f"/r/{worked_on.about}/who/"))
    for name in ("Sokha", "Bopha"):
        assert name in page
    for name in ("Kosal", "Vanna", "Borey"):
        assert name not in page
    rows = LogRow.objects.filter(target_id=str(worked_on.about), outcome="done")
    people, log = worked_on.people, {}
    for row in rows.filter(action__in=["report.look", "report.read_account"]):
        log[row.actor_id, row.action] = log.get((row.actor_id, row.action), 0) + 1
    assert log[people.sokha.pk, "report.read_account"] == 3
    assert log[people.bopha.pk, "report.look"] == 1 and (people.bopha.pk, "report.read_account") not in log
    assert rows.filter(action="record.who_saw", actor_id=people.dara.pk).count() == 1
    assert not list(chain.verify())


def test_what_is_held_about_somebody_stands_on_one_page(worked_on, desk):
    """A request for access is answered from the report's page: everything that the keys open is on it."""
    browser, page = desk("dara"), f"/r/{worked_on.about}/"
    browser.get(page)
    opened = text(browser.post(page + "account/"))
    for held in (
        STORY,
        WORDS,
        ANSWER,
        DONE,
        "hxxps://kanari[.]example/a",
        "How long it is kept",
        "Who saw this",
    ):
        assert held in opened, held
    assert PHONE not in opened, "a number stands behind the gate of calling back, and nowhere else"


def test_erasure_by_request_takes_two_people_and_leaves_a_certificate(worked_on, desk):
    house, code = worked_on, worked_on.codes[worked_on.about]
    number = number_of(Report.objects.get(pk=house.about))
    disposal = ask_and_agree(house, desk)
    report = Report.objects.get(pk=house.about)
    with pytest.raises(Shredded):
        _ = report.account
    assert house.about in keystore().erased() and house.about in erasures.read()
    assert conversation(code) is None
    for key in ("sokha", "dara", "borey"):
        assert desk(key).get(f"/r/{house.about}/").status_code == 404
        for page in ("/?tab=ended", "/?tab=waiting"):
            assert number not in text(desk(key).get(page))
        assert f"/r/{house.about}/" not in desk(key).post("/find/", {"q": PHONE}).content.decode()
        assert f"/r/{house.about}/" not in desk(key).post("/find/", {"q": number}).content.decode()
    certificate = text(desk("borey").get(f"/certificates/{disposal.number}/"))
    assert number in certificate and "Dara" in certificate and "Borey" in certificate
    last = LogRow.objects.get(action="disposal.finish")
    assert last.hash in certificate and chain.row_hash(last) == last.hash
    assert not list(chain.verify()), "and the chain up to that row is whole"
    saw = LogRow.objects.filter(target_id=str(house.about), action="report.read_account")
    assert saw.count() == 3, "who saw it stays in the log"
    assert Report.objects.get(pk=house.other).account["what"] == "another story"


def test_one_person_alone_erases_nothing(worked_on, desk):
    house = worked_on
    desk("borey").post(f"/r/{house.about}/destroy/", {"reason": "asked"})
    assert not Disposal.objects.exists(), "nobody else who may decide sees it"
    desk("dara").post(f"/r/{house.about}/destroy/", {"reason": "asked"})
    disposal = Disposal.objects.get()
    for key in ("dara", "sokha", "tola", "serey", "chenda"):
        assert desk(key).post(f"/disposals/{disposal.pk}/approve/", {"count": "1"}).status_code == 404
    work(house, "destroy what two people agreed on")
    assert Report.objects.get(pk=house.about).account["what"] == STORY


@pytest.mark.parametrize("journal", ["beside the archives", "brought along"])
def test_a_backup_from_before_does_not_bring_it_back(worked_on, desk, tmp_path, journal):
    """Made while the report was there, restored after it was erased: its journal says what to erase again."""
    house = worked_on
    pair = back_up(house)
    ask_and_agree(house, desk)
    known = tmp_path / "journal"
    if journal == "brought along":
        erasures.copy_to(known)
    else:
        back_up(house, timezone.now() + timedelta(days=1))  # the next night's lays the newer list beside the old pair
    with elsewhere(tmp_path / "new"):
        put_back(pair, house.shares[:2], [known] if known.exists() else [])
        report = Report.objects.get(pk=house.about)
        with pytest.raises(Shredded):
            _ = report.account
        assert report.erased_at and conversation(house.codes[house.about]) is None
        assert Report.objects.get(pk=house.other).account["what"] == "another story"
        whole = dump()
        assert not [secret for secret in (*SECRETS, "another story") if holds(whole, secret)]


def test_what_is_over_goes_the_same_way(worked_on, desk):
    """Nobody asks: the clock proposes it when its years are over, and two people's rule holds all the same."""
    house = worked_on
    later = timezone.now() + timedelta(days=366 * 36)
    job = next(job for job in timetable(Opener()) if job.name == "propose what has been kept long enough")
    job.do(timezone.now())
    assert not Disposal.objects.exists()
    job.do(later)
    (disposal,) = Disposal.objects.filter(rule="about_a_child")
    assert disposal.proposed_by is None and "proposed" in text(desk("borey").get(f"/r/{house.about}/"))
    assert Report.objects.get(pk=house.about).account["what"] == STORY
    desk("borey").post(f"/disposals/{disposal.pk}/approve/", {"count": "1"})
    work(house, "destroy what two people agreed on")
    assert Report.objects.get(pk=house.about).erased_at
