"""The drill itself: people work, blows fall at moments that a seed decides, the books are read after each."""

import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.test import Client
from django.utils import timezone

from tests import cast as the_cast
from tests.crash import checks
from tests.crash.checks import Fault
from tests.crash.house import House
from tests.crash.ledger import Ledger
from tests.crash.people import CallTaker, Person, Reporter, SecondReader
from tumpeang.access.models import LogRow
from tumpeang.intake.models import Answer, Report
from tumpeang.intake.opening import Opener
from tumpeang.vault.keystore import keystore

PATIENCE = 120.0  # seconds without anything acknowledged
EVERYTHING, ONE, DATABASE = "everything", "one process", "the database"


@dataclass
class Outcome:
    """What a drill has found."""

    blows: Counter[str] = field(default_factory=Counter)
    faults: dict[Fault, None] = field(default_factory=dict)  # each once, in the order in which they were found
    read: dict[str, int] = field(default_factory=dict)  # how much was held against the ledger at the end

    def count(self, kind: str) -> int:
        return sum(fault.kind == kind for fault in self.faults)


@dataclass
class Drill:
    """`crash_database`, where the database is a server that may be killed too."""

    house: House
    ledger: Ledger
    seed: int
    apart: tuple[int, int]  # at least and at most so many acknowledgements between two blows
    say: Callable[[str], None] = lambda _text: None
    crash_database: Callable[[], None] | None = None
    outcome: Outcome = field(default_factory=Outcome)

    def run(self) -> Outcome:
        random = Random(self.seed)
        people = crowd(self.house, self.ledger, self.seed)
        self.house.open()
        with at_work(people):
            while not (self.ledger.enough_reports and self.ledger.enough_acts):
                self._wait(self.ledger.count + random.randint(*self.apart), people)
                time.sleep(random.random() * 0.1)  # somewhere within an act
                self._strike(random)
        self.house.kill()
        self._end()
        return self.outcome

    def _wait(self, count: int, people: list[Person]) -> None:
        """Until so much is acknowledged, or all that is wanted. Raises what went wrong with one of the people."""
        known, since = self.ledger.count, time.monotonic()
        while self.ledger.count < count and not (self.ledger.enough_reports and self.ledger.enough_acts):
            time.sleep(0.005)
            if self.ledger.count > known:
                known, since = self.ledger.count, time.monotonic()
            if fault := next((person.fault for person in people if person.fault), None):
                raise fault
            if time.monotonic() - since > PATIENCE:
                raise AssertionError(f"nobody is answered any more:\n{self.house.said()}")

    def _strike(self, random: Random) -> None:
        kinds = {EVERYTHING: 3, ONE: 2} | ({DATABASE: 1} if self.crash_database else {})
        blow = random.choices(list(kinds), list(kinds.values()))[0]
        self.house.must_stand()
        self.outcome.blows[blow] += 1
        if blow == ONE:
            self.house.kill_one(random)
        elif blow == DATABASE and self.crash_database:
            self.crash_database()
        else:
            self.house.kill()
            self._read(checks.after_a_kill(self.ledger))
            self.house.open()
        self.say(f"blow {self.outcome.blows.total()}: {blow}; {self.progress()}")

    def progress(self) -> str:
        told, done, vain = len(self.ledger.told), len(self.ledger.done), len(self.ledger.unanswered)
        return f"{told} reports, {done} acts acknowledged, {vain} presses in vain, {len(self.outcome.faults)} faults"

    def _read(self, faults: Iterator[Fault]) -> None:
        checks.settled()
        self.outcome.faults |= dict.fromkeys(faults)

    def _end(self) -> None:
        """Open what still waits, and read everything."""
        checks.settled()
        opener = Opener()
        while opener.run(timezone.now()):
            pass
        if opener.stuck:
            self.outcome.faults |= dict.fromkeys(Fault(checks.LOST, f"{one} does not open") for one in opener.stuck)
        self._read(checks.at_the_end(self.ledger))
        self.outcome.read = {
            "log rows": LogRow.objects.count(),
            "signed heads": sum(bool(line.strip()) for line in Path(settings.LOG_HEADS).read_text().splitlines()),
            "reports": Report.objects.count(),
            "answers": Answer.objects.count(),
            "keys": keystore().count(),
        }


@contextmanager
def at_work(people: list[Person]) -> Iterator[None]:
    for person in people:
        person.start()
    try:
        yield
    finally:
        for person in people:
            person.over.set()
        for person in people:
            person.join()


def crowd(house: House, ledger: Ledger, seed: int) -> list[Person]:
    """Three who report, two who answer with two browsers each, two second readers: the cast, signed in."""
    cast = the_cast.hire(timezone.now())
    people: list[Person] = [Reporter(f"reporter {number}", house.port, ledger, seed=seed) for number in range(3)]
    for one, other in [(cast.sokha, cast.bopha), (cast.bopha, cast.sokha)]:
        session = _session(one)
        for browser in ("phone", "desk"):
            name = f"{one.username} {browser}"
            people.append(CallTaker(name, one, session, house.staff_port, ledger, seed=seed, colleague=other))
    for one in (cast.dara, cast.vanna):
        people.append(SecondReader(one.username, one, _session(one), house.staff_port, ledger, seed=seed))
    return people


def _session(user: Any) -> str:
    """A session of the staff face, signed in with a second factor; the value of its cookie."""
    secret = get_adapter().encrypt("JBSWY3DPEHPK3PXP")
    Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={"secret": secret})
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client.cookies[settings.SESSION_COOKIE_NAME].value
