"""What a message from outside says, in whatever shape it comes; nothing in it may stop the channel."""

from base64 import encodebytes
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aboveloop.connect.email.html_text import text_of_html
from aboveloop.connect.email.messages import Received
from aboveloop.connect.email.parsing import MOST_BYTES, read_message
from aboveloop.connect.email.said import what_is_new
from pace import costs_at_most

OURS = "help@larkspur.example"


def read(raw: bytes | str, **headers: str) -> Received:
    """The message made of `headers` and a body, or of whole bytes."""
    content = raw.encode() if isinstance(raw, str) else raw
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    head = "".join(f"{name}: {value}\n" for name, value in named.items()).encode()
    return read_message(head + b"\n" + content if headers else content, ours=OURS, path=Path("x"))


def test_a_plain_message_says_who_what_and_in_which_thread() -> None:
    received = read(
        "Where is my order?\n",
        From="Anna Berg <Anna.Berg@Customers.example>",
        Reply_To="orders+anna@customers.example",
        Subject="My order",
        Message_ID="<m1@customers.example>",
        In_Reply_To="<ours2@larkspur.example>",
        References="<ours1@larkspur.example>\n <ours2@larkspur.example>",
    )
    assert (received.address, received.name) == ("anna.berg@customers.example", "Anna Berg")
    assert received.reply_to == "orders+anna@customers.example"
    assert received.subject == "My order"
    assert received.foreign_id == "<m1@customers.example>"
    assert received.in_reply_to == "<ours2@larkspur.example>"
    assert received.references == ("<ours1@larkspur.example>", "<ours2@larkspur.example>")
    assert received.text == received.said == "Where is my order?"
    assert received.never_answer == "" and not received.is_cut


def test_encoded_headers_are_decoded() -> None:
    received = read(
        "x",
        From="=?iso-8859-1?Q?J=FCrgen_Gro=DF?= <j@x.example>",
        Subject="=?utf-8?B?UsO8Y2tnYWJl?= =?utf-8?Q?_der_Schuhe?=",
    )
    assert received.name == "Jürgen Groß"
    assert received.subject == "Rückgabe der Schuhe"


@pytest.mark.parametrize("header", ["Rückgabe".encode(), "Rückgabe".encode("latin-1")])
def test_headers_in_raw_bytes_are_read_as_what_they_most_likely_are(header: bytes) -> None:
    assert read(b"From: a@x.example\nSubject: " + header + b"\n\nx").subject == "Rückgabe"


@pytest.mark.parametrize(
    ("charset", "body"),
    [
        ("iso-8859-1", "Grüße für 5 €".encode("cp1252")),
        ("windows-1252", "Grüße für 5 €".encode("cp1252")),
        ("utf-8", "Grüße für 5 €".encode()),
        ("utf-8", "Grüße für 5 €".encode("cp1252")),
        ("iso-8859-1", "Grüße für 5 €".encode()),
        ("x-unknown", "Grüße für 5 €".encode()),
        ("us-ascii", "Grüße für 5 €".encode()),
        ("utf-16", "Grüße für 5 €".encode("utf-16")),
    ],
)
def test_a_body_is_read_in_the_charset_it_has_whatever_it_claims(charset: str, body: bytes) -> None:
    head = f"From: a@x.example\nContent-Type: text/plain; charset={charset}\nContent-Transfer-Encoding: 8bit\n\n"
    if charset == "utf-16":
        head = head.replace("8bit", "base64")
        body = encodebytes(body)
    assert read(head.encode() + body).text == "Grüße für 5 €"


def test_plain_text_is_preferred_to_html_and_attachments_are_named() -> None:
    message = EmailMessage()
    message["From"] = "a@x.example"
    message.set_content("The plain words.")
    message.add_alternative("<p>The <b>HTML</b> words.</p>", subtype="html")
    message.add_attachment(b"%PDF", maintype="application", subtype="pdf", filename="Rechnung März.pdf")
    message.add_attachment(b"x", maintype="image", subtype="png", filename="../../etc/pass  wd.png")
    received = read(message.as_bytes())
    assert received.text == "The plain words."
    assert received.attachments == ("Rechnung März.pdf", "pass wd.png")


def test_an_attached_message_is_an_attachment_and_not_what_was_said() -> None:
    inner = EmailMessage()
    inner["Subject"] = "inner"
    inner.set_content("refund everything")
    outer = EmailMessage()
    outer["From"] = "a@x.example"
    outer.set_content("see attached")
    outer.add_attachment(inner)
    received = read(outer.as_bytes())
    assert received.text == "see attached"
    assert received.attachments == ("message/rfc822",)


def test_html_alone_becomes_text() -> None:
    html = (
        "<html><head><title>t</title><style>p {color: red}</style></head><body><p>Dear team,</p>"
        "<p>please&nbsp;cancel <b>LK&#45;100200</b> &amp; refund:</p><ul><li>one</li><li>two</li></ul>"
        "<div style='display:none'>hidden <div>words</div> here</div><table><tr><td>a</td><td>b</td></tr></table>"
        "<script>alert('x < y')</script>1 < 2<br>bye <a title='a>b' href=x>link</a><!-- no --></body></html>"
    )
    received = read(html, From="a@x.example", Content_Type="text/html; charset=utf-8")
    assert received.text == "Dear team,\n\nplease cancel LK-100200 & refund:\n\n- one\n- two\na b\n1 < 2\nbye link"


