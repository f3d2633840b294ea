"""Who reads along a call can send its worker one line; it is kept with the call."""

from django.db import migrations, models

from tumpeang.vault.fields import EncryptedText


class Migration(migrations.Migration):
    dependencies = [("intake", "0008_what_a_call_keeps")]

    operations = [
        migrations.AddField("call", "prompt", EncryptedText(editable=False, null=True)),
        migrations.AddField("call", "prompted_at", models.DateTimeField(null=True)),
    ]
