"""The `tumpeang` command. Each group of commands is a module with `add(commands)`."""

import argparse
import os
import sys
from collections.abc import Sequence

import django
from django.core.exceptions import ImproperlyConfigured

DESCRIPTION = "Tumpeang: from the first call to the child's recovery."


def main(argv: Sequence[str] | None = None) -> int:
    arguments = list(sys.argv[1:] if argv is None else argv)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tumpeang.config.settings")
    if arguments[:1] == ["serve"] and "public" in " ".join(arguments).replace("=", " ").split():
        os.environ["FACE"] = "public"  # before the settings are read: this face needs no secret of the staff's
    try:
        django.setup()
    except ImproperlyConfigured as error:
        print(f"tumpeang: {error}", file=sys.stderr)
        return 2
    from tumpeang.config.cli import backup, checks, database, keys, levels, people, safeguarding, server, staff, words

    parser = argparse.ArgumentParser(prog="tumpeang", description=DESCRIPTION)
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for group in (server, database, keys, backup, staff, people, safeguarding, levels, checks, words):
        group.add(commands)
    options = parser.parse_args(arguments)
    try:
        return int(options.run(options) or 0)
    except KeyboardInterrupt:
        return 130
