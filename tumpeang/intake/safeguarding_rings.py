"""Ringing those who read reports about own staff, and nobody else: whoever a report names may be on call.

Each is rung for what they have not seen: at once, then once a day. While somebody in it is not safe and neither has
looked, every five minutes. Runs in the staff side's worker.
"""

from datetime import datetime, timedelta

from tumpeang.access.door import SYSTEM, Actor, action
from tumpeang.access.models import User
from tumpeang.access.rules import only_house
from tumpeang.intake import alerts
from tumpeang.intake import safeguarding_queries as queries
from tumpeang.intake.models import KeptOut
from tumpeang.intake.states import RingReason
from tumpeang.letterbox.models import SealedReport

URGENT_AGAIN, AGAIN = timedelta(minutes=5), timedelta(days=1)


def ring_due(now: datetime) -> int:
    """Ring whoever is due; returns how many were rung."""
    rows = list(queries.all_sealed())
    for row, person in queries.named_by_reporter(rows):
        keep_out_named(by=SYSTEM, row=row, user=person, now=now)
    came, seen, rung, people = queries.newest(rows), queries.reads(rows), queries.rung(rows), queries.readers(rows)
    looked_at = {(report, since) for report, _user, since in seen}
    done = 0
    for row in rows:
        since = came[row.pk]
        again = URGENT_AGAIN if row.urgent and (row.pk, since) not in looked_at else AGAIN
        for person in people[row.pk]:
            last = rung.get((row.pk, person.pk, since))
            if (row.pk, person.pk, since) not in seen and (last is None or now - last >= again):
                alerts.ring(by=SYSTEM, report=row.pk, user=person, reason=RingReason.SEALED, since=since, now=now)
                done += 1
    return done


@action("safeguarding.keep_out_named", rule=only_house, target="row")
def keep_out_named(*, by: Actor, row: SealedReport, user: User, now: datetime) -> None:
    """The reporter said that it is about one of the two: it was never sealed to them, and never will be."""
    KeptOut.objects.get_or_create(report=row.pk, user=user, defaults={"at": now})
