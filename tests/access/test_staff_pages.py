"""The pages about people: who works here, roles in words, adding, changing, proposing, deciding, being told."""

import re
from uuid import uuid4

import pytest
from django.core.cache import cache
from django.utils import translation

from tests.access.conftest import text
from tumpeang.access import notices, proposals
from tumpeang.access.models import Notice, Proposal, User
from tumpeang.access.roles import ROLE_NAMES, ROLE_WORDS, SCOPE_WORDS, Permission, Role, Scope
from tumpeang.access.states import NoticeKind, Outcome, ProposalKind


@pytest.fixture(autouse=True)
def fresh_limits(db):
    cache.clear()


def at(user, *rest) -> str:
    return "/".join(["/staff", str(user.pk), *rest, ""])


def propose(cast, now, user=None, role=Role.CALL_TAKER, scope=Scope.ORGANISATION) -> Proposal:
    return proposals.propose_grant(by=cast.tola, user=user or cast.rotha, role=role, scope=scope, now=now)


# ---- who may ---------------------------------------------------------------------------------------------------------

SEE = ["sokha", "dara", "kosal", "sreyleak", "phally", "rotha", "nimol", "sothy", "borey", "tola", "rithy"]
ALL = [*SEE, "serey", "chenda"]


@pytest.mark.parametrize("key", ALL)
@pytest.mark.parametrize(
    ("path", "who"),
    [("/staff/", SEE), ("/roles/", SEE), ("/staff/{sokha}/", SEE), ("/staff/new/", ["tola"]),
     ("/staff/{sokha}/change/", ["tola"]), ("/decisions/", ["tola", "borey", "rithy"]), ("/told/", ALL)],
)  # fmt: skip
def test_each_page_opens_to_whom_it_is_for(cast, sign_in, key, path, who):
    response = sign_in(getattr(cast, key)).get(path.format(sokha=cast.sokha.pk))
    assert response.status_code == (200 if key in who else 404)


@pytest.mark.parametrize("key", [key for key in ALL if key != "tola"])
def test_acts_are_for_who_manages_staff(cast, sign_in, now, key):
    client, before = sign_in(getattr(cast, key)), User.objects.count()
    new = {"display_name": "X", "username": "xyz", "language": "km", "roles": ["trainer"]}
    for path, data in [
        ("/staff/new/", new), (at(cast.sokha, "role"), {"role": "lawyer"}), (at(cast.sokha, "reset"), {}),
        (at(cast.sokha, "role/call_taker/take"), {}), (at(cast.sokha, "reopen"), {}),
        (at(cast.sokha, "change"), {"display_name": "X", "language": "km"}),
    ]:  # fmt: skip
        assert client.post(path, data).status_code == 404, path
    assert not Proposal.objects.exists() and User.objects.count() == before
    assert User.objects.get(pk=cast.sokha.pk).display_name == "Sokha"


@pytest.mark.parametrize("key", [key for key in ALL if key not in {"borey", "rithy"}])
def test_deciding_is_for_who_decides(cast, sign_in, now, key):
    proposal = propose(cast, now)
    client = sign_in(getattr(cast, key))
    for act in ("approve", "refuse"):
        assert client.post(f"/decisions/{proposal.pk}/{act}/").status_code == 404
    proposal.refresh_from_db()
    assert proposal.outcome == Outcome.WAITING


@pytest.mark.parametrize("path", ["/staff/{}/", "/staff/{}/change/", "/decisions/{}/approve/", "/staff/{}/reset/"])
def test_what_is_not_there_is_not_there(cast, sign_in, path):
    for user in (cast.tola, cast.borey):
        assert sign_in(user).post(path.format(uuid4())).status_code in {404, 405}
        assert sign_in(user).get("/staff/" + str(uuid4()) + "/").status_code == 404


