"""A call keeps what was chosen in it; a call back whom it reached, and why now; a code word how often it was wrong."""

from django.db import migrations, models

from tumpeang.intake.states import Reached, RingReason
from tumpeang.vault.fields import EncryptedJSON, EncryptedText


class Migration(migrations.Migration):
    dependencies = [("intake", "0007_rings_for_tasks")]

    operations = [
        migrations.AddField("call", "answers", EncryptedJSON(editable=False, null=True)),
        migrations.AddField("call", "kept_at", models.DateTimeField(null=True)),
        migrations.AddField("call", "reached", models.CharField(choices=Reached.choices, default="", max_length=12)),
        migrations.AddField("call", "why_now", EncryptedText(editable=False, null=True)),
        migrations.AddField("caller", "tries", models.PositiveSmallIntegerField(default=0)),
        migrations.AddField("caller", "tried_at", models.DateTimeField(null=True)),
        migrations.AlterField("ring", "reason", models.CharField(choices=RingReason.choices, max_length=8)),
    ]
