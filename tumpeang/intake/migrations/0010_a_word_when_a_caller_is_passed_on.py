"""A worker passes a caller on to a colleague, with a word about them."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from tumpeang.vault.fields import EncryptedText


class Migration(migrations.Migration):
    dependencies = [("intake", "0009_a_line_while_reading_along")]

    operations = [
        migrations.AddField("caller", "passed_with", EncryptedText(editable=False, null=True)),
        migrations.AddField("caller", "passed_at", models.DateTimeField(null=True)),
        migrations.AddField(
            "caller",
            "passed_by",
            models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
    ]
