"""`run`, `serve` and `worker`: the two faces and what works behind them."""

import argparse
import os
import signal
import subprocess
import sys
import time
from types import FrameType
from typing import Any

from django.conf import settings

# settings that the public face has no use for
STAFF_ONLY = {
    "DATABASE_URL", "DATABASE_OWNER_URL", "SECRET_KEY", "KEYRING_DIR", "KEYSTORE_DIR", "SAFEGUARDING_DIR", "LOG_HEADS",
    "ERASURES", "BACKUP_TO", "BACKUP_KEYS_TO", "BACKUP_STAMP", "REHEARSAL_STAMP",
    "ALERT_WEBHOOK", "EMAIL_HOST", "EMAIL_HOST_USER", "EMAIL_HOST_PASSWORD",
}  # fmt: skip
WORKERS = 2
THREADS = 4


def add(commands: Any) -> None:
    run = commands.add_parser("run", help="everything for a look around: keys, tables, demo, both faces and the worker")
    run.set_defaults(run=_run)
    serve = commands.add_parser("serve", help="serve a face (PORT, STAFF_PORT, BIND)")
    serve.add_argument("--face", choices=["public", "staff", "both"], default="both")
    serve.set_defaults(run=_serve)
    worker = commands.add_parser("worker", help="open reports, ring, sweep: the staff side's background work")
    worker.add_argument("--once", action="store_true", help="do what is due now, then stop")
    worker.set_defaults(run=_worker)


def _serve(options: argparse.Namespace) -> int:
    faces = ["public", "staff"] if options.face == "both" else [options.face]
    if len(faces) == 1:
        os.execve(sys.executable, _gunicorn(faces[0]), _environment(faces[0]))  # noqa: S606 - our own interpreter  # nosec
    return _together([(_gunicorn(face), _environment(face)) for face in faces])


def _worker(options: argparse.Namespace) -> None:
    from tumpeang.config.worker import Worker

    Worker().run(once=options.once)


def _run(options: argparse.Namespace) -> int:
    """What `make run` calls: safe to repeat, and quick the second time."""
    from tumpeang.config import demo_site

    demo_site.prepare()
    demo_site.print_addresses()
    worker = ([sys.executable, "-m", "tumpeang", "worker"], _environment("staff"))
    return _together([*((_gunicorn(face), _environment(face)) for face in ("public", "staff")), worker])


def _gunicorn(face: str) -> list[str]:
    port = settings.PORT if face == "public" else settings.STAFF_PORT
    return [
        sys.executable,
        "-m",
        "gunicorn",
        "tumpeang.config.wsgi:application",
        "--bind",
        f"{settings.BIND}:{port}",
        "--workers",
        str(WORKERS),
        "--threads",
        str(THREADS),
        "--worker-class",
        "gthread",
        "--preload",  # so that all processes share the key of the marks
        "--log-level",
        "error",  # its warnings name addresses
        "--forwarded-allow-ips",
        "127.0.0.1" if settings.TRUSTED_PROXIES else "",
        "--worker-tmp-dir",
        "/dev/shm" if os.path.isdir("/dev/shm") else "/tmp",  # noqa: S108 - heartbeats only  # nosec
        "--name",
        f"tumpeang-{face}",
    ]  # fmt: skip - no access log: it would hold addresses


def _environment(face: str) -> dict[str, str]:
    # what the public process may not know is not in its environment either
    hidden = STAFF_ONLY if face == "public" else set()
    environment = {name: value for name, value in os.environ.items() if name.removesuffix("_FILE") not in hidden}
    environment["FACE"] = face
    if face == "public":
        environment["DATABASE_PUBLIC_URL"] = settings.DATABASE_URLS["public"]
    return environment


def _together(commands: list[tuple[list[str], dict[str, str]]]) -> int:
    """Run processes side by side; when one ends or we are told to stop, all stop."""
    children = [subprocess.Popen(command, env=environment) for command, environment in commands]  # noqa: S603  # nosec

    def stop(_number: int, _frame: FrameType | None) -> None:
        for child in children:
            child.terminate()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    try:
        while all(child.poll() is None for child in children):
            time.sleep(0.3)
    finally:
        stop(0, None)
        for child in children:
            child.wait()
    return max(child.returncode or 0 for child in children)
