"""Who is told that refreshes fail, and that they work again: a real web server and a mail server get the message."""

from __future__ import annotations

import json
import socketserver
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from orchestration.operate import journal, notify
from orchestration.refresh.workbench import AnotherRefresh, ChecksFailed, Workbench
from orchestration.settings import SettingError, Settings

SECRET = "hunter2secret"


@pytest.fixture
def settings(tmp_path) -> Settings:
    return Settings.load(tmp_path, tmp_path / "foi.duckdb", environment={})


@pytest.fixture
def hook() -> Iterator[tuple[str, list[dict]]]:
    """A web server on this machine: its address, and the messages that it got. ``/broken`` refuses, ``/slow`` hangs."""
    got: list[dict] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            if self.path.startswith("/slow"):
                time.sleep(1)
            if not self.path.startswith("/broken"):
                got.append(json.loads(body))
            self.send_response(500 if self.path.startswith("/broken") else 204)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}", got
        server.shutdown()


@pytest.fixture
def mailbox() -> Iterator[tuple[int, list[str]]]:
    """A mail server on this machine: its port, and everything that it was told."""
    heard: list[str] = []

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            self.wfile.write(b"220 here\r\n")
            is_data = False
            for raw in self.rfile:
                line = raw.decode().rstrip("\r\n")
                heard.append(line)
                if is_data and line != ".":
                    continue
                is_data = line.upper() == "DATA"
                self.wfile.write(b"354 go on\r\n" if is_data else b"250 yes\r\n")

    class Server(socketserver.ThreadingTCPServer):
        daemon_threads = True

    with Server(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_address[1], heard
        server.shutdown()


def fail(settings: Settings, reason: str = "a rule that is ours") -> None:
    with pytest.raises(ChecksFailed), journal.watched(settings, "foi refresh"):
        raise ChecksFailed(reason)


def succeed(settings: Settings) -> None:
    with journal.watched(settings, "foi refresh") as run:
        run.end(journal.UNCHANGED)


def test_a_webhook_is_told_of_each_failure_and_once_of_the_recovery(settings, hook):
    address, got = hook
    settings = replace(settings, notify_webhook=address + "/hook")
    succeed(settings)
    assert got == []
    fail(settings)
    fail(settings, "another")
    succeed(settings)
    succeed(settings)
    assert [message["event"] for message in got] == ["failed", "failed", "recovered"]
    assert (got[0]["exit_code"], got[0]["reason"]) == (4, "a rule that is ours")
    assert "a rule that is ours" in got[0]["text"] and str(settings.warehouse) in got[0]["text"]


def test_a_mail_says_what_failed(settings, mailbox):
    port, heard = mailbox
    address = f"smtp://127.0.0.1:{port}/?from=foi@example.org&to=one@example.org,two@example.org"
    fail(replace(settings, notify_mail=address))
    assert {line for line in heard if line.startswith("rcpt")} == {
        "rcpt TO:<one@example.org>", "rcpt TO:<two@example.org>",
    }  # fmt: skip
    assert "Subject: FOI warehouse: refresh failed" in heard
    assert any("a rule that is ours" in line for line in heard)


@pytest.mark.parametrize("path", ["/broken", "/slow"])
def test_a_message_that_cannot_be_sent_hides_its_address_and_stops_nothing(settings, hook, monkeypatch, path):
    monkeypatch.setattr(notify, "SECONDS", 0.2)
    settings = replace(settings, notify_webhook=f"{hook[0]}{path}?token={SECRET}",
                       notify_mail=f"smtp://user:{SECRET}@127.0.0.1:1/?from=a@b&to=c@d")
    fail(settings)
    problems = notify.notify(settings, "failed", {"warehouse": "w", "exit_code": 4})
    assert len(problems) == 2
    logged = settings.log_file.read_text() + settings.runs_log.read_text() + settings.standing_file.read_text()
    assert '"by": "webhook"' in logged and '"by": "mail"' in logged
    assert SECRET not in logged + "".join(problems) + repr(settings)


def test_an_address_of_another_kind_is_refused_without_repeating_it(tmp_path):
    for name, address in (("FOI_NOTIFY_WEBHOOK", f"file:///etc/{SECRET}"), ("FOI_NOTIFY_MAIL", f"user:{SECRET}@host")):
        with pytest.raises(SettingError, match=name) as refused:
            Settings.load(tmp_path, tmp_path / "foi.duckdb", environment={name: address})
        assert SECRET not in str(refused.value)


def test_that_another_refresh_is_running_is_nobodys_failure(settings, hook):
    settings = replace(settings, notify_webhook=hook[0])
    with pytest.raises(AnotherRefresh), journal.watched(settings, "foi refresh"):
        raise AnotherRefresh("it runs")
    assert hook[1] == [] and list(journal.runs(settings)) == []


def test_a_run_that_was_killed_is_told_of_by_the_next(settings, hook):
    settings = replace(settings, notify_webhook=hook[0])
    with journal.watched(settings, "schedule nightly_refresh") as killed:
        killed.begin(Workbench(settings, models=None, checks=None))
        killed.summary = {"status": "what kill -9 leaves: nothing is written any more"}
    with journal.watched(settings, "foi refresh") as run:
        run.begin(Workbench(settings, models=None, checks=None))
        run.end(journal.PUBLISHED, run_id="r")
    assert [(m["event"], m["status"]) for m in hook[1]] == [("failed", "interrupted"), ("recovered", "published")]
    assert [(r["status"], r["started_by"]) for r in journal.runs(settings)] == [
        ("published", "foi refresh"), ("interrupted", "schedule nightly_refresh"),
    ]  # fmt: skip
