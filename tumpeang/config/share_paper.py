"""`keys escrow`: a recovery key on three papers, each with one share and what to do with it, in both languages."""

import argparse
import sys
from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from tumpeang.vault import escrow, files
from tumpeang.vault.escrow import ENOUGH, PEOPLE, Escrow

COLUMNS = 3
WIPE = "\033[3J\033[H\033[2J"  # a terminal's screen, and what can be scrolled back to
_RULE = "=" * 72


def add(actions: Any) -> None:
    command = actions.add_parser("escrow", help="make a recovery key for backups: three papers, two of which open them")
    command.add_argument("--to", metavar="DIR", type=Path, help="write three text files, to print, instead of showing")
    command.set_defaults(run=_draw_up)


def _draw_up(options: argparse.Namespace) -> None:
    """Each of three people sees one paper and no other; the key counts once all three were seen."""
    made = escrow.draw_up()
    for person in range(1, PEOPLE + 1):
        text = paper(made, person, timezone.localdate())
        if options.to:
            options.to.mkdir(parents=True, exist_ok=True)
            path = options.to / f"{made.recovery.name}-person-{person}.txt"
            files.write_durably(path, text.encode())
            print(f"wrote {path}")
        else:
            _show_alone(text, person)
    escrow.keep(made)
    print(f"{made.recovery.name} is in use: backups from now on want two of these three papers.")
    if options.to:
        print("Print each for its person alone, then destroy the files: shred -u")


def _show_alone(text: str, person: int) -> None:
    """On a terminal: wait for the person, show, wait, wipe. Elsewhere just print."""
    watched = sys.stdin.isatty() and sys.stdout.isatty()
    if watched:
        input(f"Only person {person} looks at the screen now. Enter: ")
    print(text, flush=True)
    if watched:
        input("Written down and compared? Enter wipes the screen: ")
        print(WIPE, end="", flush=True)


def paper(made: Escrow, person: int, on: date) -> str:
    """What person 1, 2 or 3 is given. The words are English in both languages: they come from a fixed list."""
    parts = [_RULE, f"TUMPEANG   {made.recovery.name}   {person}/{PEOPLE}   {on.isoformat()}", _RULE]
    parts += ["", _in_columns(made.shares[person - 1].split()), ""]
    for language, _name in reversed(settings.LANGUAGES):
        with translation.override(language):
            parts += [*_advice(person), ""]
    return "\n".join([*parts, _RULE])


def _in_columns(words: list[str]) -> str:
    """Numbered from top to bottom, in columns."""
    rows = -(-len(words) // COLUMNS)
    cells = [f"{number:>3}. {word:<12}" for number, word in enumerate(words, start=1)]
    return "\n".join("   ".join(cells[row::rows]).rstrip() for row in range(rows))


def _advice(person: int) -> list[str]:
    shown = {"person": person, "people": PEOPLE, "enough": ENOUGH}
    return [
        _("This is the share of person %(person)d of %(people)d.") % shown,
        _("Any %(enough)d of the %(people)d shares together open the backups. One alone opens nothing.") % shown,
        "- " + _("Write the words by hand, or keep this paper. No photo, no file, no message."),
        "- " + _("Keep it where only you come. Not beside another share, and not beside the backups."),
        "- " + _("It is lost, or somebody saw it? Tell the other two the same day: new shares are then made."),
        "- " + _("You are asked for it after a loss, and to rehearse one, about every three months."),
        "- " + _("Before you leave the organisation, new shares are made without you."),
    ]
