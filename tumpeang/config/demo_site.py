"""`make run` and `tumpeang demo`: a filled site for a look around, on this machine only."""

import sys

from django.conf import settings
from django.utils import timezone, translation

from tumpeang.access import demo as links
from tumpeang.access import queries
from tumpeang.access.models import Mark, User
from tumpeang.access.roles import ROLE_NAMES
from tumpeang.config import tables
from tumpeang.config.cli import keys
from tumpeang.vault import holders


def prepare() -> None:
    """Keys, tables, reference data and the story, each only if missing."""
    settings.DATA_DIR.mkdir(parents=True, exist_ok=True)
    keys.init()
    for line in tables.renew():
        print(f"  {line}", flush=True)
    if not Mark.objects.filter(name=Mark.DEMO).exists():
        fill(scale=0)


def fill(*, scale: int) -> int:
    """Play the story into an empty installation; `scale` adds that many synthetic reports."""
    from demo import play, scaled

    now = timezone.now()
    if not queries.workers().exists():
        play.hire(now=now)
        print("  the demo's people have arrived", flush=True)
        receipts = play.play(now=now)
        print(f"  the story is played: {len(receipts)} reports", flush=True)
        print(f"  a receipt to try at /code/: {receipts[4]}", flush=True)
    elif not Mark.objects.filter(name=Mark.DEMO).exists():
        print("This installation is in use and bears no demo mark: nothing was added.", file=sys.stderr)
        return 1
    if scale:
        for done in scaled.add_reports(scale, now=now):
            print(f"\r  synthetic reports: {done} of {scale}", end="", flush=True)
        print()
    return 0


@translation.override("en")  # a terminal seldom shows Khmer well
def print_addresses() -> None:
    print(f"\n  Public face   http://localhost:{settings.PORT}/")
    print(f"  Staff face    http://localhost:{settings.STAFF_PORT}/")
    if queries.is_demo():
        print("\n  Sign in as one of the demo's people:")
        for user in User.objects.filter(is_active=True).order_by("username"):
            roles = ", ".join(str(ROLE_NAMES[role]) for role in user.roles())
            print(
                f"    {user.display_name:<8} {roles:<20} http://localhost:{settings.STAFF_PORT}{links.sign_in_path(user)}"
            )
        print("\n  Reports about own staff open with a key that only its person has; here they lie in:")
        for row in queries.seats():
            print(f"    {row.user.display_name:<8} {holders.folder_of(holders.kind_of(row.seat)) / row.key}.key")
    print("\n  Stop with Ctrl+C. Everything is kept under", settings.DATA_DIR, "\n", flush=True)