def test_a_quotation_in_html_is_marked_and_not_taken_for_said() -> None:
    quoted = "<div>On Mon, 2 Mar 2026 Larkspur wrote:</div><blockquote>Write person<p>ok</p></blockquote>"
    html = f"<div>Yes please</div>{quoted}"
    received = read(html, From="a@x.example", Content_Type="text/html")
    assert received.said == "Yes please"
    assert "> Write person" in received.text


@pytest.mark.parametrize(
    "quoted",
    [
        'On Mon, 2 Mar 2026 at 09:12, Larkspur <help@larkspur.example> wrote:\n> Answer "person" to reach a colleague.',
        'On Mon, 2 Mar 2026 at 09:12, Larkspur\n<help@larkspur.example> wrote:\n\n> Answer "person"',
        "Am 02.03.2026 um 09:12 schrieb Larkspur:\n> Antworten Sie",
        'Op ma 2 mrt 2026 om 09:12 schreef Larkspur <help@larkspur.example>:\nAnswer "person"',
        "Le lun. 2 mars 2026 à 09:12, Larkspur a écrit :\n> person",
        '-----Original Message-----\nFrom: Larkspur\nAnswer "person"',
        "________________________________\nFrom: Larkspur\nSent: Monday",
        'From: Larkspur <help@larkspur.example>\nSent: Monday, 2 March 2026\nTo: Anna\n\nAnswer "person"',
        "Von: Larkspur\nGesendet: Montag\nAn: Anna\n\nperson",
        '> Answer "person"\n> to reach a colleague',
        "-- \nAnna\nperson of trust",
    ],
)
def test_what_a_reply_quotes_was_not_said(quoted: str) -> None:
    assert what_is_new(f"Yes, do it.\n\n{quoted}\n") == "Yes, do it."


@pytest.mark.parametrize(
    "text",
    [
        "On Monday I wrote to you about this.",
        "From: here to there I walked",
        "Am Montag kam es an, und dann: nichts",
        "Order list:\n- one\n-- two",
    ],
)
def test_words_that_only_look_like_a_quotation_are_said(text: str) -> None:
    assert what_is_new(text) == text


def test_a_quotation_alone_is_kept_rather_than_lost() -> None:
    assert what_is_new("> yes") == "> yes"


def test_answers_between_quoted_lines_are_said() -> None:
    assert what_is_new("> which order?\nLK-100200\n> which size?\n42") == "LK-100200\n42"


@pytest.mark.parametrize(
    ("headers", "words"),
    [
        ({"Auto_Submitted": "auto-replied"}, "automatically"),
        ({"Auto_Submitted": "auto-generated; type=x"}, "automatically"),
        ({"Precedence": "bulk"}, "bulk"),
        ({"Precedence": "Auto_Reply"}, "bulk"),
        ({"From": "MAILER-DAEMON@mx.example"}, "bounce"),
        ({"From": "postmaster@mx.example"}, "bounce"),
        ({"Return_Path": "<>"}, "bounce"),
        ({"Content_Type": 'multipart/report; report-type=delivery-status; boundary="b"'}, "bounce"),
        ({"X_Failed_Recipients": "a@x.example"}, "bounce"),
        ({"List_Id": "<news.x.example>"}, "mailing list"),
        ({"List_Unsubscribe": "<mailto:u@x.example>"}, "mailing list"),
        ({"X_Autoreply": "yes"}, "automatic reply"),
        ({"X_Auto_Response_Suppress": "DR, All"}, "no automatic answer"),
        ({"From": "no-reply@shop.example"}, "Nobody reads"),
        ({"From": "donotreply@shop.example"}, "Nobody reads"),
        ({"From": "Larkspur <HELP@larkspur.example>"}, "our own"),
        ({"From": ""}, "one sender"),
        ({"From": "undisclosed-recipients:;"}, "one sender"),
    ],
)
def test_a_machine_is_never_answered(headers: dict[str, str], words: str) -> None:
    received = read("text", **{"From": "a@x.example", **headers})
    assert words in received.never_answer


@pytest.mark.parametrize(
    "headers",
    [
        {"Auto_Submitted": "no"},
        {"Precedence": "normal"},
        {"From": "noel.reply@x.example"},
        {"Return_Path": "<a@x.example>"},
    ],
)
def test_a_person_is_answered(headers: dict[str, str]) -> None:
    assert read("text", **{"From": "a@x.example", **headers}).never_answer == ""


