#!/usr/bin/env python3
"""Append the use of a model to MODEL_AUDIT.log, for agents that do not run under Model Policy's guard.

One call, reported after it ended (two entries, in one write: what was asked, and how it ended):

    record_model_usage.py --policy policy.json --model gpt-5.3-codex --agent agent:refactor-bot --repo github.com/acme/app \\
        --path 'src/auth/**' --task ISSUE-12 --rationale 'Split the session store' \\
        --approval https://github.com/acme/app/pull/9#issuecomment-1 --body request.json

The same as JSON on standard input, keys named as the flags (`path` holds a list):

    record_model_usage.py --json < usage.json

Low-demand calls as counts, at least once a day:

    record_model_usage.py --policy policy.json --summary --persona developer --task-class triage --model gpt-5-mini --calls 12

`--policy` takes what `model-policy policy export` writes. Without it nothing shows that a model is open to all, so every model needs
`--approval`, and nothing can be summarised.

The request body is hashed, never logged. The entries say `source: reported`: they are this agent's word, not a guard's observation.

Exit codes: 0 recorded, 1 wrong use or a fault, 2 the model needs an approval.

Python 3.9 or later, standard library only. Other processes may append to the same log meanwhile, in any language.
"""

from __future__ import annotations

import argparse
import hashlib
import hmac
import json
import os
import re
import secrets
import sys
import time
import uuid
from datetime import datetime, timezone
from typing import Any, Iterable, Mapping, NoReturn, Optional, Sequence

LONGEST_LINE = 65_535
OUTCOMES = ("complete", "error", "cancelled", "possibly-executed")


class UsageError(Exception):
    """The script was not called as it needs, or the log could not be written. Exit code 1."""

    exit_code = 1


class ApprovalNeeded(UsageError):
    """The model is not open to all, and no approval was named. Exit code 2."""

    exit_code = 2


# --- the policy -------------------------------------------------------------------------------------------------------


class Policy:
    """What a policy export says of models. Only what it clearly says is open counts as open."""

    SNAPSHOT = re.compile(r"(?<=.)-\d{4}-?(?:0[1-9]|1[0-2])-?(?:0[1-9]|[12]\d|3[01])$")

    def __init__(self, digest: str, classes: Mapping[str, Mapping[str, Any]]) -> None:
        self.digest = digest
        self._classes = classes

    @classmethod
    def read(cls, path: str) -> Policy:
        try:
            with open(path, encoding="utf-8") as file:
                export = json.load(file)
            digest, classes = export["digest"], export["document"]["models"]["classes"]
            if not re.fullmatch(r"sha256:[0-9a-f]{64}", digest) or not all(isinstance(c, dict) for c in classes.values()):
                raise ValueError("it has another form")
        except (OSError, ValueError, LookupError, TypeError, AttributeError) as error:
            raise UsageError(f"{path} is not what `model-policy policy export` writes: {error}") from error
        return cls(digest, classes)

    def class_of(self, model: str) -> Optional[str]:
        """The open class that lists a model: by its exact id or alias, a dated snapshot, or a listed prefix. Else None."""
        for name, model_class in self._classes.items():
            if model_class.get("access") == "open" and model in self._ids(model_class):
                return name
        if self._gated_pattern_matches(model):
            return None
        for name, model_class in self._classes.items():
            if model_class.get("access") != "open":
                continue
            for prefix in ["", *model_class.get("prefixes", [])]:
                rest = model[len(prefix) :]
                if model.startswith(prefix) and {rest, self.SNAPSHOT.sub("", rest)} & self._ids(model_class):
                    return name
        return None

    def id_of(self, model: str) -> str:
        """The provider's id of a model that may be named by an alias."""
        for model_class in self._classes.values():
            if model in model_class.get("aliases", {}):
                return str(model_class["aliases"][model])
        return model

    @staticmethod
    def _ids(model_class: Mapping[str, Any]) -> set[str]:
        return {model for model in [*model_class.get("models", []), *model_class.get("aliases", {})] if "*" not in model}

    def _gated_pattern_matches(self, model: str) -> bool:
        names = {model, model.rpartition("/")[2], self.SNAPSHOT.sub("", model)}
        for model_class in self._classes.values():
            if model_class.get("access") == "open":
                continue
            for pattern in model_class.get("models", []):
                expression = ".*".join(re.escape(part) for part in str(pattern).split("*"))
                if any(re.fullmatch(expression, name, re.IGNORECASE) for name in names):
                    return True
        return False


