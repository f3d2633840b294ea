"""What every test may use: a database with reference data, keys, the cast, and a client for each face."""

import itertools
import socket

import pytest
from django.conf import settings as django_settings
from django.test import Client, override_settings
from django.utils import timezone, translation

from tests import cast as the_cast
from tests import databases, reports
from tumpeang.config.cli.keys import init as make_keys
from tumpeang.intake import actions
from tumpeang.intake.opening import Opener

# ---- ground ------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="session", autouse=True)
def no_network():
    """Connections leave this machine in no test."""
    connect = socket.socket.connect

    def guarded(self, address):
        if self.family in {socket.AF_INET, socket.AF_INET6} and address[0] not in {"127.0.0.1", "::1", "localhost"}:
            raise AssertionError("a test tried to reach the network")
        return connect(self, address)

    socket.socket.connect = guarded
    yield
    socket.socket.connect = connect


@pytest.fixture(scope="session")
def django_db_setup(django_db_blocker):
    """Tables as their owner, and connections as the role that the application has."""
    with django_db_blocker.unblock():
        databases.TEMPLATE = databases.make_template()


@pytest.fixture(scope="session", autouse=True)
def session_keys():
    """One set of keys for the run; tests that change keys take `own_keys`."""
    make_keys()


@pytest.fixture
def own_keys(tmp_path, settings):
    """Keys and key store of this test alone."""
    for name in ("KEYRING_DIR", "PUBLIC_KEYS_DIR", "SAFEGUARDING_DIR", "KEYSTORE_DIR"):
        setattr(settings, name, tmp_path / name.lower())
    settings.LOG_HEADS = tmp_path / "heads" / "heads.jsonl"
    settings.ERASURES = tmp_path / "erasures" / "list"
    make_keys()
    return tmp_path


_copies = itertools.count()


@pytest.fixture
def committed(django_db_setup, django_db_blocker):
    """A database of one's own in which transactions are real: for threads, crashes and the log's chain."""
    with django_db_blocker.unblock(), databases.copy_of(databases.TEMPLATE, next(_copies)) as name:
        yield name


@pytest.fixture
def in_english():
    """Refusals of actions speak English, for tests that read them outside a page."""
    with translation.override("en"):
        yield


@pytest.fixture
def now():
    return timezone.now()


# ---- people ------------------------------------------------------------------------------------------------------


@pytest.fixture
def cast(db, now):
    """The cast's accounts: `cast.sokha` (call-taker), `cast.bopha`, `cast.dara` (supervisor), `cast.vanna` (deputy)."""
    return the_cast.hire(now)


@pytest.fixture
def sign_in():
    """`sign_in(cast.sokha)`: a client of the staff face, signed in with a second factor."""

    return the_cast.signed_in


class PublicClient(Client):
    """A phone on the public face: its own addresses and middleware, Origin as a browser sends it."""

    def request(self, **request):
        with override_settings(
            ROOT_URLCONF="tumpeang.config.urls_public", MIDDLEWARE=django_settings.PUBLIC_MIDDLEWARE
        ):
            return super().request(**request)

    def post(self, *args, **kwargs):
        kwargs.setdefault("headers", {"origin": "http://testserver"})
        return super().post(*args, **kwargs)


@pytest.fixture
def public(db):
    return PublicClient()


@pytest.fixture
def phone():
    """`phone()`: one more client of the public face."""
    return PublicClient


# ---- reports -----------------------------------------------------------------------------------------------------


@pytest.fixture
def opener():
    return Opener()


@pytest.fixture
def drop_report(db, now, opener):
    """`drop_report(way="child", safety_now="not_safe")`: sent through the letterbox and opened; has `.receipt`."""
    return reports.dropping(now, opener)


@pytest.fixture
def taken(cast, drop_report, now):
    """`taken(safety_now="not_safe")`: a report that Sokha holds."""

    def take(by=None, **answers):
        report = drop_report(**answers)
        actions.take(by=by or cast.sokha, report=report, now=now)
        receipt = report.receipt
        report.refresh_from_db()
        report.receipt = receipt
        return report

    return take
