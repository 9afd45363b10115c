"""Tests of record_model_usage.py. Run: python3 -m unittest discover -s scripts"""

from __future__ import annotations

import hashlib
import hmac
import io
import json
import os
import subprocess
import sys
import tempfile
import unittest
from contextlib import redirect_stderr
from pathlib import Path
from typing import Any, Optional
from unittest import mock

sys.path.insert(0, str(Path(__file__).parent))

import record_model_usage as script  # noqa: E402

SECRET = "the prompt nobody may read"
POLICY = {
    "digest": "sha256:" + "a" * 64,
    "document": {
        "models": {
            "classes": {
                "standard": {
                    "access": "open",
                    "models": ["gpt-5-mini", "gpt-*-nano"],
                    "aliases": {"cheap": "gpt-5-mini"},
                    "prefixes": ["openai/"],
                },
                "codex": {
                    "access": "grant",
                    "models": ["gpt-5.3-codex", "gpt-5*-codex*", "gpt-5-mini-2027-*"],
                    "aliases": {"gpt-codex-5.3": "gpt-5.3-codex"},
                },
            }
        }
    },
}


class Case(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.log = self.folder / "MODEL_AUDIT.log"
        self.policy = self.folder / "policy.json"
        self.policy.write_text(json.dumps(POLICY))
        self.body = self.folder / "body.json"
        self.body.write_text(json.dumps({"model": "gpt-codex-5.3", "input": SECRET}))

    def flags(self, **changes: Any) -> list[str]:
        flags: dict[str, Any] = {
            "log": self.log,
            "policy": self.policy,
            "model": "gpt-codex-5.3",
            "agent": "agent:refactor-bot",
            "repo": "github.com/acme/app",
            "path": "src/auth/**",
            "task": "ISSUE-12",
            "rationale": "Split the session store: naïve ☃",
            "approval": "https://github.example/acme/app/pull/9#issuecomment-1",
            "body": self.body,
            **changes,
        }
        result = []
        for name, value in flags.items():
            if value is None:
                continue
            result.append("--" + name.replace("_", "-"))
            if value is not True:
                result.append(str(value))
        return result

    def run_script(self, *arguments: str, given: Optional[str] = None) -> tuple[int, str]:
        stderr = io.StringIO()
        with redirect_stderr(stderr), mock.patch.object(sys, "stdin", io.StringIO(given or "")):
            try:
                code = script.main(arguments)
            except SystemExit as error:
                code = int(error.code or 0)
        return code, stderr.getvalue()

    def events(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.log.read_text(encoding="utf-8").splitlines()]


class Recording(Case):
    def test_writes_a_call_as_two_entries_after_the_opening_line(self) -> None:
        self.assertEqual(self.run_script(*self.flags()), (0, ""))
        opened, started, finished = self.events()
        self.assertEqual(opened["data"], {"model_policy.origin": "github.com/acme/app/model-audit"})
        self.assertEqual(started["type"], "dev.modelpolicy.call.started.v1")
        self.assertEqual(finished["type"], "dev.modelpolicy.call.finished.v1")
        self.assertEqual(started["subject"], "ISSUE-12")
        self.assertEqual(started["data"]["model_policy.call_id"], finished["data"]["model_policy.call_id"])
        expected = {
            "model_policy.source": "reported",
            "gen_ai.agent.id": "agent:refactor-bot",
            "vcs.repository.url.full": "github.com/acme/app",
            "model_policy.paths": ["src/auth/**"],
            "gen_ai.request.model": "gpt-codex-5.3",
            "model_policy.model": "gpt-5.3-codex",
            "model_policy.rationale": "Split the session store: naïve ☃",
            "model_policy.approval.uri": "https://github.example/acme/app/pull/9#issuecomment-1",
            "model_policy.prompt_hash": "sha256:" + hashlib.sha256(self.body.read_bytes()).hexdigest(),
            "model_policy.policy_digest": POLICY["digest"],
        }
        self.assertEqual({key: started["data"].get(key) for key in expected}, expected)

    def test_begins_every_line_with_the_version_and_writes_no_space_between(self) -> None:
        self.run_script(*self.flags())
        for line in self.log.read_text(encoding="utf-8").splitlines():
            self.assertTrue(line.startswith('{"specversion":"1.0",'))
            self.assertEqual(line, json.dumps(json.loads(line), ensure_ascii=False, separators=(",", ":")))

    def test_never_writes_the_body_or_the_secret_of_its_hash(self) -> None:
        key = self.folder / "key"
        key.write_bytes(b"a secret key")
        self.run_script(*self.flags(hash_key=key, hash_key_id="k1"))
        text = self.log.read_text(encoding="utf-8")
        self.assertNotIn(SECRET, text)
        self.assertNotIn("a secret key", text)
        expected = hmac.new(b"a secret key", self.body.read_bytes(), hashlib.sha256).hexdigest()
        self.assertIn(f'"hmac-sha256:k1:{expected}"', text)

    def test_takes_metadata_as_json(self) -> None:
        usage = {
            "model": "gpt-5.3-codex",
            "agent": "agent:a",
            "repo": "github.com/acme/app",
            "path": ["a", "b"],
            "rationale": "why",
            "approval": "https://x.example/1",
            "body": str(self.body),
            "input-tokens": 12,
        }
        code, message = self.run_script("--log", str(self.log), "--json", given=json.dumps(usage))
        self.assertEqual((code, message), (0, ""))
        self.assertEqual(self.events()[1]["data"]["model_policy.paths"], ["a", "b"])
        self.assertEqual(self.events()[2]["data"]["gen_ai.usage.input_tokens"], 12)

    def test_hashes_the_body_from_standard_input(self) -> None:
        command = [sys.executable, script.__file__, *self.flags(body="-")]
        subprocess.run(command, input=b"\x00\xff body", check=True)
        digest = hashlib.sha256(b"\x00\xff body").hexdigest()
        self.assertEqual(self.events()[1]["data"]["model_policy.prompt_hash"], f"sha256:{digest}")

    def test_cuts_paths_that_make_the_line_too_long_and_counts_them(self) -> None:
        many = [item for number in range(9000) for item in ("--path", f"src/module-{number}/☃")]
        self.assertEqual(self.run_script(*self.flags(path=None), *many), (0, ""))
        for line in self.log.read_bytes().splitlines():
            self.assertLessEqual(len(line), script.LONGEST_LINE)
        data = self.events()[1]["data"]
        self.assertEqual(len(data["model_policy.paths"]) + data["model_policy.paths_cut"], 9000)


class Refusing(Case):
    def test_needs_an_approval_for_a_gated_model(self) -> None:
        for model in ["gpt-5.3-codex", "gpt-codex-5.3", "gpt-9", "GPT-5-mini", "gpt-5-mini-2027-01-01", "gpt-5-nano"]:
            code, message = self.run_script(*self.flags(model=model, approval=None))
            self.assertEqual(code, 2, model)
            self.assertIn("--approval", message)
        self.assertFalse(self.log.exists())

    def test_needs_no_approval_for_what_the_policy_clearly_opens(self) -> None:
        for model in ["gpt-5-mini", "cheap", "gpt-5-mini-2026-02-05", "openai/gpt-5-mini"]:
            self.assertEqual(self.run_script(*self.flags(model=model, approval=None)), (0, ""), model)
        self.assertEqual(self.events()[1]["data"]["model_policy.model_class"], "standard")

    def test_treats_every_model_as_gated_without_a_policy(self) -> None:
        code, message = self.run_script(*self.flags(model="gpt-5-mini", policy=None, approval=None))
        self.assertEqual(code, 2)
        self.assertIn("without --policy", message)

    def test_names_what_is_missing(self) -> None:
        for name in ["model", "agent", "repo", "path", "rationale", "body"]:
            code, message = self.run_script(*self.flags(**{name: None}), "--origin", "x")
            self.assertEqual(code, 1)
            self.assertIn(f"--{name}", message)
        self.assertFalse(self.log.exists())

    def test_ends_wrong_use_with_1(self) -> None:
        self.assertEqual(self.run_script("--nonsense")[0], 1)
        for given in ["", "[]", '{"nonsense": 1}', '{"path": "a"}', '{"calls": true}', '{"outcome": "fine"}', '{"body": "-"}']:
            self.assertEqual(self.run_script("--json", "--log", str(self.log), given=given)[0], 1, given)
        self.assertEqual(self.run_script(*self.flags(input_tokens="-1"))[0], 1)
        self.assertEqual(self.run_script(*self.flags(hash_key="/dev/null"))[0], 1)
        self.assertEqual(self.run_script(*self.flags(rationale="\udcff"))[0], 1)
        self.assertEqual(self.run_script(*self.flags(rationale="x" * 70_000))[0], 1)

    def test_refuses_a_policy_that_is_not_an_export(self) -> None:
        for text in ["", "[]", "{}", '{"digest": "sha256:1", "document": {"models": {"classes": {}}}}']:
            self.policy.write_text(text)
            code, message = self.run_script(*self.flags())
            self.assertEqual(code, 1)
            self.assertIn("policy export", message)

    def test_says_so_when_the_log_cannot_be_written(self) -> None:
        code, message = self.run_script(*self.flags(log=self.folder / "nowhere" / "MODEL_AUDIT.log"))
        self.assertEqual(code, 1)
        self.assertIn("cannot append", message)

    def test_follows_no_link_in_the_place_of_the_log(self) -> None:
        (self.folder / "link").symlink_to(self.folder / "elsewhere")
        code, message = self.run_script(*self.flags(log=self.folder / "link"))
        self.assertEqual(code, 1)
        self.assertIn("cannot append", message)
        self.assertFalse((self.folder / "elsewhere").exists())

    def test_refuses_a_new_log_without_a_name(self) -> None:
        code, message = self.run_script(*self.flags(summary=True, repo=None, model="gpt-5-mini", persona="d", task_class="t", calls=1))
        self.assertEqual(code, 1)
        self.assertIn("--origin", message)


class Summarising(Case):
    def test_counts_low_demand_calls(self) -> None:
        flags = self.flags(summary=True, model="cheap", persona="developer", task_class="triage", calls=12, input_tokens=340)
        self.assertEqual(self.run_script(*flags), (0, ""))
        data = self.events()[1]["data"]
        count = {"persona": "developer", "taskClass": "triage", "model": "gpt-5-mini", "calls": 12, "inputTokens": 340, "outputTokens": 0}
        self.assertEqual(data["model_policy.counts"], [count])
        self.assertEqual((data["model_policy.source"], data["model_policy.seq"], data["model_policy.closed"]), ("reported", 0, True))

    def test_refuses_to_count_gated_calls(self) -> None:
        for changes in [{"model": "gpt-5.3-codex"}, {"model": "gpt-5-mini", "policy": None}]:
            flags = self.flags(summary=True, persona="developer", task_class="triage", calls=1, **changes)
            self.assertEqual(self.run_script(*flags)[0], 2)


class Appending(Case):
    def test_ends_a_torn_line_first(self) -> None:
        self.log.write_bytes(b'{"specversion":"1.0","id":"to')
        self.run_script(*self.flags())
        lines = self.log.read_text(encoding="utf-8").splitlines()
        self.assertEqual(lines[0], '{"specversion":"1.0","id":"to')
        self.assertEqual([json.loads(line)["type"][15:] for line in lines[1:]], [".call.started.v1", ".call.finished.v1"])

    def test_writes_a_record_again_whole_after_a_short_write(self) -> None:
        whole = os.write

        def short(descriptor: int, data: bytes) -> int:
            os_write.side_effect = whole
            return whole(descriptor, data[:-7])

        with mock.patch.object(script.os, "write", side_effect=short) as os_write:
            self.assertEqual(self.run_script(*self.flags()), (0, ""))
        lines = self.log.read_text(encoding="utf-8").splitlines()
        self.assertEqual(len(lines), 4)
        self.assertRaises(ValueError, json.loads, lines[2])
        self.assertEqual(json.loads(lines[3])["type"], "dev.modelpolicy.call.finished.v1")

    def test_gives_up_when_only_parts_are_written(self) -> None:
        whole = os.write
        with mock.patch.object(script.os, "write", side_effect=lambda descriptor, data: whole(descriptor, data[:3])):
            self.assertEqual(self.run_script(*self.flags())[0], 1)


if __name__ == "__main__":
    unittest.main()