def test_an_act_asked_by_get_does_nothing_and_leads_to_its_page(cast, sign_in, now):
    proposal = propose(cast, now)
    assert sign_in(cast.borey).get(f"/decisions/{proposal.pk}/approve/").url == "/decisions/"
    assert sign_in(cast.tola).get(at(cast.sokha, "reset")).url == at(cast.sokha)
    assert sign_in(cast.tola).get("/told/seen/").url == "/told/"
    proposal.refresh_from_db()
    assert proposal.outcome == Outcome.WAITING and Proposal.objects.count() == 1


# ---- the list --------------------------------------------------------------------------------------------------------


def test_the_list_shows_roles_in_words_and_teams(cast, sign_in):
    page = text(sign_in(cast.sokha).get("/staff/"))
    for words in ("Kosal Investigator · Team Investigation (leads)", "Sothy Manager · Office Social work"):
        assert words in page
    assert "Trainer · " not in page  # a role that reads no report has no reach
    assert "kosal" not in page and "Last sign-in" not in page and "Closed accounts" not in page


def test_who_keeps_accounts_sees_what_they_are_like(cast, sign_in, now):
    propose(cast, now)
    sign_in(cast.sokha)
    manager, decider = text(sign_in(cast.tola).get("/staff/")), text(sign_in(cast.borey).get("/staff/"))
    assert "Sokha sokha Call-taker" in manager and "Rotha rotha Waits for a second person" in manager
    assert "Sokha Call-taker" in decider and "Rotha Waits for a second person" in decider
    row = re.search(r"Sokha sokha .*?(?=Sothy)", manager).group()
    assert "Set up." in row and "Not set up." in re.search(r"Nimol nimol .*?(?=Phally)", manager).group()


def names(response) -> list[str]:
    return re.findall(r'<a href="/staff/[0-9a-f-]{36}/"><b>(\w+)</b>', response.content.decode())


def test_filters_by_role_team_and_closed(cast, sign_in):
    client = sign_in(cast.tola)
    assert names(client.get("/staff/?role=call_taker")) == ["Bopha", "Sokha"]
    team = cast.mony.memberships.get().team
    assert names(client.get(f"/staff/?team={team.pk}")) == ["Mony", "Sothy", "Sreyleak"]
    assert names(client.get(f"/staff/?team={team.pk}&role=manager")) == ["Sothy"]
    assert "Nobody fits these filters." in text(client.get(f"/staff/?team={team.pk}&role=auditor"))
    cast.rotha.is_active = False
    cast.rotha.save()
    assert "Rotha" not in names(client.get("/staff/")) and names(client.get("/staff/?closed=yes")) == ["Rotha"]
    assert "Rotha" not in names(sign_in(cast.sokha).get("/staff/?closed=yes"))


@pytest.mark.parametrize("query", ["role=nonsense", "team=nonsense", "team=" + "-" * 36, "closed=maybe", "role="])
def test_filters_that_are_not_ours_are_left_out(cast, sign_in, query):
    assert len(names(sign_in(cast.tola).get(f"/staff/?{query}"))) == User.objects.count()


def test_more_workers_ask_no_more_of_the_database(cast, sign_in, django_assert_max_num_queries):
    client = sign_in(cast.tola)
    with django_assert_max_num_queries(20):
        client.get("/staff/")


# ---- roles -----------------------------------------------------------------------------------------------------------


def test_every_role_is_said_in_words_with_who_has_it(cast, sign_in):
    page = text(sign_in(cast.sokha).get("/roles/"))
    with translation.override("en"):
        for role in Role:
            assert str(ROLE_NAMES[role]) in page and str(ROLE_WORDS[role]) in page
    assert "Who has it Bopha Organisation: everything that is not restricted to others Sokha" in page
    assert "Read the log: who did what, never the content" in page
    assert "Only one person" not in page  # a call-taker need not know


def test_no_role_is_without_words_and_no_permission_of_a_role_either(db):
    from tumpeang.access.views.words import in_words

    for role in Role:
        words = in_words(role, Scope.OWN)
        assert words.name and words.sentence and (words.reads or words.does)
    assert set(ROLE_WORDS) == set(Role) and set(SCOPE_WORDS) == set(Scope)


