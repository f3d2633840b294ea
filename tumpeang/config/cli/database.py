"""`migrate` and `demo`."""

import argparse
from typing import Any


def add(commands: Any) -> None:
    migrate = commands.add_parser("migrate", help="make and renew the tables, grant the roles, load the reference data")
    migrate.set_defaults(run=_migrate)
    demo = commands.add_parser("demo", help="fill an empty installation with the demo's people and story")
    demo.add_argument("--scale", type=int, metavar="N", default=0, help="add N synthetic reports through bulk actions")
    demo.set_defaults(run=_demo)


def _migrate(options: argparse.Namespace) -> None:
    from tumpeang.config import tables

    for line in tables.renew():
        print(line, flush=True)


def _demo(options: argparse.Namespace) -> int:
    from tumpeang.config import demo_site

    return demo_site.fill(scale=options.scale)
