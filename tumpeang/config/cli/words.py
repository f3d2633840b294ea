"""`build` and `messages`: what is made at set-up, and the sentences that want translating."""

import argparse
from typing import Any


def add(commands: Any) -> None:
    build = commands.add_parser("build", help="make styles, font subset, translations and static files")
    build.set_defaults(run=_build)
    messages = commands.add_parser(
        "messages", help="gather new sentences into the catalogues, and list those without Khmer"
    )
    messages.add_argument(
        "--check", action="store_true", help="change nothing; fail if a sentence is missing or left over"
    )
    messages.set_defaults(run=_messages)


def _build(options: argparse.Namespace) -> None:
    from tumpeang.config import build

    build.build()


def _messages(options: argparse.Namespace) -> int:
    from tumpeang.config import catalogue

    missing = catalogue.check() if options.check else catalogue.gather()
    for line in missing:
        print(line)
    return 1 if options.check and missing else 0
