"""A PostgreSQL of our own for tests and benches: Debian's binaries, a scratch folder, three roles."""

import glob
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg

ROLES = ("owner", "app", "public")


class NotInstalled(Exception):
    pass


def binaries() -> Path:
    """The folder of the newest server's binaries. Raises NotInstalled."""
    found = sorted(glob.glob("/usr/lib/postgresql/*/bin/initdb"), key=lambda path: int(path.split("/")[4]))
    if not found:
        raise NotInstalled("Debian's package `postgresql` is not installed")
    return Path(found[-1]).parent


def install() -> None:
    """Install Debian's package where we may."""
    if os.geteuid() == 0 and shutil.which("apt-get"):
        environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
        subprocess.run(["apt-get", "update", "-qq"], check=False, env=environment, stdout=subprocess.DEVNULL)
        subprocess.run(
            ["apt-get", "install", "-y", "-qq", "postgresql"], check=False, env=environment, stdout=subprocess.DEVNULL
        )


@contextmanager
def running(*, durable: bool = False) -> Iterator[dict[str, str]]:
    """Start a server; yields `DATABASE_…_URL`s of the three roles for a database `tumpeang`. Stops and cleans after.

    `durable`: as docs/how-to/deploy.md sets it up.
    """
    folder = Path(tempfile.mkdtemp(prefix="tumpeang-pg-"))
    as_user: list[str] = []
    if os.geteuid() == 0:  # the server refuses to run as root
        shutil.chown(folder, "postgres", "postgres")
        as_user = ["runuser", "-u", "postgres", "--"]
    port = free_port()
    tools = binaries()
    quiet = {"check": True, "stdout": subprocess.DEVNULL, "cwd": "/"}
    subprocess.run(
        [*as_user, tools / "initdb", "-D", folder / "data", "-U", "super", "--auth=trust", "--encoding=UTF8",
         "--locale=C.UTF-8", "--no-sync"], **quiet,
    )  # fmt: skip
    options = f"-p {port} -k {folder} -c listen_addresses=127.0.0.1 -c max_connections=120"
    if durable:
        options += f" -c shared_buffers={os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES') // 4 // 1024}kB"
    else:
        options += " -c fsync=off -c full_page_writes=off -c synchronous_commit=off"
    subprocess.run(
        [*as_user, tools / "pg_ctl", "-D", folder / "data", "-o", options, "-l", folder / "log", "-w", "start"], **quiet
    )
    try:
        statements = ["CREATE ROLE tumpeang_owner LOGIN CREATEDB", "CREATE ROLE tumpeang_app LOGIN",
                      "CREATE ROLE tumpeang_public LOGIN", "CREATE DATABASE tumpeang OWNER tumpeang_owner"]  # fmt: skip
        for statement in statements:
            subprocess.run(
                [tools / "psql", "-h", "127.0.0.1", "-p", str(port), "-U", "super", "-d", "postgres", "-qc", statement],
                **quiet,
            )
        yield urls(port)
    finally:
        subprocess.run([*as_user, tools / "pg_ctl", "-D", folder / "data", "-m", "immediate", "stop"], **quiet)
        shutil.rmtree(folder, ignore_errors=True)


def crash(url: str) -> None:
    """Kill the server of this address at once, with all its processes, and start it again on the same files."""
    parts = urlsplit(url)
    with psycopg.connect(urlunsplit(parts._replace(netloc=f"super@127.0.0.1:{parts.port}"))) as connection:
        row = connection.execute("SHOW data_directory").fetchone()
    assert row
    folder = Path(row[0])
    server = int((folder / "postmaster.pid").read_text().split()[0])
    everybody = [server, *children(server)]
    for number in everybody:
        os.kill(number, signal.SIGKILL)
    while any(Path(f"/proc/{number}").exists() for number in everybody):  # a server that nobody buried counts as alive
        time.sleep(0.005)
    as_user = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    # restart takes the options of the last start
    command = [*as_user, binaries() / "pg_ctl", "-D", folder, "-l", folder.parent / "log", "-w", "restart"]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd="/")


def children(parent: int) -> list[int]:
    """The processes that a process has started (of Linux's /proc)."""
    try:
        return [int(number) for number in Path(f"/proc/{parent}/task/{parent}/children").read_text().split()]
    except FileNotFoundError:
        return []


def is_alive(number: int) -> bool:
    """False too for one that ended and that nobody has taken note of."""
    try:
        state = Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state not in "ZX"


def urls(port: int, name: str = "tumpeang") -> dict[str, str]:
    return {
        "DATABASE_URL": f"postgresql://tumpeang_app@127.0.0.1:{port}/{name}",
        "DATABASE_OWNER_URL": f"postgresql://tumpeang_owner@127.0.0.1:{port}/{name}",
        "DATABASE_PUBLIC_URL": f"postgresql://tumpeang_public@127.0.0.1:{port}/{name}",
    }


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


if __name__ == "__main__":  # python -m tests.postgres COMMAND…: run a command beside a server
    with running() as environment:
        sys.exit(subprocess.run(sys.argv[1:], env=os.environ | environment, check=False).returncode)
