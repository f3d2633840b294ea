"""What is open is found by its having no end: no other report may have one, and every ended one must."""

from django.db import migrations, models
from django.db.models import Q

ENDED = "ended"


class Migration(migrations.Migration):
    dependencies = [("intake", "0012_what_is_open_is_counted_at_once")]

    operations = [
        migrations.AddConstraint(
            "report",
            models.CheckConstraint(
                condition=Q(stage=ENDED, ended_at__isnull=False) | ~Q(stage=ENDED) & Q(ended_at=None),
                name="ended_reports_alone_have_an_end",
            ),
        ),
    ]
