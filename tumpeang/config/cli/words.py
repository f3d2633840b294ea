"""`build`, `messages` and `dictionary`: what is made at set-up, the sentences that want translating, the tables."""

import argparse
from typing import Any


def add(commands: Any) -> None:
    build = commands.add_parser("build", help="make styles, font subset, translations and static files")
    build.set_defaults(run=_build)
    messages = commands.add_parser(
        "messages", help="gather new sentences into the catalogues and the review page, and list those without Khmer"
    )
    messages.add_argument(
        "--check",
        action="store_true",
        help="change nothing; fail if a sentence is missing or left over, or the review page is not fresh",
    )
    messages.set_defaults(run=_messages)
    dictionary = commands.add_parser("dictionary", help="write the page of all tables and fields from the models")
    dictionary.add_argument("--check", action="store_true", help="change nothing; fail if the page is not fresh")
    dictionary.set_defaults(run=_dictionary)


def _build(options: argparse.Namespace) -> None:
    from tumpeang.config import build

    build.build()


def _messages(options: argparse.Namespace) -> int:
    from tumpeang.config import catalogue, khmer_review

    if options.check:
        faults = catalogue.check() + khmer_review.check()
    else:
        faults = catalogue.gather()
        khmer_review.renew()
    for line in faults:
        print(line)
    return 1 if options.check and faults else 0


def _dictionary(options: argparse.Namespace) -> int:
    from tumpeang.config import dictionary

    if not options.check:
        dictionary.write()
    elif not dictionary.is_fresh():
        print("the data dictionary is not fresh; run: tumpeang dictionary")
        return 1
    return 0