def test_who_keeps_accounts_is_told_when_it_hangs_on_one_person(cast, sign_in, now):
    page = text(sign_in(cast.tola).get("/roles/"))
    assert "Only one person can propose." in page and "Only one person can decide." not in page
    proposals.approve(by=cast.borey, proposal=propose(cast, now, role=Role.ADMINISTRATOR), now=now)
    assert "Only one person" not in text(sign_in(cast.tola).get("/roles/"))


# ---- one worker ------------------------------------------------------------------------------------------------------


def test_a_worker_s_page_says_what_each_role_may(cast, sign_in):
    page = text(sign_in(cast.sokha).get(at(cast.kosal)))
    assert "Investigator" in page and "Read reports of the hotline" in page
    assert "Reaches Team: what their teams work on" in page
    assert "Investigation (leads) Phnom Penh" in page
    for hidden in ("kosal", "Take away", "Propose a role", "Last sign-in", "Close the account"):
        assert hidden not in page


def test_from_a_worker_s_page_who_manages_staff_gets_everywhere(cast, sign_in):
    client = sign_in(cast.tola)
    page = client.get(at(cast.sokha)).content.decode()
    for rest in ("change", "deputies", "sessions", "leave"):
        assert f'href="{at(cast.sokha, rest)}"' in page and client.get(at(cast.sokha, rest)).status_code == 200
    assert at(cast.tola, "leave") not in client.get(at(cast.tola)).content.decode()


def test_who_has_left_is_known_to_who_keeps_accounts_only(cast, sign_in):
    cast.rotha.is_active = False
    cast.rotha.save()
    assert sign_in(cast.sokha).get(at(cast.rotha)).status_code == 404
    page = text(sign_in(cast.tola).get(at(cast.rotha)))
    assert "This account is closed." in page and "Propose a role" not in page and "Propose to open it again" in page
    assert sign_in(cast.borey).get(at(cast.rotha)).status_code == 200


def test_propose_a_role_on_the_page(cast, sign_in):
    client = sign_in(cast.tola)
    for _ in range(2):
        page = text(client.post(at(cast.rotha, "role"), {"role": "social_worker", "scope": "team"}, follow=True))
        assert "It waits for a second person, for seven days." in page
    assert "Give the role: Social worker · proposed by Tola" in page
    proposal = Proposal.objects.get()
    assert (proposal.user, proposal.role, proposal.scope) == (cast.rotha, "social_worker", "team")
    client.post(at(cast.rotha, "role"), {"role": "lawyer", "scope": ""})
    assert Proposal.objects.get(role="lawyer").scope == Scope.OWN  # as usual for it


@pytest.mark.parametrize(
    ("data", "words"),
    [({}, "Choose a role."), ({"role": "king"}, "Choose a role."),
     ({"role": "lawyer", "scope": "moon"}, "Choose a reach"),
     ({"role": "trainer", "scope": "own"}, "has this role already")],
)  # fmt: skip
def test_what_cannot_be_proposed_is_said_and_the_choice_kept(cast, sign_in, data, words):
    response = sign_in(cast.tola).post(at(cast.rotha, "role"), data)
    assert response.status_code == 422 and words in text(response)
    if data.get("role") in set(Role):
        assert f'<option value="{data["role"]}" selected>' in response.content.decode()
    assert not Proposal.objects.exists()


def test_take_a_role_away_on_the_page(cast, sign_in):
    client = sign_in(cast.tola)
    path = at(cast.sokha, "role/call_taker/take")
    assert "The role is taken away." in text(client.post(path, follow=True))
    assert not User.objects.get(pk=cast.sokha.pk).can(Permission.READ_REPORTS)
    assert "does not have this role" in text(client.post(path, follow=True))
    assert client.post(at(cast.sokha, "role/king/take")).status_code == 404
    last = client.post(at(cast.tola, "role/administrator/take"), follow=True)
    assert "nobody could propose or decide any more" in text(last)


