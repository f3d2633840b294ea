from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("intake", "0001_initial")]

    operations = [
        migrations.RemoveConstraint(model_name="ring", name="rung_once"),
        migrations.AddField(
            model_name="ring",
            name="reason",
            field=models.CharField(
                max_length=8,
                choices=[
                    ("untaken", "An immediate report that nobody has taken"),
                    ("late", "A report past its clock"),
                    ("sealed", "A sealed report waits"),
                ],
                default="late",
            ),
            preserve_default=False,
        ),
        migrations.AddConstraint(
            model_name="ring",
            constraint=models.UniqueConstraint(fields=["report", "user", "reason"], name="rung_once"),
        ),
        migrations.AddIndex(
            model_name="report", index=models.Index(fields=["answered_at"], name="report_answered")
        ),
    ]
