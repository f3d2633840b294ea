"""A whole site of its own: both faces and the worker as `make run` starts them, in a scratch folder, on free ports."""

import os
import re
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path


@dataclass
class Site:
    folder: Path
    environment: dict[str, str] = field(default_factory=dict)
    process: subprocess.Popen | None = None

    def __post_init__(self) -> None:
        self.port, self.staff_port = free_port(), free_port()
        self.environment = {
            **{k: v for k, v in os.environ.items() if not k.startswith(("DATABASE_", "PYTEST_", "DJANGO_"))},
            "DATA": str(self.folder / "data"),
            "DEMO": "yes",
            "PORT": str(self.port),
            "STAFF_PORT": str(self.staff_port),
            **self.environment,
        }
        self.environment.pop("SECRET_KEY", None)

    @property
    def public(self) -> str:
        return f"http://localhost:{self.port}"

    @property
    def staff(self) -> str:
        return f"http://localhost:{self.staff_port}"

    @property
    def output(self) -> str:
        return (self.folder / "output.log").read_text()

    def command(self, *arguments: str, **more: str) -> subprocess.CompletedProcess:
        return subprocess.run(
            [sys.executable, "-m", "tumpeang", *arguments],
            env=self.environment | more,
            capture_output=True,
            text=True,
            check=False,
        )

    def start(self) -> "Site":
        with (self.folder / "output.log").open("w") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "tumpeang", "run"], env=self.environment, stdout=log, stderr=log
            )
        deadline = time.monotonic() + 90
        while time.monotonic() < deadline:
            if self._answers(self.public) and self._answers(self.staff):
                return self
            if self.process.poll() is not None:
                break
            time.sleep(0.2)
        raise AssertionError(f"the site did not start:\n{self.output}")

    def stop(self) -> None:
        if self.process:
            self.process.terminate()
            self.process.wait(timeout=30)

    def sign_in_link(self, name: str) -> str:
        """The demo's link of one of the cast."""
        for line in self.output.splitlines():
            if line.strip().startswith(f"{name} "):
                return re.search(r"http\S+", line).group()
        raise AssertionError(f"no link for {name}")

    def files(self) -> list[Path]:
        return [path for path in self.folder.rglob("*") if path.is_file()]

    @staticmethod
    def _answers(url: str) -> bool:
        try:
            urllib.request.urlopen(f"{url}/healthz", timeout=2).close()
        except urllib.error.HTTPError:
            return True
        except OSError:
            return False
        return True


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
