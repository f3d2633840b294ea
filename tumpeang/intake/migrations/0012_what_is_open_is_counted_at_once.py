"""Indexes for what every page counts: open reports with all that is asked of them, and what waits for a second reader."""

from django.db import migrations, models
from django.db.models import Q

COUNTED = ["stage", "taken_by", "team", "answered_at", "due_at", "id", "ended_at", "erased_at"]


class Migration(migrations.Migration):
    dependencies = [("intake", "0011_what_is_open_is_found_at_once")]

    operations = [
        migrations.AddIndex(
            "report", models.Index(fields=COUNTED, condition=Q(ended_at=None, erased_at=None), name="report_open")
        ),
        migrations.AddIndex("answer", models.Index(fields=["stage"], name="answer_stage")),
        migrations.AddIndex("task", models.Index(fields=["kind"], condition=Q(done_at=None), name="task_of_kind")),
    ]
