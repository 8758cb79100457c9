"""The Python side of driver.ts."""

import json
import sys


def serve(outcome):
    """Reads one JSON object a line and writes what outcome(**object) gives, or the exception that it raises."""
    for line in sys.stdin:
        try:
            answer = outcome(**json.loads(line))
        except Exception as error:
            answer = {"success": False, "msg": f"{type(error).__name__}: {error}", "response": None}
        print(json.dumps(answer, default=bytes.decode), flush=True)
