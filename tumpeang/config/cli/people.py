"""`people compare`: everybody against everybody, to find records of one person."""

import argparse
import sys
from typing import Any

from django.utils import timezone


def add(commands: Any) -> None:
    people = commands.add_parser("people", help="records of people")
    actions = people.add_subparsers(required=True, metavar="ACTION")
    compare = actions.add_parser("compare", help="compare everybody with everybody, in memory")
    compare.set_defaults(run=_compare)


def _compare(_options: argparse.Namespace) -> None:
    """What the worker process does each night; by hand after the model of comparison was changed."""
    from tumpeang.config import nightly  # the public face, which reads this file too, has no people
    from tumpeang.people import comparing

    for read, of in comparing.compare_all(timezone.now()):
        print(f"read: {read} of {of}", file=sys.stderr)
    nightly.compared()
    print(f"pairs to look at: {comparing.count_open()}")
