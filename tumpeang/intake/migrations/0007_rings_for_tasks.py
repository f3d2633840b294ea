"""Who has something to do for a report is rung when its time is over."""

from django.db import migrations, models

from tumpeang.intake.states import RingReason


class Migration(migrations.Migration):
    dependencies = [("intake", "0006_where_it_lies_and_who_was_asked")]

    operations = [
        migrations.AlterField("ring", "reason", models.CharField(choices=RingReason.choices, max_length=8)),
    ]
