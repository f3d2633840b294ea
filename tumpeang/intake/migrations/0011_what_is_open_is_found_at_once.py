"""Indexes over what is open only: few rows, however many are done."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("intake", "0010_a_word_when_a_caller_is_passed_on")]

    operations = [
        migrations.AddIndex("call", models.Index(fields=["began_at"], condition=Q(ended_at=None), name="call_running")),
        migrations.AddIndex(
            "duty", models.Index(fields=["said_at"], condition=Q(decided_at=None), name="duty_waiting")
        ),
        migrations.AddIndex("task", models.Index(fields=["due_at"], condition=Q(done_at=None), name="task_due")),
    ]
