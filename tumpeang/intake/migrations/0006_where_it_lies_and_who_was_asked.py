"""Three countries of a report, the mark of an obstruction, and the question to a lawyer."""

from django.db import migrations, models

KINDS = [
    ("clinical_care", "Offer clinical care: 72 hours count"),
    ("second_opinion", "A second opinion is asked for"),
    ("promise", "Promised"),
    ("follow_up", "Ask how they are"),
    ("police_next", "Ask the next rung of the police"),
    ("duty_opinion", "Does the law oblige us to report?"),
    ("duty", "Report as the law obliges us"),
]


class Migration(migrations.Migration):
    dependencies = [("intake", "0005_the_desk")]

    operations = [
        migrations.AddField("policecontact", "obstruction", models.CharField(default="", max_length=30)),
        migrations.AddField("report", "country_of_alleged", models.CharField(default="", max_length=2)),
        migrations.AddField("report", "country_of_child", models.CharField(default="", max_length=2)),
        migrations.AddField("report", "country_of_host", models.CharField(default="", max_length=2)),
        migrations.AlterField("task", "kind", models.CharField(choices=KINDS, max_length=20)),
    ]
