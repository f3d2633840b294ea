"""The blind index anew: names too, and no more room than it needs.

The old rows are dropped. Nobody is indexed (`indexed` 0) until `tumpeang keys rotate index` has run; a fresh house has
nothing to do.
"""

from django.db import migrations, models

# Each database in the layout that is small there and quick; postings.py alone reads and writes it.
_TABLE = {
    # one tree, ordered by token: no row ids, no second copy in an index
    "sqlite": [
        "CREATE TABLE people_persontoken (token integer NOT NULL, number integer NOT NULL,"
        " PRIMARY KEY (token, number)) WITHOUT ROWID"
    ],
    # a row for each person; each token stands once in the index, with a packed list of its rows
    "postgresql": [
        "CREATE TABLE people_persontoken (number integer PRIMARY KEY, tokens integer[] NOT NULL)",
        "CREATE INDEX person_token_find ON people_persontoken USING gin (tokens) WITH (fastupdate = off)",
        "CREATE SEQUENCE people_person_number_next AS integer",
    ],
}


def _make(apps, editor):
    for statement in _TABLE[editor.connection.vendor]:
        editor.execute(statement)


def _unmake(apps, editor):
    editor.execute("DROP TABLE people_persontoken")
    if editor.connection.vendor == "postgresql":
        editor.execute("DROP SEQUENCE people_person_number_next")


def _number(apps, editor):
    """Everybody's number, in the order in which they were written down."""
    person = apps.get_model("people", "Person")
    last = 0
    for pk in person.objects.filter(erased_at=None).order_by("made_at", "pk").values_list("pk", flat=True).iterator():
        last += 1
        person.objects.filter(pk=pk).update(number=last)
    if editor.connection.vendor == "postgresql" and last:
        editor.execute(f"SELECT setval('people_person_number_next', {last})")


def _nothing(apps, editor):
    pass


class Migration(migrations.Migration):

    dependencies = [("people", "0001_initial")]

    operations = [
        migrations.AddField("person", "number", models.IntegerField(null=True, unique=True)),
        migrations.AddField("person", "indexed", models.IntegerField(default=0)),
        migrations.DeleteModel("PersonToken"),
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.CreateModel(
                    name="PersonToken",
                    fields=[
                        ("pk", models.CompositePrimaryKey("token", "number", blank=True, editable=False, primary_key=True, serialize=False)),
                        ("token", models.IntegerField()),
                        ("number", models.IntegerField()),
                    ],
                ),
            ],
            database_operations=[migrations.RunPython(_make, _unmake)],
        ),
        migrations.RunPython(_number, _nothing),
    ]
