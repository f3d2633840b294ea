"""`tumpeang doctor`: is this deployment sound, and if not, what to do."""

import re
import shutil
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
from django.conf import settings
from django.db import connection

from tumpeang.access import checking
from tumpeang.access import queries as access
from tumpeang.access.states import Seat
from tumpeang.config import backup
from tumpeang.intake import alerts
from tumpeang.intake import queries as intake
from tumpeang.vault import escrow, holders

ENOUGH_DISK = 2 * 1024**3
BACKUP_AGE = timedelta(hours=26)  # a nightly backup and some patience
REHEARSAL_AGE = timedelta(days=100)  # four times a year, and some patience
LOG_AGE = timedelta(hours=50)  # the worker checks the log once a day
REVIEW = settings.BASE.parent / "docs" / "reference" / "khmer-review.md"


@dataclass(frozen=True)
class Finding:
    name: str
    good: bool
    what: str  # what was seen; for a bad one, what to do

    def line(self) -> str:
        return f"{'well' if self.good else 'MEND'}  {self.name}: {self.what}"


def examine(now: datetime | None = None) -> list[Finding]:
    now = now or datetime.now(UTC)
    return [
        keys_apart(),
        keys_private(),
        safeguarding_keys_away(),
        safeguarding_seats(),
        debug_off(),
        https_on(),
        demo_off(),
        roles_narrow(),
        disk_space(),
        recovery_key(),
        backups_apart(),
        last_backup(now),
        last_rehearsal(now),
        khmer_signed(),
        alarms_go_out(),
        way_open(now),
        log_whole(now),
    ]


def _finding(name: str, good: bool, well: str, mend: str) -> Finding:
    return Finding(name, good, well if good else mend)


def keys_apart() -> Finding:
    """Keys in the database's folder travel with its backup."""
    url = urlsplit(settings.DATABASE_URLS["app"])
    folder = Path(url.path[1:]).absolute().parent if url.scheme == "sqlite" else None
    places = [settings.KEYRING_DIR, settings.PUBLIC_KEYS_DIR, settings.KEYSTORE_DIR]
    inside = [str(place) for place in places if folder and Path(place).absolute().is_relative_to(folder)]
    return _finding(
        "keys outside the database", not inside, "keys and database lie apart",
        f"move {', '.join(inside)} away from the database (KEYRING_DIR, PUBLIC_KEYS_DIR, KEYSTORE_DIR)",
    )  # fmt: skip


def keys_private() -> Finding:
    places = [Path(settings.KEYRING_DIR), Path(settings.KEYSTORE_DIR)]
    loose = [str(place) for place in places if place.exists() and place.stat().st_mode & 0o077]
    return _finding("keys private", not loose, "only this user reads them", f"run: chmod 700 {' '.join(loose)}")


def safeguarding_keys_away() -> Finding:
    here = sorted(path.name for path in Path(settings.SAFEGUARDING_DIR).rglob("*.key"))
    return _finding(
        "safeguarding keys away", not here, "no private half of a seat is on this machine",
        f"give {', '.join(here)} in {settings.SAFEGUARDING_DIR} each to its own person, then remove them here",
    )  # fmt: skip


def safeguarding_seats() -> Finding:
    """Two people read reports about own staff, each with the newest key of their seat, and hear that one waits."""
    seats = {row.seat: row for row in access.seats()}
    missing = [f"fill the seat '{seat}' (page of the seats)" for seat in Seat if seat not in seats]
    for row in seats.values():
        if row.key != holders.newest_name(holders.kind_of(row.seat)):
            missing.append(f"with {row.user.display_name}, run: tumpeang safeguarding key {row.seat}")
        if not row.user.alert_email:
            missing.append(f"give {row.user.display_name} an alert e-mail")
    return _finding("safeguarding seats", not missing, "both are filled, and both are told", "; ".join(missing))


def debug_off() -> Finding:
    return _finding("debug off", not settings.DEBUG, "no error page shows values", "unset DEBUG")


def https_on() -> Finding:
    return _finding(
        "HTTPS", settings.HTTPS, "cookies are sent over HTTPS only", "put a proxy with HTTPS in front and set HTTPS=yes"
    )


def demo_off() -> Finding:
    demo = settings.DEMO or access.bears_demo_mark()
    return _finding(
        "no demo", not demo, "not told to be a demo, and not marked as one",
        "unset DEMO, and start from an empty database: this one bears the demo mark",
    )  # fmt: skip


