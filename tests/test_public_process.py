"""The public process, run apart: it can drop a report in and cannot read one back."""

import json
import os
import subprocess
import sys

import psycopg
import pytest
from django.conf import settings
from django.utils import timezone

from tests import databases
from tumpeang.config.cli.server import _environment
from tumpeang.intake.opening import Opener
from tumpeang.letterbox import actions as letterbox
from tumpeang.letterbox.models import Dialogue, SealedReport

SCRIPT = """
import json, sys
import django
django.setup()
from django.apps import apps
from django.db import connection
from django.test import Client
out = {}
client = Client(headers={"origin": "http://testserver"})
answer = client.post("/en/start/short/", {"what": "dropped in by the public process", "w": "b", "n": "n" * 43})
out["status"] = answer.status_code
out["receipt"] = "receipt" in answer.content.decode()
out["loaded"] = [name for name in sys.modules if name.split(".")[0] == "allauth" or name.startswith(
    ("django.contrib.sessions.models", "django.contrib.auth.models", "tumpeang.access.models", "tumpeang.intake"))]
out["apps"] = [app.label for app in apps.get_app_configs()]
def attempt(act):
    try:
        return "read: " + repr(act())[:80]
    except Exception as error:
        return type(error).__name__
from tumpeang.letterbox import actions as letterbox
from tumpeang.letterbox.models import Dialogue, SealedReport
from tumpeang.vault import keyring, keystore, sealed
out["own_row"] = attempt(lambda: SealedReport.objects.first().sealed)
out["private_half"] = attempt(lambda: sealed.private_half("hotline-0001"))
out["keyring"] = attempt(lambda: keyring.keyring())
out["keystore"] = attempt(lambda: keystore.keystore())
def sql(statement):
    def run():
        with connection.cursor() as cursor:
            cursor.execute(statement)
            return cursor.fetchone()
    return run
for table in ("letterbox_sealedreport", "intake_report", "access_logrow", "access_user", "django_session"):
    out[table] = attempt(sql(f"SELECT * FROM {table}"))
out["delete"] = attempt(sql("DELETE FROM letterbox_dialogue"))
out["environment"] = sorted(name for name in __import__("os").environ if name.startswith(("KEY", "SECRET", "DATABASE")))
print(json.dumps(out))
"""


@pytest.fixture
def its_environment(committed, own_keys, monkeypatch):
    for name, face in (("DATABASE_URL", "app"), ("DATABASE_OWNER_URL", "owner"), ("DATABASE_PUBLIC_URL", "public")):
        monkeypatch.setenv(name, databases.role_url(face))
    monkeypatch.setenv("PUBLIC_KEYS_DIR", str(settings.PUBLIC_KEYS_DIR))
    return _environment("public") | {
        "DJANGO_SETTINGS_MODULE": "tumpeang.config.settings",
        "DATABASE_PUBLIC_URL": databases.role_url("public"),
        "PUBLIC_HOSTS": "testserver",
        "DATA": str(own_keys / "no-keys-here"),
        "STATIC_ROOT": str(settings.STATIC_ROOT),
    }


def run(environment, *arguments):
    command = [sys.executable, *arguments]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, cwd=os.getcwd())
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture
def public_process(its_environment):
    return json.loads(run(its_environment, "-c", SCRIPT).splitlines()[-1])


def test_it_is_started_by_a_command_that_knows_no_staff_room_either(its_environment):
    """As the service does it; the command reads all groups of commands before it looks for its own."""
    assert "--face" in run(its_environment, "-m", "tumpeang", "serve", "--face", "public", "--help")


def test_it_drops_a_report_in_that_staff_can_read(public_process):
    assert (public_process["status"], public_process["receipt"]) == (200, True)
    row = SealedReport.objects.get()
    assert b"dropped in by the public process" not in bytes(row.sealed)
    assert Opener().run(timezone.now()) == 1


def test_it_holds_no_key_that_opens_anything(public_process):
    assert public_process["private_half"] == "MissingKey"
    assert public_process["keyring"] == public_process["keystore"] == "MissingKey"
    assert public_process["environment"] == ["DATABASE_PUBLIC_URL"]


def test_it_has_neither_accounts_nor_sessions(public_process):
    assert public_process["loaded"] == []
    assert set(public_process["apps"]) == {"staticfiles", "config", "vault", "directory", "letterbox"}


def test_its_role_reads_nothing_back(public_process):
    """On PostgreSQL the database refuses; SQLite has no roles, so there only sealed envelopes can be had."""
    refused = [
        "own_row",
        "letterbox_sealedreport",
        "intake_report",
        "access_logrow",
        "access_user",
        "django_session",
        "delete",
    ]
    if databases.vendor() == "postgresql":
        assert {name: public_process[name] for name in refused} == dict.fromkeys(refused, "ProgrammingError")
    else:
        assert public_process["own_row"].startswith("read: b")
        assert "dropped in" not in public_process["own_row"]


def test_its_role_cannot_write_what_looks_like_our_answer(committed, own_keys):
    """Row-level security on PostgreSQL; SQLite has no roles to hold to it, and the threat model says so."""
    now = timezone.now()
    cookie, _ = letterbox.open_draft(way="adult", language="en", now=now)
    letterbox.send(cookie=cookie, mark="", now=now)
    dialogue = Dialogue.objects.get()
    statement = (
        "INSERT INTO letterbox_message (id, dialogue_id, from_reporter, recipient, sealed, at)"
        " VALUES (gen_random_uuid(), %s, %s, '', '', now())"
    )
    if databases.vendor() == "postgresql":
        with psycopg.connect(databases.role_url("public"), autocommit=True) as public:
            public.execute(statement, [dialogue.pk, True])
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                public.execute(statement, [dialogue.pk, False])