def test_a_new_beginning_and_an_account_to_open_again_are_proposed(cast, sign_in):
    client = sign_in(cast.tola)
    client.post(at(cast.sokha, "reset"))
    assert "This account is open." in text(client.post(at(cast.sokha, "reopen"), follow=True))
    cast.rotha.is_active = False
    cast.rotha.save()
    client.post(at(cast.rotha, "reopen"))
    assert "This account is closed." in text(client.post(at(cast.rotha, "reset"), follow=True))
    kinds = set(Proposal.objects.values_list("kind", "user__username"))
    assert kinds == {(ProposalKind.RESET, "sokha"), (ProposalKind.REOPEN, "rotha")}


# ---- adding and changing ---------------------------------------------------------------------------------------------

NEW = {"display_name": "Thida", "username": "Thida", "language": "en", "alert_email": "t@example.org",
       "roles": ["trainer", "social_worker"]}  # fmt: skip


def test_add_a_worker_and_propose_roles_in_one_step(cast, sign_in):
    response = sign_in(cast.tola).post("/staff/new/", NEW, follow=True)
    thida = User.objects.get(username="thida")
    assert response.redirect_chain == [(at(thida), 302)]
    assert "It opens when a second person has agreed." in text(response)
    assert (thida.display_name, thida.language, thida.alert_email) == ("Thida", "en", "t@example.org")
    assert not thida.has_usable_password() and thida.roles() == []
    waiting = Proposal.objects.filter(user=thida).values_list("role", "scope")
    assert sorted(waiting) == [("social_worker", "own"), ("trainer", "own")]


def test_the_same_form_sent_twice_is_one_account(cast, sign_in):
    client = sign_in(cast.tola)
    form_id = re.search(r'name="id" value="([0-9a-f-]{36})"', client.get("/staff/new/").content.decode()).group(1)
    for _ in range(2):
        assert client.post("/staff/new/", NEW | {"id": form_id}).status_code == 302
    assert User.objects.filter(username="thida").count() == 1 and Proposal.objects.count() == 2


@pytest.mark.parametrize(
    ("change", "words"),
    [({"username": "SOKHA"}, "This user name is taken."), ({"username": "two words"}, "Only small letters a to z"),
     ({"username": "x"}, "at least three"), ({"display_name": " "}, "Write a name."),
     ({"roles": []}, "at least one role"), ({"roles": ["king"]}, "at least one role"),
     ({"alert_email": "nowhere"}, "This is no e-mail address.")],
)  # fmt: skip
def test_what_cannot_be_added_is_said_and_nothing_typed_is_lost(cast, sign_in, change, words):
    before = User.objects.count()
    response = sign_in(cast.tola).post("/staff/new/", NEW | change)
    page = response.content.decode()
    assert response.status_code == 422 and words in text(response)
    for name, value in (NEW | change).items():
        if name != "roles" and value.strip():
            assert f'value="{value}"' in page, name
    if "roles" not in change:
        assert len(re.findall(r'name="roles"[^>]*checked', page)) == 2
    assert User.objects.count() == before and not Proposal.objects.exists()


def test_changing_is_told_to_the_worker_at_the_old_address_too(cast, sign_in):
    cast.sokha.alert_email = "before@example.org"
    cast.sokha.save()
    client = sign_in(cast.tola)
    assert "before@example.org" in client.get(at(cast.sokha, "change")).content.decode()
    data = {"display_name": "Sokha", "language": "en", "alert_email": "after@example.org"}
    assert "The worker is told." in text(client.post(at(cast.sokha, "change"), data, follow=True))
    notice = Notice.objects.get()
    assert (notice.user, notice.kind, notice.address) == (cast.sokha, NoticeKind.CHANGED, "before@example.org")
    client.post(at(cast.sokha, "change"), data)  # nothing changes
    assert Notice.objects.count() == 1
    sokha = User.objects.get(pk=cast.sokha.pk)
    assert (sokha.alert_email, sokha.language) == ("after@example.org", "en")
    assert "after@example.org" not in text(sign_in(cast.borey).get(at(cast.sokha)))  # for who manages staff


