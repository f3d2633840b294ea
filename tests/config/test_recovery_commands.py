"""The commands as people call them: papers, backup, rehearsal; on a terminal and off it."""

import re
from pathlib import Path

from django.utils import timezone

from tests import databases
from tests.config.houses import Terminal, back_up, elsewhere, tumpeang
from tumpeang.config import doctor
from tumpeang.config.cli import main
from tumpeang.config.share_paper import WIPE
from tumpeang.intake.models import Report
from tumpeang.vault import escrow


def test_escrow_backup_and_rehearsal_by_command(house, tmp_path, settings):
    result = tumpeang("keys", "escrow", "--to", tmp_path / "papers")
    assert result.returncode == 0 and "recovery-0002 is in use" in result.stdout
    papers = sorted((tmp_path / "papers").iterdir())
    assert len(papers) == 3 and {path.stat().st_mode & 0o777 for path in papers} == {0o600}
    shares = [words_on(path.read_text()) for path in papers]
    assert all(len(share.split()) == escrow.WORDS for share in shares)
    places = {"BACKUP_TO": str(tmp_path / "a"), "BACKUP_KEYS_TO": str(tmp_path / "b")}
    result = tumpeang("backup", **places)
    assert result.returncode == 0, result.stderr
    (data,), (keys,) = (tmp_path / "a").glob("data-*"), (tmp_path / "b").glob("keys-*")
    words = ["restore", "--rehearse", "--data", data, "--keys", keys]
    before = {path for path in Path(settings.DATA_DIR).rglob("*")}
    told = "\n".join([shares[2], *shares[0].split()])  # as a line, and a word on each line
    if databases.vendor() == "sqlite":
        assert_rehearsed(tumpeang(*words, told=told))
        assert {path for path in Path(settings.DATA_DIR).rglob("*")} == before
    else:
        refused = tumpeang(*words, told=told)
        assert refused.returncode == 1 and "--database" in refused.stderr
        with databases.empty():
            database = settings.DATABASE_URLS["owner"].replace("tumpeang_owner@", "")
            for _again in range(2):  # it was emptied again
                assert_rehearsed(tumpeang(*words, "--database", database, told=told))
    assert doctor.last_rehearsal(timezone.now()).good


def assert_rehearsed(result):
    assert result.returncode == 0, result.stdout + result.stderr
    for line in ("as many as the archive counts", "subject keys unwrap", "stay erased", "verify", "removed again"):
        assert line in result.stdout


def words_on(paper: str) -> str:
    """The words of a share as they stand on the paper, in the order of their numbers."""
    cells = re.findall(r"(\d+)\. ([a-z]+)\b", paper)
    return " ".join(word for _, word in sorted(cells, key=lambda cell: int(cell[0])))


def test_a_rehearsal_that_fails_says_so_and_leaves_the_stamp(house, tmp_path, settings):
    data, keys = back_up(house)
    content = bytearray(data.read_bytes())
    content[len(content) // 2] ^= 1
    data.write_bytes(content)
    words = ["restore", "--rehearse", "--data", data, "--keys", keys]
    with databases.empty():
        words += ["--database", settings.DATABASE_URLS["owner"]]
        result = tumpeang(*words, told="\n".join(house.shares[:2]))
        assert result.returncode == 1 and "the rehearsal failed" in result.stdout and "was changed" in result.stderr
    assert not Path(settings.REHEARSAL_STAMP).exists()


def test_escrow_shows_three_papers_where_there_is_no_terminal(own_keys, capsys):
    assert main(["keys", "escrow"]) == 0
    shown = capsys.readouterr().out
    for person in (1, 2, 3):
        assert f"recovery-0001   {person}/3" in shown
    assert "នាក់" in shown or "មនុស្ស" in shown, "in Khmer too"
    assert escrow.newest().name == "recovery-0001"


def test_at_a_terminal_each_person_sees_one_paper_and_the_screen_is_wiped(own_keys, committed, settings):
    settings.BACKUP_STAMP, settings.REHEARSAL_STAMP = own_keys / "last", own_keys / "rehearsed"
    terminal = Terminal("keys", "escrow")
    for person in (1, 2, 3):
        asked = terminal.until("Enter: ")
        assert f"Only person {person} looks" in asked and "/3 " not in asked, "no paper before its person is there"
        assert (WIPE in asked) == (person > 1)
        terminal.type("")
        shown = terminal.until("wipes the screen: ")
        assert f"recovery-0001   {person}/3" in shown and len(words_on(shown).split()) == escrow.WORDS
        assert escrow.newest() is None, "it counts when all three were seen"
        terminal.type("")
    assert WIPE in terminal.until("is in use")
    assert terminal.end() == 0 and escrow.newest().name == "recovery-0001"


def test_at_a_terminal_a_slip_can_be_mended(house, tmp_path):
    data, keys = back_up(house)
    with elsewhere(tmp_path / "new"):
        terminal = Terminal("restore", "--data", data, "--keys", keys)
        terminal.until("person 1 of 2: type the 33 words.")
        terminal.type(house.shares[0].replace(house.shares[0].split()[4], "bamboo", 1))
        terminal.until("Once more: word 5 is not a word of a share")
        terminal.type(house.shares[0])
        assert WIPE in terminal.until("person 2 of 2")
        for word in house.shares[2].split():
            terminal.type(word)
        assert WIPE in terminal.until("restored; everybody signs in anew")
        assert terminal.end() == 0
        assert Report.objects.get(pk=house.first).account["what"] == "first"
