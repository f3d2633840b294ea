"""`tumpeang staff found`: the first people of an empty house, two at least; said in words when it cannot be."""

import io

import pytest
import yaml

from tests.cast import one_more
from tumpeang.access.models import SafeguardingSeat, User
from tumpeang.access.roles import Permission
from tumpeang.config import cli

PASSWORD = "four words that belong"
FIRST = {"username": "First", "name": "First", "roles": ["administrator"], "language": "en"}
SECOND = {"username": "second", "name": "Second", "roles": ["director"], "alert_email": "second@example.org"}


@pytest.fixture
def found(tmp_path, monkeypatch, capsys, db):
    """`found(people, passwords)`: runs the command; returns its number and what it printed."""

    def run(people, passwords=(PASSWORD, PASSWORD, PASSWORD)):
        path = tmp_path / "people.yaml"
        path.write_text(people if isinstance(people, str) else yaml.safe_dump(people))
        monkeypatch.setattr("sys.stdin", io.StringIO("".join(f"{one}\n" for one in passwords)))
        number = cli.main(["staff", "found", str(path)])
        said = capsys.readouterr()
        return number, said.out + said.err

    return run


def test_found_an_empty_house(found):
    board = {"username": "third", "name": "Third", "roles": ["board_member"], "seat": "board"}
    number, said = found([FIRST, SECOND, board])
    assert number == 0 and "second step" in said
    users = {user.username: user for user in User.objects.all()}
    assert set(users) == {"first", "second", "third"}
    assert users["first"].can(Permission.MANAGE_STAFF) and users["second"].can(Permission.DECIDE)
    assert users["second"].alert_email == "second@example.org" and users["first"].check_password(PASSWORD)
    assert SafeguardingSeat.objects.get().user == users["third"]


def test_not_where_people_work_and_no_password_is_asked_for(found):
    one_more("nary")
    number, said = found([FIRST, SECOND], passwords=[])
    assert number == 1 and said.strip() and not User.objects.filter(username="second").exclude(display_name="Second")
    assert User.objects.count() == 3


@pytest.mark.parametrize("people", [[FIRST], [FIRST, SECOND | {"roles": ["administrator"]}],
                                    [FIRST | {"roles": ["administrator", "director"]}]])  # fmt: skip
def test_one_who_proposes_and_another_who_decides(found, people):
    assert found(people)[0] == 1
    assert not User.objects.exists()


def test_a_weak_password_makes_nobody(found):
    number, said = found([FIRST, SECOND], passwords=[PASSWORD, "short"])
    assert number == 1 and "12" in said and "short" not in said.replace("too short", "")
    assert not User.objects.exists()


@pytest.mark.parametrize(
    ("people", "words"),
    [("- [", "cannot be read"), ("just words", "must be a list"), ("- one", "must be a list"),
     ([{"username": "a", "roles": ["director"]}], "has no name"),
     ([FIRST | {"roles": ["king"]}], "there is no role 'king'"),
     ([FIRST | {"seat": "moon"}], "there is no seat 'moon'")],
)  # fmt: skip
def test_a_list_with_a_fault_is_said_in_words(found, people, words):
    number, said = found(people)
    assert number == 2 and words in said and not User.objects.exists()


def test_no_list_at_all(found, tmp_path, capsys):
    assert cli.main(["staff", "found", str(tmp_path / "none.yaml")]) == 2
    assert "cannot be read" in capsys.readouterr().err