def test_a_wrong_change_is_said_and_kept(cast, sign_in):
    response = sign_in(cast.tola).post(
        at(cast.sokha, "change"), {"display_name": "", "language": "xx", "alert_email": "nowhere"}
    )
    assert response.status_code == 422 and 'value="nowhere"' in response.content.decode()
    assert "Write a name." in text(response) and not Notice.objects.exists()


# ---- deciding --------------------------------------------------------------------------------------------------------


def test_the_decider_reads_what_agreeing_does(cast, sign_in, now):
    propose(cast, now, role=Role.SOCIAL_WORKER, scope=Scope.TEAM)
    page = text(sign_in(cast.borey).get("/decisions/"))
    for words in (
        "Give the role: Social worker", "For whom Rotha (rotha)", "Proposed by Tola", "Has now Trainer",
        "Read reports of the hotline", "Reaches Team: what their teams work on", "You then see a code, once.",
        "Do not agree",
    ):  # fmt: skip
        assert words in page, words


def test_a_code_is_shown_once_to_the_decider_and_to_nobody_else(cast, thida, sign_in, now):
    proposal = propose(cast, now, user=thida, role=Role.TRAINER, scope=Scope.OWN)
    decider, proposer = sign_in(cast.borey), sign_in(cast.tola)
    shown = decider.post(f"/decisions/{proposal.pk}/approve/")
    code = re.search(r'class="handed">([^<]+)<', shown.content.decode()).group(1)
    assert shown.status_code == 200 and "thida" in text(shown) and "no-store" in shown.headers["Cache-Control"]
    again = decider.post(f"/decisions/{proposal.pk}/approve/", follow=True)
    assert "does not wait any more" in text(again) and code not in again.content.decode()
    for client in (decider, proposer):
        for path in ("/decisions/", at(thida), "/staff/", "/told/"):
            assert code not in client.get(path).content.decode()


def test_of_two_roles_of_a_new_account_one_gives_the_code(cast, thida, sign_in, now):
    first, second = (propose(cast, now, user=thida, role=role, scope=Scope.OWN) for role in (Role.TRAINER, Role.LAWYER))
    client = sign_in(cast.borey)
    assert text(client.get("/decisions/")).count("You then see a code") == 2
    client.post(f"/decisions/{first.pk}/approve/")
    assert "You then see a code" not in text(client.get("/decisions/"))
    assert client.post(f"/decisions/{second.pk}/approve/").status_code == 302


def test_no_code_where_none_is_needed(cast, sign_in, now):
    cast.rotha.set_password("four words that belong")
    cast.rotha.save()
    client, proposal = sign_in(cast.borey), propose(cast, now)
    assert "You then see a code" not in text(client.get("/decisions/"))
    page = text(client.post(f"/decisions/{proposal.pk}/approve/", follow=True))
    assert "You agreed." in page and "Give the role: Call-taker Rotha Tola Approved Borey" in page


def test_refuse_and_take_back_stand_in_the_history(cast, sign_in, now):
    first, second = propose(cast, now), propose(cast, now, role=Role.LAWYER, scope=Scope.OWN)
    sign_in(cast.rithy).post(f"/decisions/{first.pk}/refuse/")
    tola = sign_in(cast.tola)
    assert "Taken back." in text(tola.post(f"/decisions/{second.pk}/withdraw/", follow=True))
    page = text(tola.get("/decisions/"))
    assert "Give the role: Call-taker Rotha Tola Refused Rithy" in page
    assert "Give the role: Lawyer Rotha Tola Taken back —" in page
    assert sign_in(cast.borey).post(f"/decisions/{first.pk}/withdraw/").status_code == 404


