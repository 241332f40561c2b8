"""Starts the real server again and again within a second: everything is imported once, each server is a fork.

Reads one command line of `aboveloop` a line on standard input (JSON list), forks, runs it in the child, and answers
with the child's process id. The child is a process of its own in every way that a kill -9 can tell.
"""

import json
import os
import signal
import sys

import scipy.optimize

from aboveloop.cli import running
from aboveloop.cli.main import main


def serve() -> None:
    # Children are not waited for: whoever kills them only needs them gone.
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    for line in sys.stdin:
        pid = os.fork()
        if pid == 0:
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            os.setsid()
            os.close(0)
            main(json.loads(line))
            os._exit(0)
        sys.stdout.write(f"{pid}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    assert running.up and scipy.optimize, "imported here, so that no child has to"
    serve()
