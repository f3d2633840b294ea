from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('access', '0004_second_pair_of_eyes'),
    ]

    operations = [
        migrations.AddField(
            model_name='safeguardingseat',
            name='key',
            field=models.CharField(default='', max_length=20),
        ),
        migrations.AlterField(
            model_name='notice',
            name='kind',
            field=models.CharField(choices=[('proposed', 'A second person is asked for'), ('role_given', 'A role was given'), ('role_taken', 'A role was taken away'), ('factors_reset', 'Password and second step were reset'), ('reopened', 'A closed account was opened again'), ('not_agreed', 'A second person did not agree to what you proposed'), ('changed', 'Your name, language or address for alerts was changed'), ('team_changed', 'A team was changed'), ('account_closed', 'An account was closed'), ('handed_over', 'The work of somebody who left was handed to you'), ('glass_broken', 'A record was opened in an emergency'), ('listed', 'You stand on the list of a restricted record'), ('granted', 'A record was opened to you'), ('factor_added', 'A second step was added to your account'), ('retention', 'Records are proposed for destruction'), ('seats', 'Who reads reports about own staff, or their key, has changed')], max_length=14),
        ),
    ]
