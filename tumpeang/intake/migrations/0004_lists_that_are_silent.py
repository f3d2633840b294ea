from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("intake", "0003_retention_clock"),
    ]

    operations = [
        migrations.AlterField(
            model_name="ring",
            name="reason",
            field=models.CharField(
                choices=[
                    ("untaken", "An immediate report that nobody has taken"),
                    ("late", "A report past its clock"),
                    ("words", "The reporter added something that nobody has read"),
                    ("sealed", "A sealed report waits"),
                    ("unheard", "Nobody on a list does anything"),
                ],
                max_length=8,
            ),
        ),
    ]