# --- entries ----------------------------------------------------------------------------------------------------------


def uuid7(now: float) -> str:
    """A UUIDv7 (RFC 9562, section 5.7)."""
    value = (int(now * 1000) << 80) | secrets.randbits(80)
    value = (value & ~(0xF << 76)) | (0x7 << 76)
    value = (value & ~(0x3 << 62)) | (0x2 << 62)
    return str(uuid.UUID(int=value))


def timestamp(now: float) -> str:
    """RFC 3339 UTC with milliseconds."""
    return datetime.fromtimestamp(now, timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def entry_line(kind: str, data: Mapping[str, Any], now: float, subject: Optional[str], source: str) -> bytes:
    """One CloudEvents 1.0 event as its line, LF included, in the bytes that the guard would write."""
    event: dict[str, Any] = {
        "specversion": "1.0",
        "id": uuid7(now),
        "source": source,
        "type": f"dev.modelpolicy.{kind}.v1",
        "time": timestamp(now),
    }
    if subject is not None:
        event["subject"] = subject
    event["data"] = dict(data)
    return with_paths_cut(event)


def with_paths_cut(event: dict[str, Any]) -> bytes:
    """A line of at most 65,535 bytes; where it would be longer, paths are left out and counted."""
    data = event["data"]
    paths = list(data.get("model_policy.paths", []))
    while True:
        try:
            line = json.dumps(event, ensure_ascii=False, separators=(",", ":")).encode("utf-8")
        except UnicodeEncodeError as error:
            raise UsageError(f"a text is not valid Unicode: {error}") from error
        if len(line) <= LONGEST_LINE:
            return line + b"\n"
        kept = data.get("model_policy.paths", [])
        if not kept:
            raise UsageError(f"the entry is {len(line)} bytes long, and a line holds {LONGEST_LINE}: shorten its texts")
        data["model_policy.paths"] = kept[: len(kept) * 3 // 4]
        data["model_policy.paths_cut"] = len(paths) - len(data["model_policy.paths"])


def without_none(data: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in data.items() if value is not None}


def prompt_hash(body: bytes, key: Optional[bytes], key_id: Optional[str]) -> str:
    """The hash of a request's exact body bytes; with a key nobody can confirm a guessed prompt."""
    if key is None:
        return f"sha256:{hashlib.sha256(body).hexdigest()}"
    return f"hmac-sha256:{key_id}:{hmac.new(key, body, hashlib.sha256).hexdigest()}"


def call_lines(usage: argparse.Namespace, body: bytes, policy: Optional[Policy], now: float, source: str) -> list[bytes]:
    """The two entries of a call that is over."""
    model_class = policy.class_of(usage.model) if policy else None
    if model_class is None and not usage.approval:
        reason = "its class is not open to all" if policy else "without --policy every model is gated"
        raise ApprovalNeeded(f"{usage.model} needs --approval with a link to the approval: {reason}")
    key = read_bytes(usage.hash_key) if usage.hash_key else None
    common = without_none(
        {
            "model_policy.call_id": usage.call_id or str(uuid.uuid4()),
            "model_policy.source": "reported",
            "model_policy.audit": "full",
            "gen_ai.agent.id": usage.agent,
            "model_policy.persona": usage.persona,
            "vcs.repository.url.full": usage.repo,
            "model_policy.paths": usage.path,
            "model_policy.task": usage.task,
            "model_policy.task_class": usage.task_class,
            "gen_ai.operation.name": usage.operation,
            "gen_ai.request.model": usage.model,
            "model_policy.model": policy.id_of(usage.model) if policy else usage.model,
            "model_policy.model_class": model_class,
            "model_policy.policy_digest": policy.digest if policy else None,
        }
    )
    started = without_none(
        {
            "model_policy.prompt_hash": prompt_hash(body, key, usage.hash_key_id),
            "model_policy.rationale": usage.rationale,
            "model_policy.decision": "allow",
            "model_policy.grant.jti": usage.grant,
            "model_policy.approval.uri": usage.approval,
        }
    )
    finished = without_none(
        {
            "model_policy.outcome": usage.outcome,
            "gen_ai.response.model": usage.served_model,
            "gen_ai.usage.input_tokens": usage.input_tokens,
            "gen_ai.usage.output_tokens": usage.output_tokens,
            "model_policy.usage_absent": "not-reported" if usage.input_tokens is None else None,
        }
    )
    return [
        entry_line("call.started", {**common, **started}, now, usage.task, source),
        entry_line("call.finished", {**common, **finished}, now, usage.task, source),
    ]


def summary_line(usage: argparse.Namespace, policy: Optional[Policy], now: float, source: str, instance: str) -> bytes:
    """The entry that counts low-demand calls."""
    if policy is None or policy.class_of(usage.model) is None:
        reason = "its class is not open to all" if policy else "without --policy every model is gated"
        raise ApprovalNeeded(f"{usage.model} cannot be summarised, each call needs an entry of its own: {reason}")
    count = {
        "persona": usage.persona,
        "taskClass": usage.task_class,
        "model": policy.id_of(usage.model),
        "calls": usage.calls,
        "inputTokens": usage.input_tokens or 0,
        "outputTokens": usage.output_tokens or 0,
    }
    data = {
        "model_policy.instance": instance,
        "model_policy.source": "reported",
        "model_policy.seq": 0,
        "model_policy.from": timestamp(now),
        "model_policy.to": timestamp(now),
        "model_policy.counts": [count],
        "model_policy.closed": True,
    }
    return entry_line("usage.summary", data, now, None, source)


# --- the log ----------------------------------------------------------------------------------------------------------

# A link in the log's place would lead the entries elsewhere.
NOT_FOLLOWED = getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_NOFOLLOW", 0)


def append(path: str, lines: Sequence[bytes], opening: bytes) -> None:
    """Append whole lines, next to other processes that append too, and return once they are on the disk.

    Everything goes into one write on an O_APPEND descriptor. A torn line of a writer that died is ended by an LF first, in the same write.
    A new log begins with `opening`.
    """
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT | NOT_FOLLOWED, 0o660)
        try:
            new = os.fstat(descriptor).st_size == 0
            write_whole(descriptor, list(lines), opening)
            getattr(os, "fdatasync", os.fsync)(descriptor)
            if new:
                sync_folder(os.path.dirname(os.path.abspath(path)))
        finally:
            os.close(descriptor)
    except OSError as error:
        raise UsageError(f"cannot append to {path}: {error.strerror or error}") from error


def write_whole(descriptor: int, lines: list[bytes], opening: bytes) -> None:
    stalled = False
    while lines:
        head = line_start(descriptor, opening)
        data = head + b"".join(lines)
        written = os.write(descriptor, data)
        if written == len(data):
            return
        # A short write (a full disk, a signal): the torn record is ended by the next turn's LF and written again, whole.
        left, whole = written - len(head), 0
        while whole < len(lines) and left >= len(lines[whole]):
            left -= len(lines[whole])
            whole += 1
        if whole == 0 and stalled:
            raise OSError(0, "the system writes only parts of a line")
        stalled = whole == 0
        del lines[:whole]


def line_start(descriptor: int, opening: bytes) -> bytes:
    """What must stand before the next record: the opening line, an LF that ends another writer's torn line, or nothing."""
    size = os.fstat(descriptor).st_size
    if size == 0:
        return opening
    return b"" if os.pread(descriptor, 1, size - 1) in (b"\n", b"") else b"\n"


def sync_folder(path: str) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


# --- the command line -------------------------------------------------------------------------------------------------


class Parser(argparse.ArgumentParser):
    """Ends wrong use with 1: 2 says that an approval is needed."""

    def error(self, message: str) -> NoReturn:
        self.print_usage(sys.stderr)
        self.exit(1, f"{self.prog}: {message}\n")


def parser() -> Parser:
    summary, _, more = (__doc__ or "").partition("\n")
    result = Parser(prog="record_model_usage.py", description=summary, epilog=more, formatter_class=argparse.RawDescriptionHelpFormatter)
    add = result.add_argument
    add("--log", default="MODEL_AUDIT.log", help="the log (default: %(default)s)")
    add("--origin", help="what a new log is called (default: the repository and /model-audit)")
    add("--policy", help="what `model-policy policy export` wrote")
    add("--json", action="store_true", help="read the metadata as one JSON object from standard input")
    add("--summary", action="store_true", help="record counts of low-demand calls instead of one call")
    add("--agent", help="who acts, such as agent:refactor-bot")
    add("--persona", help="the role it acts in, such as developer")
    add("--repo", help="the repository, such as github.com/acme/app")
    add("--path", action="append", help="a file or glob that the work touches; may be repeated")
    add("--task", help="the piece of work, such as ISSUE-12")
    add("--task-class", help="the kind of work, such as triage")
    add("--model", help="the model, as asked for")
    add("--served-model", help="the model that answered, as the provider names it")
    add("--operation", default="chat", help="what was done with it (default: %(default)s)")
    add("--rationale", help="one sentence: why this model was used")
    add("--approval", help="link to the approval; needed for models that are not open to all")
    add("--grant", help="the id (jti) of the grant, never the token itself")
    add("--body", help="file with the exact bytes of the request body, or - for standard input; it is hashed, not logged")
    add("--hash-key", help="file with a secret: the hash becomes HMAC-SHA-256 under it")
    add("--hash-key-id", help="what the entry calls that secret")
    add("--call-id", help="names the call (default: a random UUID)")
    add("--outcome", choices=OUTCOMES, default="complete", help="how the call ended (default: %(default)s)")
    add("--calls", type=int, help="with --summary: how many calls")
    add("--input-tokens", type=int)
    add("--output-tokens", type=int)
    return result


def from_json(defaults: argparse.Namespace, text: str) -> argparse.Namespace:
    """Flags given as a JSON object, over the flags that were given as such."""
    try:
        given = json.loads(text)
    except ValueError as error:
        raise UsageError(f"standard input is not JSON: {error}") from error
    if not isinstance(given, dict):
        raise UsageError("standard input is not a JSON object")
    usage = argparse.Namespace(**vars(defaults))
    numbers = {"calls", "input_tokens", "output_tokens"}
    for name, value in given.items():
        key = str(name).replace("-", "_")
        if not hasattr(usage, key) or key in ("json", "log", "policy"):
            raise UsageError(f"standard input has an unknown key: {name}")
        wanted: Any = bool if key == "summary" else int if key in numbers else list if key == "path" else str
        if type(value) is not wanted or (wanted is list and not all(type(item) is str for item in value)):
            raise UsageError(f"{name} is not {'a list of texts' if wanted is list else 'a ' + wanted.__name__}")
        setattr(usage, key, value)
    if usage.outcome not in OUTCOMES:
        raise UsageError(f"outcome is none of {', '.join(OUTCOMES)}")
    if usage.body == "-":
        raise UsageError("standard input holds the JSON: name a file for the body")
    return usage


def require(usage: argparse.Namespace, names: Iterable[str]) -> None:
    missing = [f"--{name.replace('_', '-')}" for name in names if getattr(usage, name) in (None, "", [])]
    if missing:
        raise UsageError(f"{', '.join(missing)} must be given")
    for name in ("calls", "input_tokens", "output_tokens"):
        value = getattr(usage, name)
        if value is not None and not 0 <= value < 2**53:
            raise UsageError(f"--{name.replace('_', '-')} is not a count")


def read_bytes(path: str) -> bytes:
    try:
        if path == "-":
            return sys.stdin.buffer.read()
        with open(path, "rb") as file:
            return file.read()
    except OSError as error:
        raise UsageError(f"cannot read {path}: {error.strerror}") from error


def record(usage: argparse.Namespace, now: float) -> None:
    """Append what `usage` says to its log."""
    policy = Policy.read(usage.policy) if usage.policy else None
    instance = str(uuid.uuid4())
    source = f"urn:model-policy:{instance}"
    if usage.summary:
        require(usage, ["model", "persona", "task_class", "calls"])
        lines = [summary_line(usage, policy, now, source, instance)]
    else:
        require(usage, ["model", "agent", "repo", "path", "rationale", "body"])
        if bool(usage.hash_key) != bool(usage.hash_key_id) or ":" in (usage.hash_key_id or ""):
            raise UsageError("--hash-key and --hash-key-id go together, and the id has no colon")
        lines = call_lines(usage, read_bytes(usage.body), policy, now, source)
    origin = usage.origin or (f"{usage.repo}/model-audit" if usage.repo else None)
    if origin is None and not (os.path.exists(usage.log) and os.path.getsize(usage.log) > 0):
        raise UsageError("a new log needs a name: give --origin or --repo")
    append(usage.log, lines, entry_line("log.opened", {"model_policy.origin": origin}, now, None, source))


def main(arguments: Optional[Sequence[str]] = None) -> int:
    usage = parser().parse_args(arguments)
    try:
        if usage.json:
            usage = from_json(usage, sys.stdin.read())
        record(usage, time.time())
    except UsageError as error:
        print(f"record_model_usage.py: {error}", file=sys.stderr)
        return error.exit_code
    return 0


if __name__ == "__main__":
    sys.exit(main())
