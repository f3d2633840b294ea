"""PostgreSQL: what each role may do. The owner migrates; the application works; the public face drops in.

Roles are made by whoever runs the server (docs/how-to/deploy.md); this grants, and takes back what is not listed.
"""

from urllib.parse import unquote, urlsplit

from django.apps import apps
from django.conf import settings
from django.db import connections, transaction

# table: what the public face's role may do with it
PUBLIC: dict[str, str] = {
    "letterbox_sealedreport": "INSERT",  # never SELECT: it cannot read one back
    "letterbox_draft": "SELECT, INSERT, UPDATE, DELETE",  # opens with the reporter's cookie only
    "letterbox_dialogue": "SELECT, INSERT",
    "letterbox_message": "SELECT, INSERT",  # it cannot open what it inserts; the rest opens with the receipt
    "letterbox_closure": "SELECT, INSERT",
}
APPEND_ONLY = {"access_logrow"}


def role_of(face: str) -> str:
    return unquote(urlsplit(settings.DATABASE_URLS[face]).username or "")


def grant(alias: str) -> None:
    connection = connections[alias]
    app, public = _quoted(connection, role_of("app")), _quoted(connection, role_of("public"))
    # in one transaction, so that no report meets a moment without its grants
    with transaction.atomic(using=alias), connection.cursor() as cursor:
        tables = [t for t in connection.introspection.table_names(cursor) if not t.startswith("pg_")]
        statements = [f"REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {app}, {public}, PUBLIC"]
        statements.append(f"GRANT USAGE ON SCHEMA public TO {app}, {public}")
        statements.append(f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {app}")
        for table in tables:
            may = "SELECT, INSERT" if table in APPEND_ONLY else "SELECT, INSERT, UPDATE, DELETE"
            if table == "django_migrations":
                may = "SELECT"
            statements.append(f"GRANT {may} ON {_quoted(connection, table)} TO {app}")
        for table in _directory_tables():
            statements.append(f"GRANT SELECT ON {_quoted(connection, table)} TO {public}")
        for table, may in PUBLIC.items():
            statements.append(f"GRANT {may} ON {_quoted(connection, table)} TO {public}")
        statements += _only_the_reporters_words(app, public)
        for statement in statements:
            cursor.execute(statement)


def _only_the_reporters_words(app: str, public: str) -> list[str]:
    """Row-level security: the public role cannot write a message that looks like an answer of ours."""
    table = "letterbox_message"
    return [
        f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY",
        f"DROP POLICY IF EXISTS staff_all ON {table}",
        f"CREATE POLICY staff_all ON {table} TO {app} USING (true) WITH CHECK (true)",
        f"DROP POLICY IF EXISTS public_reads ON {table}",
        f"CREATE POLICY public_reads ON {table} FOR SELECT TO {public} USING (true)",
        f"DROP POLICY IF EXISTS public_adds ON {table}",
        f"CREATE POLICY public_adds ON {table} FOR INSERT TO {public} WITH CHECK (from_reporter)",
    ]


def _directory_tables() -> list[str]:
    return [model._meta.db_table for model in apps.get_app_config("directory").get_models()]


def _quoted(connection: object, name: str) -> str:
    return str(connection.ops.quote_name(name))  # type: ignore[attr-defined]
