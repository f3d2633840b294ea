"""Workers are told of lowered levels, of police who do not act, and of decisions about the duty to report."""

from django.db import migrations, models

from tumpeang.access.states import NoticeKind


class Migration(migrations.Migration):
    dependencies = [("access", "0007_notices_of_cases")]

    operations = [
        migrations.AlterField("notice", "kind", models.CharField(choices=NoticeKind.choices, max_length=14)),
    ]
