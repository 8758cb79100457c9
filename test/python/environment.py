"""environment.py NAME...: makes virtual environments with the packages of requirements/NAME.txt; prints their folders.

They are kept in .cache/python and made again when the requirements or the Python change. Only the standard library
is used. Several processes may ask for the same one at a time: one installs, the others wait.
"""

import fcntl
import hashlib
import os
import subprocess
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
CACHE = HERE.parent.parent / ".cache" / "python"
CONSTRAINTS = HERE / "build-constraints.txt"


def environment(name):
    requirements = HERE / "requirements" / f"{name}.txt"
    recipe = requirements.read_bytes() + CONSTRAINTS.read_bytes() + sys.version.encode()
    folder = CACHE / f"{name}-{hashlib.sha256(recipe).hexdigest()[:12]}"
    CACHE.mkdir(parents=True, exist_ok=True)
    with open(f"{folder}.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "complete").exists():
            install(folder, requirements)
    return folder


def install(folder, requirements):
    start = time.monotonic()
    print(f"{requirements.stem}: installing into {folder}", file=sys.stderr, flush=True)
    run(sys.executable, "-m", "venv", "--clear", folder)
    # For what is built from source: pip's own environments for that take constraints from the variable only.
    run(folder / "bin" / "pip", "install", "-q", "--prefer-binary", "--retries", "2", "-r", requirements,
        PIP_CONSTRAINT=str(CONSTRAINTS), PIP_DISABLE_PIP_VERSION_CHECK="1")
    (folder / "complete").touch()
    print(f"{requirements.stem}: installed in {time.monotonic() - start:.0f} s", file=sys.stderr, flush=True)


def run(*command, **variables):
    done = subprocess.run([str(part) for part in command], env={**os.environ, **variables},
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if done.returncode != 0:
        lines = [line for line in done.stdout.splitlines() if line.strip()]
        reason = next((line for line in lines if line.startswith("ERROR:")), (lines or ["no output"])[-1])
        sys.exit(f"{' '.join(Path(part).name for part in map(str, command[:3]))}: {reason}")


for argument in sys.argv[1:]:
    print(environment(argument), flush=True)