@pytest.mark.parametrize(
    ("header", "address"),
    [
        ("anna@bank.example <attacker@evil.example>", "attacker@evil.example"),
        ('"anna@bank.example <anna@bank.example>" <attacker@evil.example>', "attacker@evil.example"),
        ("=?utf-8?q?=3Canna=40bank=2Eexample=3E?= <attacker@evil.example>", "attacker@evil.example"),
        ("attacker@evil.example (anna@bank.example)", "attacker@evil.example"),
        ("a@x.example, b@y.example", "a@x.example"),
        ("<not an address>", ""),
        ("nobody", ""),
    ],
)
def test_a_name_that_looks_like_an_address_is_not_the_sender(header: str, address: str) -> None:
    assert read("x", From=header).address == address


def test_two_headers_that_name_the_sender_name_nobody() -> None:
    received = read(b"From: anna@bank.example\nFrom: attacker@evil.example\n\nx")
    assert received.address == "" and received.never_answer


def test_without_a_message_id_the_same_bytes_have_the_same_name() -> None:
    one, again, other = (read(body, From="a@x.example") for body in ("x", "x", "y"))
    assert one.foreign_id == again.foreign_id != other.foreign_id
    assert one.foreign_id.startswith("sha256:")


def test_an_empty_message_says_nothing() -> None:
    received = read(b"")
    assert (received.address, received.text, received.said, received.subject) == ("", "", "", "")


def test_a_huge_message_is_cut_and_says_so() -> None:
    received = read("word " * (MOST_BYTES // 4), From="a@x.example")
    assert received.is_cut
    assert len(received.text) == 100_000


def test_control_and_direction_characters_do_not_reach_a_reader() -> None:
    received = read("a\x00b\u202ec\x1b[31m\nd", From="a@x.example", Subject="x\u202ey\x07")
    assert received.text == "abc[31m\nd"
    assert received.subject == "x y"


HOSTILE: dict[str, Any] = {
    "comments": b"<!--" * 120_000,
    "tags": b"<a " * 150_000,
    "quotes": b"<a '\"" * 100_000,
    "declarations": b"<!" * 250_000,
    "entities": b"&#" + b"1" * 400_000 + b";",
    "hidden": b"<div hidden>" * 40_000,
}


@pytest.mark.parametrize("name", sorted(HOSTILE))
def test_hostile_html_takes_no_longer_than_other_html(name: str) -> None:
    assert costs_at_most(5, lambda: text_of_html(HOSTILE[name].decode()), tries=2)


@pytest.mark.parametrize(
    "raw",
    [
        b"".join(b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (i, i) for i in range(2000)),
        b"Content-Type: multipart/mixed; boundary=b\n\n" + b"--b\n\nx\n" * 100_000,
        b"Content-Type: message/rfc822\n\n" * 2000,
        b"From: a@x.example\nSubject: " + b"=?utf-8?q?a?= " * 200_000 + b"\n\nx",
        b'From: "' + b'\\"' * 100_000 + b"\n\nx",
        b"From: a@x.example\n\n" + b"On x\n" * 100_000,
        b"From: a@x.example\nContent-Type: text/plain; charset=" + b"x" * 5000 + b"\n\nx",
        b"From: a@x.example\nContent-Transfer-Encoding: base64\n\n!!!!",
        b"From: a@x.example\nContent-Type: multipart/mixed\n\nno boundary at all",
        b"From: a@x.example\nContent-Type: text/plain; charset*=bogus''%ff%fe\n\nx",
        b"From: a@x.example\nContent-Disposition: attachment; filename*0*=x''%; filename*1*=\n\nx",
        b"From: =?utf-8?b?!!!?= <a@x.example>\nSubject: =?x-unknown?q?=ff?=\n\nx",
        b"From:\xff\xfe\n\n\xff",
        b": no name\nFrom a@x.example\n\nx",
    ],
    ids=lambda raw: raw[:40].decode("latin-1"),
)
def test_a_hostile_message_is_read_in_a_moment_and_stops_nothing(raw: bytes) -> None:
    def receive() -> None:
        assert isinstance(read(raw), Received)

    assert costs_at_most(5, receive, tries=2)


LINES = st.sampled_from(
    [
        b"From: a@x.example",
        b"Content-Type: multipart/alternative; boundary=b",
        b"Content-Type: text/html; charset=utf-7",
        b"Content-Type: ;;;=",
        b"Content-Disposition: attachment; filename*=utf-8''%e2%82",
        b"Content-Transfer-Encoding: quoted-printable",
        b"Content-Transfer-Encoding: uuencode",
        b"Subject: =?utf-8?b?4oKs",
        b"MIME-Version: (",
        b"--b",
        b"--b--",
        b"",
        b"begin 644 x",
        b"<p>x",
    ]
)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.one_of(LINES, st.binary(max_size=40)), max_size=25).map(b"\n".join))
def test_no_bytes_whatever_raise(raw: bytes) -> None:
    received = read(raw)
    assert "\n" not in received.subject + received.name + received.address + "".join(received.attachments)
    assert received.foreign_id


@settings(max_examples=100, deadline=None)
@given(st.text(alphabet="<>/!-\"'= &;#abp\n", max_size=200))
def test_no_html_whatever_raises(html: str) -> None:
    assert isinstance(text_of_html(html), str)
