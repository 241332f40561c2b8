"""index.html of a folder of evidence: one page that any browser shows without a network, a script or another file."""

from collections.abc import Iterator, Mapping, Sequence
from html import escape
from typing import Any

from aboveloop.app.evidence.contents import Gathered, Told
from aboveloop.kit.clock import iso
from aboveloop.work.timeline import Line

# More cases than a person reads on one page; all of them stand in decisions.json.
CASES_SHOWN = 300

STYLE = """
:root{color-scheme:light dark;--ink:#16201c;--paper:#fbfaf7;--soft:#59655f;--line:#d8d9d2;--mark:#0b5d4b}
@media (prefers-color-scheme:dark){:root{--ink:#e8ece9;--paper:#141816;--soft:#a3aea8;--line:#39413d;--mark:#7fd1bb}}
body{font:16px/1.5 system-ui,sans-serif;color:var(--ink);background:var(--paper);margin:0 auto;max-width:60rem;
padding:1rem;overflow-wrap:anywhere}
h1,h2,h3{line-height:1.2}a{color:var(--mark)}code{font-size:.9em}
article,table{border:1px solid var(--line);border-radius:6px;padding:.5rem 1rem;margin:1rem 0}
dt{font-weight:600;margin-top:.6rem}dd{margin:0 0 .3rem}.soft{color:var(--soft)}
table{border-collapse:collapse;width:100%;min-width:36rem;padding:0}
td,th{border-bottom:1px solid var(--line);padding:.3rem .5rem;
text-align:left;vertical-align:top}blockquote{margin:.3rem 0;padding-left:.8rem;border-left:3px solid var(--line);
white-space:pre-wrap}.scroll{overflow-x:auto}
"""


def index_page(header: Mapping[str, Any], found: Gathered, key: str) -> str:
    """The page: what this is, how to check it, then case by case the four answers, what was said, and every entry."""
    return "".join(_page(header, found, key))


def _page(header: Mapping[str, Any], found: Gathered, key: str) -> Iterator[str]:
    title = f"Evidence of {header['company']}"
    yield '<!doctype html><html lang="en"><head><meta charset="utf-8">'
    yield '<meta name="viewport" content="width=device-width,initial-scale=1">'
    yield f"<title>{escape(title)}</title><style>{STYLE}</style></head><body><main><h1>{escape(title)}</h1>"
    yield f"<p>{_count(header['entries'], 'entry', 'entries')} of {_count(len(found.told), 'case', 'cases')}, as the"
    yield f" ledger <code>{escape(header['ledger'])}</code> stood at {escape(header['made_at'])}. Made by"
    yield f" {escape(header['made_by'])}. Personal fields are {'opened' if header['personal'] else 'sealed'}.</p>"
    yield "<h2>Do not believe this page: check the folder</h2>"
    yield f"<pre class=scroll tabindex=0>python verify.py . --key &quot;{escape(key)}&quot;</pre>"
    yield "<p>Take the key and <code>verify.py</code> from somewhere else than this folder. <a href='README.md'>"
    yield "README.md</a> says why, what is proved, and what is not.</p>"
    for name, lines in found.others.items():
        yield f"<section><h2>{escape(name)}</h2><p>What was done about it, in order; {len(lines)} entries.</p>"
        yield from _timeline(lines)
        yield "</section>"
    if len(found.told) > 1:
        yield f"<nav aria-label=Cases><h2>Cases</h2>{''.join(map(_link, found.told[:CASES_SHOWN]))}</nav>"
    for told in found.told[:CASES_SHOWN]:
        yield from _case(told)
    if len(found.told) > CASES_SHOWN:
        yield f"<p>The first {CASES_SHOWN} cases are shown here; all {len(found.told)} are in decisions.json.</p>"
    if not found.told:
        yield "<p>No case is in this scope; only the house's own entries are.</p>"
    yield "</main></body></html>\n"


def _link(told: Told) -> str:
    case, name = told.account, escape(told.account.case)
    stands = case.outcome or case.owner.replace("_", " ")
    return f'<p><a href="#{name}">{name}</a> <span class=soft>{escape(stands)}</span></p>'


def _case(told: Told) -> Iterator[str]:
    account, name = told.account, escape(told.account.case)
    yield f'<section aria-labelledby="{name}"><h2 id="{name}">Case {name}</h2><p>Customer {escape(account.customer)}.'
    yield f" Opened {iso(account.opened_at)}. Now: {escape(account.outcome or account.owner.replace('_', ' '))}."
    yield f" Accountable: {escape(told.answers['accountable']['because'])}</p>"
    if account.handed_over_because:
        yield f"<p>Given to people: {escape(account.handed_over_because)}</p>"
    yield "<h3>Decisions</h3>"
    for decision in told.answers["decisions"]:
        yield from _decision(decision)
    if not told.answers["decisions"]:
        yield "<p>Nothing was decided on this case.</p>"
    yield "<h3>Every entry</h3>"
    yield from _timeline(account.timeline)
    yield "</section>"


def _timeline(lines: Sequence[Line]) -> Iterator[str]:
    yield "<div class=scroll role=region aria-label='Every entry' tabindex=0><table><thead><tr>"
    yield "<th scope=col>When</th><th scope=col>Who</th><th scope=col>What</th></tr></thead><tbody>"
    for line in lines:
        said = f"<blockquote>{escape(line.text)}</blockquote>" if line.text is not None else ""
        yield f"<tr><td>{iso(line.at)}</td><td>{escape(line.actor)}</td><td>{escape(line.words)}{said}</td></tr>"
    yield "</tbody></table></div>"


def _decision(decision: Mapping[str, Any]) -> Iterator[str]:
    version, facts = decision["which_version_decided"], decision["on_what_facts"]
    state = decision["what_happened_after"]["state"].replace("_", " ")
    yield f"<article><h4>{escape(decision['operation'])}: {escape(state)}</h4><dl>"
    release = escape(version["release"] or "unknown")
    yield f"<dt>Which version decided?</dt><dd>{escape(version['sentence'])}<br><code>{release}</code></dd>"
    yield f"<dt>On what facts?</dt><dd>{escape(facts['sentence'])}{_values(facts)}</dd>"
    yield f"<dt>Who approved?</dt><dd>{escape(decision['who_approved']['sentence'])}</dd>"
    yield f"<dt>What happened after?</dt><dd>{escape(decision['what_happened_after']['sentence'])}</dd>"
    yield f"<dt>Who is accountable?</dt><dd>{escape(decision['accountable']['because'])}</dd></dl></article>"


def _values(facts: Mapping[str, Any]) -> str:
    """Arguments and facts as a list; nothing where they are sealed."""
    if not isinstance(facts["facts"], list):
        return ""
    lines = [f"{name} = {value}" for name, value in facts["arguments"].items()]
    lines += [
        f"{fact['name']} is not known: {fact['missing']}"
        if fact["missing"]
        else f"{fact['name']} = {fact['value']} (from {fact['source']})"
        for fact in facts["facts"]
    ]
    return f"<ul>{''.join(f'<li>{escape(line)}</li>' for line in lines)}</ul>" if lines else ""


def _count(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"
