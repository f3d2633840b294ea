"""`doctor`, `audit verify` and `canary`: is this house sound?"""

import argparse
import sys
import time
from typing import Any

from django.utils import timezone


def add(commands: Any) -> None:
    doctor = commands.add_parser("doctor", help="check a deployment and say what to do")
    doctor.set_defaults(run=_doctor)
    audit = commands.add_parser("audit", help="the log")
    actions = audit.add_subparsers(required=True, metavar="ACTION")
    actions.add_parser("verify", help="walk the chain and the signed heads").set_defaults(run=_verify)
    canary = commands.add_parser("canary", help="send a test report through the whole way and wait for it")
    canary.add_argument("--seconds", type=int, default=20, help="how long to wait (default 20)")
    canary.set_defaults(run=_canary)


def _doctor(options: argparse.Namespace) -> int:
    from tumpeang.config import doctor

    findings = doctor.examine()
    for finding in findings:
        print(finding.line())
    bad = sum(not finding.good for finding in findings)
    print(f"{len(findings) - bad} of {len(findings)} checks are well")
    return 1 if bad else 0


def _verify(options: argparse.Namespace) -> int:
    from tumpeang.access import log

    faults = 0
    for fault in log.verify():
        print(f"row {fault.seq}: {fault.what}")
        faults += 1
    print("the log is whole" if not faults else f"{faults} faults")
    return 1 if faults else 0


def _canary(options: argparse.Namespace) -> int:
    from tumpeang.config import canary
    from tumpeang.letterbox.models import SealedReport

    sent = timezone.now()
    report = canary.send(sent)
    until = time.monotonic() + options.seconds
    while SealedReport.objects.filter(pk=report).exists():
        if time.monotonic() > until:
            print("the test report was not opened: is the worker running?", file=sys.stderr)
            return 1
        time.sleep(0.1)
    print(f"came through in {(timezone.now() - sent).total_seconds():.1f} s")
    return 0
