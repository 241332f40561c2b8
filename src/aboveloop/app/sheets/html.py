"""A sheet as one HTML file that needs nothing else: no script, no outside file, light and dark, and it prints."""

from html import escape

from aboveloop.app.sheets.sheet import Figure, Part, Sheet, Table

STYLE = """
:root{color-scheme:light dark;--ground:#f7f6f2;--card:#fff;--ink:#1c2024;--soft:#555d65;--line:#b9b5ab;--accent:#1b5a9e}
@media(prefers-color-scheme:dark){:root{--ground:#131619;--card:#1b1f23;--ink:#eceae5;--soft:#a8b0b8;--line:#4a5158;
--accent:#8abcf0}}
*{box-sizing:border-box}
body{margin:0 auto;max-width:52rem;padding:1.2rem;background:var(--ground);color:var(--ink);
font:1rem/1.5 system-ui,sans-serif}
h1{font-size:1.5rem;margin:.2rem 0;overflow-wrap:anywhere}h2{font-size:1.1rem;margin:1.4rem 0 .3rem}
p{margin:.3rem 0;overflow-wrap:anywhere}.lead{font-size:1.1rem}.soft{color:var(--soft)}
dl{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(11rem,100%),1fr));gap:.6rem 1.2rem;margin:.5rem 0}
dt{color:var(--soft);font-size:.88rem}dd{margin:0;overflow-wrap:anywhere}dd strong{display:block;font-size:1.15rem}
.scroll{overflow-x:auto}.scroll:focus-visible{outline:3px solid var(--accent)}
table{border-collapse:collapse;width:100%;background:var(--card)}
th,td{text-align:left;padding:.3rem .6rem;border-bottom:1px solid var(--line);vertical-align:top}
thead th{color:var(--soft);font-size:.88rem}
footer{margin-top:1.6rem;padding-top:.5rem;border-top:1px solid var(--line);font-size:.88rem;color:var(--soft)}
@media print{:root{--ground:#fff;--card:#fff;--ink:#000;--soft:#444;--line:#999}body{max-width:none;font-size:10pt}}
"""


def page(sheet: Sheet) -> str:
    """The file's text."""
    title, company = escape(sheet.title), escape(sheet.company)
    named = f"{title} – {company}" if company else title
    body = "".join(
        [
            f'<header><p class="soft">{company}</p><h1>{title}</h1><p class="lead">{escape(sheet.lead)}</p></header>',
            "<main>",
            *(_part(each) for each in sheet.parts),
            f"<section><h2>What this does not show</h2><ul>{_items(sheet.limits)}</ul></section></main>",
            f"<footer><p>Made {sheet.at:%d %b %Y, %H:%M} UTC by Aboveloop.</p>",
            *(f"<p>{escape(said)}</p>" for said in sheet.origin),
            "</footer>",
        ]
    )
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{named}</title>'
        f'<meta name="viewport" content="width=device-width,initial-scale=1"><style>{STYLE}</style></head>'
        f"<body>{body}</body></html>\n"
    )


def _part(part: Part) -> str:
    said = "".join(f"<p>{escape(each)}</p>" for each in part.sentences)
    figures = f"<dl>{''.join(_figure(each) for each in part.figures)}</dl>" if part.figures else ""
    table = _table(part.title, part.table) if part.table is not None and part.table.rows else ""
    return f"<section><h2>{escape(part.title)}</h2>{said}{figures}{table}</section>"


def _figure(figure: Figure) -> str:
    note = f'<span class="soft">{escape(figure.note)}</span>' if figure.note else ""
    return f"<div><dt>{escape(figure.name)}</dt><dd><strong>{escape(figure.value)}</strong>{note}</dd></div>"


def _table(title: str, table: Table) -> str:
    head = "".join(f'<th scope="col">{escape(each)}</th>' for each in table.headings)
    body = "".join(
        f'<tr><th scope="row">{escape(row[0])}</th>{"".join(f"<td>{escape(cell)}</td>" for cell in row[1:])}</tr>'
        for row in table.rows
    )
    return (
        f'<div class="scroll" tabindex="0" role="region" aria-label="{escape(title)}, in detail"><table><thead>'
        f"<tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def _items(said: object) -> str:
    assert isinstance(said, list | tuple), "limits are listed"
    return "".join(f"<li>{escape(str(each))}</li>" for each in said)
