"""A scratch site as in production: keys, tables, reference data, and the public face as `tumpeang serve` starts it."""

import os
import secrets
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

from bench.figures import say
from tests import postgres

Database = Literal["sqlite", "postgresql"]
PATIENCE = 30.0  # seconds for a server to start
_OURS = ("DATABASE", "KEYRING", "KEYSTORE", "PUBLIC_KEYS", "SAFEGUARDING", "LOG_HEADS", "SECRET_KEY", "DJANGO_")

Environment = dict[str, str]


@contextmanager
def prepared(database: Database) -> Iterator[Environment]:
    """A site of its own in a scratch folder; yields the environment that its commands need. Gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="tumpeang-bench-") as folder:
        environment = _settings(Path(folder))
        if database == "sqlite":
            yield _made(environment, database)
            return
        try:
            postgres.binaries()
        except postgres.NotInstalled:
            postgres.install()
        with postgres.running(durable=True) as urls:
            yield _made(environment | urls, database)


def _settings(folder: Path) -> Environment:
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(_OURS)}
    return inherited | {
        "DATA": str(folder),
        "DEBUG": "no",
        "DEMO": "no",  # as in production: nothing of the demo is on
        "HTTPS": "yes",
        "SECRET_KEY": secrets.token_urlsafe(48),
        "PORT": str(_free_port()),
    }


def _made(environment: Environment, database: Database) -> Environment:
    say(f"{database}: making keys, tables and reference data")
    for command in (["keys", "init"], ["migrate"]):
        subprocess.run(_tumpeang(*command), env=environment, check=True, stdout=subprocess.DEVNULL)
    return environment


@contextmanager
def public_face(environment: Environment) -> Iterator[int]:
    """Serve the public face; yields its port. Raises RuntimeError if it does not answer in time."""
    port = int(environment["PORT"])
    server = subprocess.Popen(_tumpeang("serve", "--face", "public"), env=environment)
    try:
        _wait_for(port, server)
        yield port
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(PATIENCE)


def _tumpeang(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "tumpeang", *arguments]


def _wait_for(port: int, server: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end and server.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError(f"the public face did not start on port {port}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