def test_whose_proposal_it_is_or_whom_it_is_about_has_no_buttons(cast, sign_in, now):
    propose(cast, now, user=cast.borey, role=Role.RESEARCHER, scope=Scope.OWN)
    about_me, own, other = (text(sign_in(who).get("/decisions/")) for who in (cast.borey, cast.tola, cast.rithy))
    assert "This is about you" in about_me and "Do not agree" not in about_me
    assert "Take it back" in own and "Do not agree" not in own
    assert "Do not agree" in other


def test_the_count_in_the_navigation_is_what_waits_for_me(cast, sign_in, now):
    propose(cast, now, user=cast.borey, role=Role.RESEARCHER, scope=Scope.OWN)
    propose(cast, now)
    counts = {
        who.username: re.findall(r'Decisions<span class="count">(\d+)<', sign_in(who).get("/roles/").content.decode())
        for who in (cast.borey, cast.rithy, cast.tola)
    }
    assert counts == {"borey": ["1"], "rithy": ["2"], "tola": []}


# ---- being told ------------------------------------------------------------------------------------------------------


def test_what_one_was_told_stands_on_a_page_until_seen(cast, sign_in, now):
    proposals.approve(by=cast.borey, proposal=propose(cast, now, user=cast.sokha, role=Role.TRAINER), now=now)
    client = sign_in(cast.sokha)
    page = client.get("/told/")
    assert "A role was given you · by Borey" in text(page) and f'href="{at(cast.sokha)}"' in page.content.decode()
    assert re.search(r'Told to you<span class="count">1<', page.content.decode())
    until = re.search(r'name="until" value="([^"]+)"', page.content.decode()).group(1)
    notices.tell(by=cast.tola, to=[cast.sokha], kind=NoticeKind.TEAM_CHANGED, about=cast.sokha, now=_later(until))
    after = text(client.post("/told/seen/", {"until": until}, follow=True))
    assert "Marked as seen." in after
    new, seen = after.split("Seen A role", 1)
    assert "A team was changed" in new and "was given" in seen


def _later(moment):
    from datetime import datetime, timedelta

    return datetime.fromisoformat(moment) + timedelta(seconds=1)


@pytest.mark.parametrize("until", ["", "nonsense", "2026-99-99T00:00:00Z", "2026-01-01"])
def test_a_page_that_was_tampered_with_marks_what_there_is(cast, sign_in, now, until):
    notices.tell(by=cast.tola, to=[cast.sokha, cast.dara], kind=NoticeKind.TEAM_CHANGED, now=now)
    assert sign_in(cast.sokha).post("/told/seen/", {"until": until}).status_code == 302
    assert list(Notice.objects.filter(seen_at=None).values_list("user__username", flat=True)) == ["dara"]


def test_a_notice_leads_only_where_one_may_go(cast, sign_in, drop_report, now):
    report = drop_report()
    people = [cast.sokha, cast.rotha, cast.chenda]
    about = {"target_kind": "intake.report", "target": report.pk}
    notices.tell(by=cast.tola, to=people, kind=NoticeKind.GRANTED, now=now, **about)
    pages = [sign_in(who).get("/told/").content.decode() for who in people]
    assert [f"/r/{report.pk}/" in page for page in pages] == [True, False, False]
    notices.tell(by=cast.tola, to=people, kind=NoticeKind.ROLE_GIVEN, about=cast.dara, now=now)
    assert at(cast.dara) not in sign_in(cast.chenda).get("/told/").content.decode()


def test_nobody_sees_what_others_were_told(cast, sign_in, now):
    notices.tell(by=cast.tola, to=[cast.dara], kind=NoticeKind.TEAM_CHANGED, about=cast.bopha, now=now)
    assert "Bopha" not in text(sign_in(cast.sokha).get("/told/"))


@pytest.mark.parametrize("path", ["/staff/", "/roles/", "/decisions/", "/told/", "/staff/new/"])
def test_the_pages_speak_khmer(cast, sign_in, path):
    page = sign_in(cast.tola, language="km").get(path)
    assert '<html lang="km"' in page.content.decode()
    words = re.sub(r"[A-Z][a-z]+(?= )", "", text(page))
    assert re.search(r"[\u1780-\u17ff]", words)
