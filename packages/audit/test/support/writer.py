"""A process that appends reported calls to a log, two entries each, and prints each call's id once it is on the disk.

Arguments: the script's folder, path, name, how many calls.
"""

import sys
import tempfile

folder, path, name, count = sys.argv[1:]
sys.path.insert(0, folder)

import record_model_usage as script  # noqa: E402

with tempfile.NamedTemporaryFile() as body:
    body.write(b'{"model":"gpt-5.3-codex"}')
    body.flush()
    for number in range(int(count)):
        call = f"{name}-{number}"
        flags = {
            "--log": path,
            "--model": "gpt-5.3-codex",
            "--agent": "agent:python",
            "--repo": "example.com/acme/app",
            "--path": "src/**",
            "--rationale": "naïve ☃",
            "--approval": "https://example.com/1",
            "--body": body.name,
            "--call-id": call,
        }
        code = script.main([part for flag in flags.items() for part in flag])
        if code != 0:
            sys.exit(code)
        print(call, flush=True)