def roles_narrow() -> Finding:
    """Asks the database itself, as the public face's role."""
    name = "database roles"
    if connection.vendor != "postgresql":
        return Finding(name, True, "SQLite has none; docs/explanation/threat-model.md says what that leaves open")
    urls = settings.DATABASE_URLS
    if len({urlsplit(url).username for url in urls.values()}) < len(urls):
        return Finding(name, False, "set DATABASE_OWNER_URL and DATABASE_PUBLIC_URL to roles of their own")
    with psycopg.connect(urls["public"]) as public:
        row = public.execute(
            "SELECT has_table_privilege('letterbox_sealedreport', 'SELECT'),"
            " has_table_privilege('intake_report', 'SELECT')"
        ).fetchone()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT has_table_privilege('access_logrow', 'UPDATE'), has_table_privilege('access_logrow', 'DELETE')"
        )
        log = cursor.fetchone()
    narrow = row is not None and not any(row) and not any(log)
    return _finding(
        name, narrow, "the public face cannot read reports; nobody changes the log", "run: tumpeang migrate"
    )


def disk_space() -> Finding:
    free = shutil.disk_usage(settings.DATA_DIR if settings.DATA_DIR.exists() else Path.cwd()).free
    gib = free / 1024**3
    return _finding("disk space", free >= ENOUGH_DISK, f"{gib:.0f} GiB free", f"{gib:.1f} GiB free: make room")


def recovery_key() -> Finding:
    key = escrow.newest()
    return _finding(
        "recovery key", key is not None, f"{key.name if key else ''}: two of three people open the backups",
        "run: tumpeang keys escrow",
    )  # fmt: skip


def backups_apart() -> Finding:
    name = "backups apart"
    try:
        backup.places(settings.BACKUP_TO, settings.BACKUP_KEYS_TO)
    except backup.Refused as error:
        return Finding(name, False, str(error))
    return Finding(name, True, "database and keys go to different folders")


def last_backup(now: datetime) -> Finding:
    note = backup.failure_note()
    if note.exists():
        return Finding("last backup", False, f"the last try failed, {note.read_text()}")
    age = _age(Path(settings.BACKUP_STAMP), now)
    seen = f"{age.total_seconds() / 3600:.0f} hours ago" if age else "never"
    good = age is not None and age < BACKUP_AGE
    return _finding("last backup", good, seen, f"{seen}; run: tumpeang backup, and see that the worker runs")


def last_rehearsal(now: datetime) -> Finding:
    age = _age(Path(settings.REHEARSAL_STAMP), now)
    seen = f"{age.days} days ago" if age else "never"
    good = age is not None and age < REHEARSAL_AGE
    return _finding("last rehearsed restore", good, seen, f"{seen}; see docs/how-to/recover.md")


def _age(stamp: Path, now: datetime) -> timedelta | None:
    return now - datetime.fromtimestamp(stamp.stat().st_mtime, UTC) if stamp.exists() else None


def khmer_signed() -> Finding:
    """Every Khmer line that a reporter meets is signed by a reader."""
    lines = REVIEW.read_text().splitlines() if REVIEW.exists() else []
    rows = [line for line in lines if re.match(r"- \[[ x]\] ", line)]
    open_rows = [line for line in rows if line.startswith("- [ ]")]
    good = bool(rows) and not open_rows
    return _finding(
        "Khmer signed",
        good,
        f"{len(rows)} lines signed",
        f"{len(open_rows)} of {len(rows)} lines wait in {REVIEW.name}",
    )


def alarms_go_out() -> Finding:
    """Somebody on call is told outside the pages."""
    missing = []
    deaf = [user.display_name for user in alerts.on_call() if not user.alert_email]
    if not settings.ALERT_WEBHOOK and (deaf or not alerts.on_call()):
        missing.append(f"set ALERT_WEBHOOK, or give an alert e-mail to {', '.join(deaf) or 'somebody on call'}")
    return _finding("alarms go out", not missing, "everybody on call is reached", "; ".join(missing))


def way_open(now: datetime) -> Finding:
    health = intake.health_now(now)
    return _finding(
        "reports arrive", health.ok, f"the last test report came {round((health.canary_age or 0) / 60)} minutes ago",
        "start the worker (tumpeang worker), then run: tumpeang canary",
    )  # fmt: skip


def log_whole(now: datetime) -> Finding:
    """How the worker's last check of the log ended."""
    name, last = "log", checking.last()
    if last is None or now - last.when > LOG_AGE:
        return Finding(name, False, "not checked for two days: is the worker running? By hand: tumpeang audit verify")
    return _finding(
        name, last.whole, f"whole, {last.walk.seq} rows", "rows were changed, removed or added: tumpeang audit verify"
    )
