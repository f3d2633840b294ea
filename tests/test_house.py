"""The rules of the house that no linter knows: classified fields, keys pointing down, reads and writes in place."""

import ast
import inspect
import re
from pathlib import Path

import pytest
from django.apps import apps
from django.db import models

from tumpeang.access.records import Record
from tumpeang.vault.classes import Privacy
from tumpeang.vault.fields import EncryptedField

PACKAGE = Path(__file__).resolve().parent.parent / "tumpeang"
ROOMS = ["cases", "intake", "people", "letterbox", "directory", "access", "vault"]  # upper to lower
SOURCES = sorted(path for path in PACKAGE.rglob("*.py") if "migrations" not in path.parts)
OURS = [model for room in ROOMS for model in apps.get_app_config(room).get_models()]

# tables that are written outside the door, each with its reason
NOT_BEHIND_THE_DOOR = {
    "access.User": "the accounts library saves it at sign-in",
    "access.LogRow": "the door itself writes it",
    "access.StaffSession": "the session middleware writes it at each act",
    "letterbox.Draft": "the public process has neither accounts nor the log",
    "letterbox.SealedReport": "the same; opening it is an action of intake",
    "letterbox.Dialogue": "the same; its state is changed by intake's actions",
    "letterbox.Message": "the same; answers are written by intake's actions",
    "letterbox.Closure": "the same",
}
# files that hold reads and writes besides queries.py and actions.py, split by topic, each with its reason
TOPICS = {
    "intake/circle.py": "actions and queries of who may open one report",
    "intake/exposure.py": "actions and queries of what reading costs",
    "intake/my_callers.py": "actions and queries of one's own callers",
    "intake/along.py": "actions and queries of reading along",
    "intake/shift.py": "actions and queries of the shift",
    "intake/overview.py": "queries of the list, split by topic",
    "intake/outcomes.py": "queries and writes of what came of a report",
    "intake/triage.py": "actions and queries of levels",
    "intake/police.py": "actions and queries of contacts with the police",
    "intake/duty.py": "actions and queries of the duty to report",
    "intake/feedback.py": "actions and queries of what was told back",
    "intake/calls.py": "actions and queries of calls",
    "intake/call_report.py": "the report of a call: writes inside the acts of calls",
    "intake/call_acts.py": "actions within a call: advice, promises, steps, a receipt",
    "intake/callers.py": "actions and queries of who calls again",
    "intake/call_back.py": "actions of the agreed call back",
    "intake/opening.py": "actions of the worker: emptying the letterbox",
    "intake/alerts.py": "actions of the worker: ringing",
    "intake/erasing.py": "actions of erasure",
    "intake/keeping.py": "the rules of retention as one expression of a query",
    "intake/retention.py": "actions of the clock of retention",
    "intake/retention_queries.py": "queries of the clock of retention",
    "intake/safeguarding.py": "actions on reports about own staff",
    "intake/safeguarding_handing.py": "the action that hands one to the hotline",
    "intake/safeguarding_queries.py": "reads of the same",
    "intake/safeguarding_rings.py": "actions of the worker: ringing for the same",
    "access/seats.py": "actions of the seats that read them",
    "intake/bulk.py": "actions of the demo: synthetic reports in batches",
    "intake/reindex.py": "actions of key rotation",
    "cases/listing.py": "queries of the list, split by topic",
    "cases/opening.py": "actions of opening a case and of bringing reports to one",
    "cases/joining.py": "actions of splitting and merging",
    "cases/parts.py": "actions on people's parts in cases",
    "cases/consents.py": "actions of consent",
    "cases/closing.py": "actions of closing, which take two people",
    "cases/leaving.py": "what a leaver holds: reads and actions that the registry names",
    "people/together.py": "queries of which records are one person",
    "people/merging.py": "actions of joining and parting records of one person, which take two people",
    "people/pairs.py": "reads and acts of two records that may be of one person",
    "people/comparing.py": "actions of the worker: comparing records",
    "people/finding.py": "queries of the search, split by topic",
    "people/searching.py": "actions of the search",
    "people/elsewhere.py": "actions of asking whether another team knows somebody",
    "cases/elsewhere.py": "queries of whom others may hear of, said to the registry",
    "people/importing.py": "actions and queries of lists of people",
    "people/reindex.py": "actions of key rotation",
    "people/erasing.py": "actions of erasure",
    "access/sight.py": "what opens records to one worker, read once a request",
    "access/visibility.py": "who sees one record: the queries that every room's reads begin with",
    "access/circle.py": "actions of who may open one record",
    "access/glass.py": "actions and queries of broken glass",
    "access/notices.py": "actions of telling workers",
    "access/telling.py": "actions of the worker: carrying what was told by e-mail",
    "access/proposals.py": "actions that take two people",
    "access/invitations.py": "actions of beginning: the first password",
    "access/staff.py": "queries of the pages about workers, split by topic",
    "access/teams.py": "queries and actions of offices, teams and deputies",
    "access/leaving.py": "actions of closing an account",
    "access/logbook.py": "queries of the log's pages, and its checking",
    "intake/seeing.py": "queries of who saw a report",
    "access/checking.py": "checking the log, in slices",
    "intake/leaving.py": "what a leaver holds here, and its actions",
    "access/log.py": "the log's own reads and appends",
    "access/sign_in.py": "what the accounts library tells us",
    "access/sessions.py": "a session store reads its own table",
    "access/demo.py": "the demo's links",
}


