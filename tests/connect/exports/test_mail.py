"""Mailboxes become threads: mbox and Maildir, quoted words left out, people told from customers by their domain."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from aboveloop.app.importing.importing import Import, Report
from aboveloop.app.importing.masking import Masker
from aboveloop.app.importing.sources import Wish, open_export
from aboveloop.connect.exports.records import ExportUnreadable, MappingWrong, Reading
from aboveloop.history import store

FIRST = """From: Zoe Buyer <zoe@mail.example>
To: support@shop.example
Subject: Where is my order
Message-ID: <1@mail.example>
Date: Sun, 1 Mar 2026 10:00:00 +0100

Order 4711 is late.

>From here on I wait.
"""
ANSWER = """From: Mia <mia@help.shop.example>
To: zoe@mail.example
Subject: Re: Where is my order
Message-ID: <2@shop.example>
In-Reply-To: <1@mail.example>
Date: Sun, 1 Mar 2026 09:30:00 +0000

It left today.

On Sun, 1 Mar 2026 Zoe Buyer wrote:
> Order 4711 is late.
"""
AWAY = """From: zoe@mail.example
Subject: Out of office
Message-ID: <3@mail.example>
References: <1@mail.example> <2@shop.example>
Auto-Submitted: auto-replied
Date: Sun, 1 Mar 2026 09:31:00 +0000

I am away.
"""
OTHER = (
    "From: bob@mail.example\nSubject: Hello\nMessage-ID: <4@mail.example>\nDate: Mon, 2 Mar 2026 09:00:00 -0000\n\nHi\n"
)
TIMELESS = "From: eve@mail.example\nSubject: When\nMessage-ID: <5@mail.example>\nDate: soon\n\nHi\n"


def run(home: Path, path: Path, kind: str, own: str = "shop.example") -> Report:
    export = open_export(Wish(str(path), kind, Reading(columns={"own": own} if own else {})))
    now = datetime(2026, 11, 26, tzinfo=UTC)
    return Import(home, "desk", export, Masker(b"s" * 32), now=now, place=str(path)).run()


def mbox(path: Path, *messages: str) -> Path:
    path.write_text("".join(f"From someone Sun Mar  1 10:00:00 2026\n{each}\n" for each in messages))
    return path


def rows(home: Path) -> list[dict[str, Any]]:
    return sorted(store.table(store.find(home, "desk")).to_pylist(), key=lambda row: row["position"])


def test_a_thread_is_told_without_what_it_quotes(tmp_path: Path) -> None:
    path = mbox(tmp_path / "in.mbox", ANSWER, FIRST, OTHER, AWAY, TIMELESS, FIRST)
    report = run(tmp_path, path, "mbox")
    assert (report.read, report.stored, report.quarantined, report.cases) == (3, 2, 1, 2)
    first = [row for row in rows(tmp_path) if row["case_id"] == rows(tmp_path)[0]["case_id"]]
    assert [(row["activity"], row["who"].partition(":")[0]) for row in first] == [
        ("opened", "customer"),
        ("customer_message", "customer"),
        ("person_message", "person"),
        ("note", "customer"),
    ]
    assert first[2]["attributes"] == '{"text":"It left today."}'
    assert "From here on" in first[1]["attributes"]
    assert first[2]["at"] - first[1]["at"] == 30 * 60 * 1_000_000
    assert not [word for word in ("zoe@", "mia@", "Buyer") if word in str(rows(tmp_path))]


def test_a_maildir_is_the_same_and_a_later_answer_takes_the_place_of_the_shorter_thread(tmp_path: Path) -> None:
    folder = tmp_path / "Mail/.Sent/cur"
    folder.mkdir(parents=True)
    (tmp_path / "Mail/new").mkdir()
    (tmp_path / "Mail/new/1.host").write_text(FIRST)
    assert run(tmp_path, tmp_path / "Mail", "maildir").events == 2
    (folder / "2.host:2,S").write_text(ANSWER)
    report = run(tmp_path, tmp_path / "Mail", "maildir")
    assert (report.events, report.cases) == (3, 1)
    assert run(tmp_path, tmp_path / "Mail", "maildir").unchanged == 1


def test_own_domains_must_be_said_and_messages_be_there(tmp_path: Path) -> None:
    path = mbox(tmp_path / "in.mbox", FIRST)
    with pytest.raises(MappingWrong, match="--own-domain"):
        run(tmp_path, path, "mbox", own="")
    path.write_text("a,b\n1,2\n")
    with pytest.raises(ExportUnreadable, match="no messages"):
        run(tmp_path, path, "mbox")
