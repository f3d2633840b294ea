"""The papers are true to the code: pages that are generated are fresh, links lead somewhere, nothing is left out."""

import argparse
import ast
import hashlib
import pkgutil
import re
from importlib import import_module
from pathlib import Path

import pytest

from tumpeang.config import cli, dictionary

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
PICTURES = ROOT / "docs" / "pictures"  # taken by the browser tests; checked as soon as there is one
OFFICIAL_AGPL = "0d96a4ff68ad6d4b6f1f30f713b18d5184912ba8dd389f86aa7710db079abcb0"  # of the text that the FSF publishes


def rel(path: Path) -> str:
    return str(path.relative_to(ROOT))


def test_the_data_dictionary_is_fresh():
    assert dictionary.is_fresh(), "run: tumpeang dictionary"


def test_the_licence_is_the_official_text():
    assert hashlib.sha256((ROOT / "LICENSE").read_bytes()).hexdigest() == OFFICIAL_AGPL


@pytest.mark.parametrize("page", PAGES, ids=rel)
def test_links_lead_somewhere(page):
    for target in re.findall(r"\]\(([^)\s]+)\)", page.read_text()):
        if "://" in target:
            continue
        name, _, anchor = target.partition("#")
        file = (page.parent / name).resolve() if name else page
        if PICTURES in file.parents and not PICTURES.exists():
            continue
        assert file.exists(), f"{rel(page)} leads to {target}"
        assert not anchor or anchor in anchors(file), f"{rel(page)} leads to {target}"


def anchors(page: Path) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", page.read_text(), flags=re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_pages_that_the_code_names_exist():
    named = {
        (rel(path), name)
        for path in [*(ROOT / "tumpeang").rglob("*.py"), ROOT / "Makefile"]
        for name in re.findall(r"docs/[\w/-]+\.md", path.read_text())
    }
    assert named and not {(path, name) for path, name in named if not (ROOT / name).exists()}


def settings() -> set[str]:
    """Every name that settings.py reads from the environment."""
    tree = ast.parse((ROOT / "tumpeang" / "config" / "settings.py").read_text())
    readers = {"text", "yes_or_no", "number", "words"}
    return {
        constant.value
        for call in ast.walk(tree)
        if isinstance(call, ast.Call) and getattr(call.func, "id", "") in readers and call.args
        for constant in ast.walk(call.args[0])
        if isinstance(constant, ast.Constant) and re.fullmatch(r"[A-Z_]+", str(constant.value))
    }


def test_every_setting_is_explained():
    page = (ROOT / "docs" / "how-to" / "deploy.md").read_text()
    table = "\n".join(line for line in page.splitlines() if line.startswith("| `"))
    assert len(settings()) > 20
    assert not {name for name in settings() if f"`{name}`" not in table}


def commands(parser: argparse.ArgumentParser, name: str) -> dict[str, list[str]]:
    """Every command with its options."""
    groups = [action for action in parser._actions if isinstance(action, argparse._SubParsersAction)]
    if groups:
        return {
            key: value
            for word, below in groups[0].choices.items()
            for key, value in commands(below, f"{name} {word}").items()
        }
    return {name: [option for action in parser._actions for option in action.option_strings if option[:2] == "--"]}


def test_every_command_is_explained():
    parser = argparse.ArgumentParser()
    group = parser.add_subparsers()
    for module in pkgutil.iter_modules(cli.__path__):
        import_module(f"{cli.__name__}.{module.name}").add(group)
    lines = (ROOT / "docs" / "reference" / "commands.md").read_text().splitlines()
    for name, options in commands(parser, "tumpeang").items():
        explained = "\n".join(line for line in lines if re.match(rf"\| `{name}[ `]", line))
        assert explained, f"{name} is not in commands.md"
        missing = [option for option in options if option != "--help" and option not in explained]
        assert not missing, f"{name} {missing}"


def test_rooms_and_files_of_the_table_of_changes_exist():
    page = (ROOT / "docs" / "how-to" / "change.md").read_text()
    for name in re.findall(r"`([a-z]+/[\w./]+\.(?:py|yaml|txt))`", page):
        if not name.endswith("/x.py"):
            assert (ROOT / "tumpeang" / name).exists() or (ROOT / name).exists(), name


@pytest.mark.parametrize("page", sorted((ROOT / "docs" / "decisions").glob("*.md")), ids=rel)
def test_decisions_stay_short(page):
    assert page.read_text().count("\n") <= 40
