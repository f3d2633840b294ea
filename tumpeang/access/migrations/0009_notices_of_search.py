"""Who knows somebody is told that another team looked for them, and that a colleague asks."""

from django.db import migrations, models

from tumpeang.access.states import NoticeKind


class Migration(migrations.Migration):
    dependencies = [("access", "0008_notices_of_triage")]

    operations = [
        migrations.AlterField("notice", "kind", models.CharField(choices=NoticeKind.choices, max_length=14)),
    ]
