"""What a component did, for the test to read: one JSON object a line in $JOURNAL/<name of the node>."""

import json
import os


def write(event, **details):
    file = os.path.join(os.environ["JOURNAL"], os.environ["PREDICTIVE_UNIT_ID"])
    with open(file, "a") as journal:
        journal.write(json.dumps({"event": event, "pid": os.getpid(), **details}) + "\n")
