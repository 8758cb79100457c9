"""guard.py COMMAND...: runs a command, with all that it starts, until standard input ends or the command does.

Servers such as gunicorn leave children behind when only they themselves are signalled, and standard input ends however
the process at its other end does.
"""

import os
import signal
import subprocess
import sys
import threading

GRACE_SECONDS = 5


def signal_group(group, number):
    try:
        os.killpg(group, number)
    except ProcessLookupError:
        pass


def until_told(child):
    sys.stdin.buffer.read()
    signal_group(child.pid, signal.SIGTERM)
    try:
        child.wait(GRACE_SECONDS)
    except subprocess.TimeoutExpired:
        signal_group(child.pid, signal.SIGKILL)


child = subprocess.Popen(sys.argv[1:], stdin=subprocess.DEVNULL, start_new_session=True)
threading.Thread(target=until_told, args=(child,), daemon=True).start()
status = child.wait()
signal_group(child.pid, signal.SIGKILL)
os._exit(status if status >= 0 else 128 - status)
