"""Tell a person that refreshes fail, and once that they work again: a webhook, a mail, or both.

FOI_NOTIFY_WEBHOOK is an http(s) address that gets the message as JSON; FOI_NOTIFY_MAIL is
``smtp://user:password@host:port/?from=a@b&to=c@d,e@f``, or ``smtps://…`` for TLS; ``&starttls=1`` begins it.
A message never makes a refresh fail, takes seconds at most, and no address or password is logged.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from threading import Thread
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, unquote, urlsplit

from orchestration.operate import logs

if TYPE_CHECKING:
    from orchestration.settings import Settings

SECONDS = 10.0
"""How long one step of sending may take, and, half as much again, the whole of a message."""


def notify(settings: Settings, kind: str, record: Mapping[str, Any]) -> list[str]:
    """Send what became of a run (``failed`` or ``recovered``) to every address that is set; returns what went wrong.

    ``record`` is the run's line of the runs log; it is sent whole, with a ``text`` for people.
    """
    message = {"event": kind, "text": _text(kind, record), **record}
    channels = {"webhook": (_post, settings.notify_webhook), "mail": (_mail, settings.notify_mail)}
    problems = []
    for name, (send, address) in channels.items():
        if address:
            problem = _in_time(send, address, message)
            if problem:
                problems.append(f"the {name} could not be sent: {problem}")
            logs.event("notified", logging.WARNING if problem else logging.INFO, kind=kind, by=name, problem=problem)
    return problems


def _text(kind: str, record: Mapping[str, Any]) -> str:
    if kind == "recovered":
        return f"FOI warehouse {record['warehouse']}: refreshes work again ({record['status']})."
    reason = record.get("reason") or "no reason was given"
    return f"FOI warehouse {record['warehouse']}: the refresh failed (exit code {record['exit_code']}): {reason}"


def _in_time(send: Any, address: str, message: Mapping[str, Any]) -> str | None:
    """Send in a thread of its own, which a server that answers drop by drop cannot hold up; returns the problem."""
    outcome: list[str | None] = []

    def attempt() -> None:
        try:
            outcome.append(send(address, message))
        except Exception as error:  # whatever the other side does, the refresh goes on
            outcome.append(_discreet(error, address))

    thread = Thread(target=attempt, daemon=True)
    thread.start()
    thread.join(SECONDS * 1.5)
    return outcome[0] if outcome else f"no answer within {SECONDS * 1.5:g} s"


def _discreet(error: Exception, address: str) -> str:
    """What went wrong, without any part of the address: errors like to repeat it."""
    text = " ".join(str(error).split())[:200]
    parts = urlsplit(address)
    secrets = (address, parts.netloc, parts.path, parts.query, parts.username, unquote(parts.password or ""),
               parts.password, parts.hostname)  # fmt: skip
    if any(secret and len(secret) > 1 and secret in text for secret in secrets):
        text = "(its message repeats the address)"
    return f"{type(error).__name__} {text}".strip()


def _post(address: str, message: Mapping[str, Any]) -> None:
    from urllib.request import Request, urlopen

    body = json.dumps(message, ensure_ascii=False, default=str).encode()
    with urlopen(Request(address, body, {"Content-Type": "application/json"}), timeout=SECONDS) as answer:
        answer.read(1)


def _mail(address: str, message: Mapping[str, Any]) -> None:
    import smtplib
    from email.message import EmailMessage

    parts = urlsplit(address)
    asked = {name: values[-1] for name, values in parse_qs(parts.query).items()}
    mail = EmailMessage()
    mail["Subject"] = f"FOI warehouse: refresh {message['event']}"
    mail["From"], mail["To"] = asked["from"], asked["to"]
    mail.set_content(f"{message['text']}\n\n{json.dumps(message, ensure_ascii=False, default=str, indent=2)}\n")
    connect = smtplib.SMTP_SSL if parts.scheme == "smtps" else smtplib.SMTP
    with connect(parts.hostname, parts.port or 0, timeout=SECONDS) as server:
        if asked.get("starttls") == "1":
            server.starttls()
        if parts.username:
            server.login(unquote(parts.username), unquote(parts.password or ""))
        server.send_message(mail)
