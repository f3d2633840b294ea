"""`make test`: linters, types, contracts, then the suite on SQLite, on PostgreSQL, and in a browser. `--quick`: no more
than SQLite without a browser.

What is not on the machine is installed where that is allowed, else named, at the end and in full. In CI a skip fails.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from tests import postgres

CI = os.environ.get("CI") == "true"
PYTEST = [sys.executable, "-m", "pytest", "-n", "2", "--dist", "loadfile"]
# the same on every database: once is enough
ASK_NO_DATABASE = (
    "tests/test_house.py", "tests/test_doors.py", "tests/test_doors_of_cases.py", "tests/config/test_docs.py",
    "tests/config/test_khmer.py", "tests/bench", "tests/directory/test_spelling.py", "tests/linkage",
    "tests/statistics",
    "tests/vault/test_receipt.py",
)  # fmt: skip
TOOLS = os.path.dirname(sys.executable)


@dataclass
class Results:
    lines: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)

    def step(self, name: str, act: Callable[[], bool]) -> None:
        print(f"\n== {name}", flush=True)
        start = time.monotonic()
        try:
            good = act()
        except (postgres.NotInstalled, NoBrowser) as reason:
            self.skipped.append(f"{name}: {reason}")
            return
        self.lines.append(f"{'ok  ' if good else 'FAIL'} {time.monotonic() - start:6.1f} s  {name}")
        if not good:
            self.failed.append(name)


class NoBrowser(Exception):
    pass


def run(*command: str, **environment: str) -> Callable[[], bool]:
    def act() -> bool:
        with tempfile.TemporaryDirectory(prefix="tumpeang-test-") as scratch:
            variables = os.environ | {"TEST_SCRATCH": scratch} | environment
            return subprocess.run(command, env=variables, check=False).returncode == 0

    return act


def tool(name: str, *arguments: str) -> Callable[[], bool]:
    return run(os.path.join(TOOLS, name), *arguments, DEMO="yes")


def on_postgresql() -> bool:
    try:
        postgres.binaries()
    except postgres.NotInstalled:
        postgres.install()
    with postgres.running() as urls:
        return run(*PYTEST, "-m", "not browser", *(f"--ignore={path}" for path in ASK_NO_DATABASE), **urls)()


def in_browser() -> bool:
    if not browser():
        environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
        if os.geteuid() == 0 and shutil.which("apt-get"):
            for arguments in (["update", "-qq"], ["install", "-y", "-qq", "chromium"]):
                subprocess.run(["apt-get", *arguments], check=False, env=environment, stdout=subprocess.DEVNULL)
    if not browser():
        raise NoBrowser("Debian's package `chromium` is not installed")
    try:
        postgres.binaries()
    except postgres.NotInstalled:
        postgres.install()
    return run(sys.executable, "-m", "pytest", "-m", "browser", CHROMIUM=browser() or "")()


def browser() -> str | None:
    return shutil.which("chromium") or shutil.which("chromium-browser")


def main() -> int:
    quick = "--quick" in sys.argv
    results = Results()
    results.step("style (ruff)", tool("ruff", "check", "--quiet", "."))
    results.step("format (ruff)", tool("ruff", "format", "--check", "--quiet", "."))
    results.step("types (mypy)", tool("mypy", "tumpeang", "demo"))
    results.step("layers of the house (import-linter)", tool("lint-imports", "--no-cache"))
    results.step(
        "security habits (bandit)", tool("bandit", "-q", "-ll", "-r", "tumpeang", "demo", "-c", "pyproject.toml")
    )
    results.step("translations complete", tool("tumpeang", "messages", "--check"))
    results.step("tests on SQLite", run(*PYTEST, "-m", "not browser"))
    if not quick:
        results.step("tests on PostgreSQL, as its three roles", on_postgresql)
        results.step("tests in a browser, with axe", in_browser)
    print("\n" + "\n".join(results.lines))
    for skipped in results.skipped:
        print(f"SKIPPED {skipped}")
    if results.failed or (CI and results.skipped):
        print("\nnot green: " + ", ".join([*results.failed, *(results.skipped if CI else [])]))
        return 1
    print("\ngreen" + (", but for what was skipped" if results.skipped else ""))
    return 0


if __name__ == "__main__":
    sys.exit(main())