def rel(path: Path) -> str:
    return str(path.relative_to(PACKAGE))


@pytest.mark.parametrize("model", OURS, ids=lambda m: m._meta.label)
def test_every_field_says_how_careful_one_must_be(model):
    for field in model._meta.get_fields():
        if not isinstance(field, models.Field):
            continue
        kind = getattr(field, "privacy", None)
        assert kind in set(Privacy), f"{model._meta.label}.{field.name} has no class"
        if kind in {Privacy.IDENTITY, Privacy.NARRATIVE}:
            assert isinstance(field, EncryptedField), f"{model._meta.label}.{field.name} is stored in clear"


@pytest.mark.parametrize("model", OURS, ids=lambda m: m._meta.label)
def test_keys_point_down_and_protect(model):
    for field in model._meta.get_fields():
        if not (isinstance(field, models.ForeignKey) and not field.auto_created):
            continue
        target = field.related_model._meta.app_label
        if target != model._meta.app_label:
            assert ROOMS.index(model._meta.app_label) < ROOMS.index(target), f"{field} points up"
            assert field.remote_field.related_name == "+", f"{field} shows itself to a lower room"
        assert field.remote_field.on_delete is models.PROTECT, f"{field} would take rows with it"


@pytest.mark.parametrize("model", OURS, ids=lambda m: m._meta.label)
def test_tables_are_records(model):
    assert issubclass(model, Record) != (model._meta.label in NOT_BEHIND_THE_DOOR), model._meta.label


@pytest.mark.parametrize("model", OURS, ids=lambda m: m._meta.label)
def test_every_index_says_why(model):
    source = Path(inspect.getsourcefile(model)).read_text().splitlines()
    for index in model._meta.indexes:
        line = next((n for n, text in enumerate(source) if f'"{index.name}"' in text), None)
        assert line is not None, index.name
        near = "\n".join(source[max(0, line - 4) : line + 1])
        assert "#" in near, f"{index.name} does not say why it is there"


@pytest.mark.parametrize("path", SOURCES, ids=rel)
def test_tables_are_read_in_queries_and_written_in_actions(path):
    room = path.relative_to(PACKAGE).parts[0]
    topics = {path.stem, path.parent.name} & {"models", "queries", "actions"}
    if room == "config" or topics or rel(path) in TOPICS:
        return
    assert ".objects" not in path.read_text(), f"{rel(path)} goes to the tables itself"


@pytest.mark.parametrize("path", SOURCES, ids=rel)
def test_files_and_functions_stay_small(path):
    text = path.read_text()
    assert text.count("\n") <= 400, f"{rel(path)} wants a wall"
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef):
            assert (node.end_lineno or 0) - node.lineno < 50, f"{rel(path)}:{node.name} is long"


def test_views_leave_refusals_to_the_middleware():
    for path in SOURCES:
        if "views" in path.parts or path.stem == "views":
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.ExceptHandler):
                    caught = ast.unparse(node.type) if node.type else "everything"
                    assert not re.search(r"Denied|NotNow|Exception|everything", caught), f"{rel(path)} catches {caught}"


def test_actions_are_keyword_only_and_name_their_actor():
    for room in ROOMS:
        for path in (PACKAGE / room).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.FunctionDef) and any(_is_action(mark) for mark in node.decorator_list):
                    names = [argument.arg for argument in node.args.kwonlyargs]
                    assert not node.args.args and "by" in names, f"{rel(path)}:{node.name}"


def _is_action(mark) -> bool:
    return isinstance(mark, ast.Call) and getattr(mark.func, "id", "") == "action"


def test_every_dependency_says_why():
    text = (PACKAGE.parent / "pyproject.toml").read_text()
    for line in re.findall(r'^    "[a-zA-Z].*$', text, flags=re.MULTILINE):
        if re.match(
            r'    "(django|argon2|whitenoise|gunicorn|crypto|pynacl|psycopg|pyyaml|phone|cambodia|font|babel|py|hyp)',
            line,
        ):
            assert "#" in line, line


def test_the_lock_holds_no_address():
    for name in ("requirements.lock", "requirements-dev.lock"):
        text = (PACKAGE.parent / name).read_text()
        assert "://" not in text and "--index" not in text and "--hash=sha256:" in text


def test_nothing_is_left_open_in_the_code():
    for path in SOURCES:
        assert not re.search(r"\b(TODO|FIXME|XXX)\b", path.read_text()), rel(path)
