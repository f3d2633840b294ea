"""`python -m tests.crash.nursery public|staff`: servers that stand within a blink, for the suite.

Loads a face once and then, for each line `GROUP PROGRAM` on its input, becomes two: the child joins the process group
and runs the program, with memory and connections of its own, as gunicorn makes its children. Answers with its number.
"""

import os
import signal
import sys
from typing import NoReturn


def main(face: str) -> None:
    from django.template import engines
    from django.urls import get_resolver
    from gunicorn.app.wsgiapp import run  # noqa: F401 - loaded once, for all children

    from tumpeang.config.wsgi import application  # noqa: F401 - the same
    from tumpeang.vault import receipt

    assert get_resolver().url_patterns  # loads the views
    for folder in engines["django"].template_dirs:
        for path in folder.rglob("*.html") if "tumpeang" in folder.parts else ():
            engines["django"].get_template(str(path.relative_to(folder)))
    receipt.MEMORY_KIB = 8  # what a derivation costs in truth is measured in bench
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for who is killed
    for line in sys.stdin:
        group, program = line.split()
        child = os.fork()
        if not child:
            _become(face, program)
        os.setpgid(child, int(group) or child)
        print(child, flush=True)


def _become(face: str, program: str) -> NoReturn:
    from tumpeang.config.cli import server

    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # the other is for numbers
    if program == "worker":
        from tumpeang.config.worker import Worker

        Worker().run()
    else:
        from gunicorn.app.wsgiapp import run

        sys.argv = server._gunicorn(face)[2:]
        run()
    os._exit(0)


if __name__ == "__main__":
    main(sys.argv[1])
