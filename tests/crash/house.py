"""The servers of the drill: public face, staff face and worker, in one process group that SIGKILL ends at once."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from random import Random

from tests.postgres import children, is_alive
from tumpeang.config.cli.server import STAFF_ONLY

PATIENCE = 60.0  # seconds for servers to start or to be gone
COMMANDS = {"public": ["serve", "--face", "public"], "staff": ["serve", "--face", "staff"], "worker": ["worker"]}


class House:
    """As production starts it: `tumpeang serve` for each face, and `tumpeang worker`."""

    def __init__(self, environment: Mapping[str, str], output: Path) -> None:
        self.environment = dict(environment)
        self.port, self.staff_port = int(environment["PORT"]), int(environment["STAFF_PORT"])
        self.output = output
        self.running: dict[str, int] = {}
        self._children: list[subprocess.Popen[bytes]] = []

    def open(self) -> None:
        """Start all, and wait until both faces listen."""
        for program in COMMANDS:
            self.running[program] = self._start(program)
        end = time.monotonic() + PATIENCE
        for port in (self.port, self.staff_port):
            while not _listens(port):
                if time.monotonic() > end or not all(map(is_alive, self.running.values())):
                    raise AssertionError(f"the house did not open:\n{self.said()}")
                time.sleep(0.02)

    def kill(self) -> None:
        """SIGKILL to every process at once; returns when all are gone."""
        everybody = [number for parent in self.running.values() for number in (parent, *children(parent))]
        if self.running:
            with suppress(ProcessLookupError):
                os.killpg(self.running["public"], signal.SIGKILL)
        self._gone(everybody)
        self.running = {}

    def kill_one(self, random: Random) -> None:
        """SIGKILL to one process, as when memory runs out. Gunicorn replaces its own; we replace the worker."""
        victims = [*children(self.running["public"]), *children(self.running["staff"]), self.running["worker"]]
        victim = random.choice(victims)
        with suppress(ProcessLookupError):  # gunicorn has just replaced it
            os.kill(victim, signal.SIGKILL)
        if victim == self.running["worker"]:
            self._gone([victim])
            self.running["worker"] = self._start("worker")

    def close(self) -> None:
        self.kill()

    def must_stand(self) -> None:
        """Nothing may have ended but what was killed: not when its database went away either."""
        ended = [program for program, number in self.running.items() if not is_alive(number)]
        if ended:
            raise AssertionError(f"ended without being killed: {ended}\n{self.said()}")

    def said(self) -> str:
        """The end of what the servers wrote."""
        return self.output.read_text()[-4000:] if self.output.exists() else ""

    def _start(self, program: str) -> int:
        """Start one program in the group of the first; returns its number."""
        with self.output.open("ab") as output:
            child = subprocess.Popen(
                [sys.executable, "-m", "tumpeang", *COMMANDS[program]],
                env=self.environment, stdout=output, stderr=output, process_group=self._group(program),
            )  # fmt: skip
        self._children.append(child)
        return child.pid

    def _group(self, program: str) -> int:
        """The group to join; 0 makes one."""
        return 0 if program == "public" else self.running["public"]

    def _gone(self, numbers: list[int]) -> None:
        end = time.monotonic() + PATIENCE
        while any(map(is_alive, numbers)):
            if time.monotonic() > end:
                raise AssertionError("a killed process is still there")
            time.sleep(0.005)
        self._children = [child for child in self._children if child.poll() is None]  # takes note of the dead


class QuickHouse(House):
    """The same servers out of two nurseries: for the suite, where loading them anew each time would take too long."""

    def __init__(self, environment: Mapping[str, str], output: Path) -> None:
        super().__init__(environment, output)
        self._nurseries = {face: self._nursery(face) for face in ("public", "staff")}

    def close(self) -> None:
        super().close()
        for nursery in self._nurseries.values():
            nursery.communicate(timeout=PATIENCE)  # its input ends, and it with it

    def _nursery(self, face: str) -> subprocess.Popen[str]:
        hidden = STAFF_ONLY if face == "public" else set()
        environment = {name: value for name, value in self.environment.items() if name not in hidden}
        with self.output.open("ab") as output:
            return subprocess.Popen(
                [sys.executable, "-m", "tests.crash.nursery", face], env=environment | {"FACE": face},
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=output, text=True, process_group=0,
            )  # fmt: skip

    def _start(self, program: str) -> int:
        nursery = self._nurseries["public" if program == "public" else "staff"]
        assert nursery.stdin and nursery.stdout
        nursery.stdin.write(f"{self._group(program)} {program}\n")
        nursery.stdin.flush()
        return int(nursery.stdout.readline())


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
