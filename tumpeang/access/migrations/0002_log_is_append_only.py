"""SQLite has no roles, so triggers refuse to change or delete a row of the log.

They stop mistakes and borrowed connections; whoever can write the file can drop them (docs/explanation/threat-model.md).
On PostgreSQL the application's role may only insert and select (config/database_roles.py).
"""

from django.db import migrations

TABLE = "access_logrow"


def add(apps, schema_editor):
    if schema_editor.connection.vendor == "sqlite":
        for verb in ("UPDATE", "DELETE"):
            schema_editor.execute(
                f"CREATE TRIGGER log_no_{verb.lower()} BEFORE {verb} ON {TABLE} "
                "BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END"
            )


def remove(apps, schema_editor):
    if schema_editor.connection.vendor == "sqlite":
        for verb in ("update", "delete"):
            schema_editor.execute(f"DROP TRIGGER IF EXISTS log_no_{verb}")


class Migration(migrations.Migration):
    dependencies = [("access", "0001_initial")]
    operations = [migrations.RunPython(add, remove)]
