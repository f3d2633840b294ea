"""What is open is found by its having no end: no other report may have one, and every ended one must.

Rows that say otherwise, of before acts waited for each other, are mended first: a restore of them must not stop here.
"""

from django.db import migrations, models
from django.db.models import Q

ENDED = "ended"
MENDED = [
    f"UPDATE intake_report SET ended_at = NULL WHERE stage <> '{ENDED}' AND ended_at IS NOT NULL",  # noqa: S608
    "UPDATE intake_report SET ended_at = coalesce(erased_at, answered_at, taken_at, received_at)"  # noqa: S608
    f" WHERE stage = '{ENDED}' AND ended_at IS NULL",
]


class Migration(migrations.Migration):
    dependencies = [("intake", "0012_what_is_open_is_counted_at_once")]

    operations = [
        migrations.RunSQL(MENDED, migrations.RunSQL.noop),
        migrations.AddConstraint(
            "report",
            models.CheckConstraint(
                condition=Q(stage=ENDED, ended_at__isnull=False) | ~Q(stage=ENDED) & Q(ended_at=None),
                name="ended_reports_alone_have_an_end",
            ),
        ),
    ]
