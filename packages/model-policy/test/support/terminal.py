"""Run a command at a pseudo-terminal and type an answer whenever a question shows.

Arguments: a JSON list of [question, answer], then the command. Prints {"code", "shown"} as JSON.
"""

import json
import os
import pty
import select
import signal
import sys

# A question that nobody expected would wait for ever.
SILENCE = 60

dialogue = json.loads(sys.argv[1])
child, terminal = pty.fork()
if child == 0:
    os.execvp(sys.argv[2], sys.argv[2:])

shown = b""
looked = 0
while True:
    if not select.select([terminal], [], [], SILENCE)[0]:
        os.kill(child, signal.SIGKILL)
        break
    try:
        some = os.read(terminal, 65536)
    except OSError:
        break
    if not some:
        break
    shown += some
    while dialogue and dialogue[0][0].encode() in shown[looked:]:
        question, answer = dialogue.pop(0)
        looked = shown.index(question.encode(), looked) + len(question.encode())
        os.write(terminal, answer.encode() + b"\n")

_, status = os.waitpid(child, 0)
print(json.dumps({"code": os.waitstatus_to_exitcode(status), "shown": shown.decode(errors="replace"), "unasked": dialogue}))
