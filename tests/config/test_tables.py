"""The tables as a whole."""

from django.db import connection

from tumpeang.config import tables


def test_sqlite_is_told_how_many_of_each_there_are(cast, db, now):
    with connection.cursor() as cursor:
        tables.survey(now)
        if connection.vendor == "sqlite":
            cursor.execute("SELECT stat FROM sqlite_stat1 WHERE tbl = 'access_user'")
            assert int(cursor.fetchone()[0].split()[0]) == len(vars(cast))
        else:  # autovacuum's work, and the role may not do it
            cursor.execute("SELECT count(*) FROM access_user")
            assert cursor.fetchone()[0] == len(vars(cast))
