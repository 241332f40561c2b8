"""The doors of the API: each address by method. The chat is the customers' own: its secret address lets in."""

from collections.abc import Mapping

from aboveloop.app.looking.doors import NOTHING, OPEN, Door, in_part, needs, personal

CASES = needs("read_cases")
ANSWERS = needs("approve", "read_personal")
LEADS = in_part("incident", "incident")

PROGRAMS: Mapping[str, Door] = {
    "GET /healthz": OPEN,
    "POST /chat/sessions": OPEN,
    "POST /chat/sessions/{session}/messages": OPEN,
    "GET /chat/sessions/{session}/messages": OPEN,
    "GET /chat/sessions/{session}/events": OPEN,
    "POST /chat/sessions/{session}/speech": OPEN,
    "GET /chat/sessions/{session}/messages/{message}/speech/{part}": OPEN,
    "GET /chat": OPEN,
    "GET /chat/static/{name}": OPEN,
    "GET /widget.js": OPEN,
    # Forms are the customers' own too: what they sent is found by the secret of their visit alone.
    "GET /forms/static/forms.css": OPEN,
    "GET /forms/{name}": OPEN,
    "POST /forms/{name}": OPEN,
    "GET /forms/{name}/visits/{visit}": OPEN,
    "POST /forms/{name}/visits/{visit}": OPEN,
    "GET /api/v1/forms/{name}": OPEN,
    "POST /api/v1/forms/{name}": OPEN,
    "GET /api/v1/forms/{name}/visits/{visit}": OPEN,
    "POST /api/v1/forms/{name}/visits/{visit}/messages": OPEN,
    "GET /api/v1/me": NOTHING,
    "GET /api/v1/cases": CASES,
    "GET /api/v1/cases/{case}": CASES,
    "GET /api/v1/cases/{case}/account": personal("case", "read_cases"),
    "GET /api/v1/cases/{case}/decisions": personal("case", "read_cases"),
    "POST /api/v1/cases/{case}/messages/{message}/reading": personal("case", "read_cases"),
    "GET /api/v1/cases/{case}/summary": in_part("case", "read_cases"),
    "POST /api/v1/cases/{case}/summary/answer": personal("case", "read_cases"),
    "GET /api/v1/cases/{case}/context": personal("case", "read_cases"),
    "GET /api/v1/customers/{customer}/timeline": personal("case", "read_cases"),
    "GET /api/v1/service": CASES,
    "GET /api/v1/guidance": CASES,
    "GET /api/v1/approvals": personal("approval", "read_cases"),
    "GET /api/v1/approvals/{approval}": personal("approval", "read_cases"),
    "POST /api/v1/approvals/{approval}/approve": personal("approval", "approve"),
    "POST /api/v1/approvals/{approval}/deny": personal("approval", "approve"),
    "GET /api/v1/queue": personal("approval", "read_cases"),
    "GET /api/v1/queue/measures": CASES,
    "POST /api/v1/queue/{approval}/claim": ANSWERS,
    "POST /api/v1/queue/{approval}/release": ANSWERS,
    "POST /api/v1/queue/{approval}/reassign": ANSWERS,
    "GET /api/v1/switches": CASES,
    "POST /api/v1/switches/pause": needs("pause"),
    "POST /api/v1/switches/resume": needs("resume"),
    "GET /api/v1/releases": CASES,
    "GET /api/v1/counts": CASES,
    # Repairs hold arguments and letters; who may not read them is shown the rest.
    "GET /api/v1/incidents": CASES,
    "GET /api/v1/incidents/{incident}": in_part("incident", "read_cases"),
    "POST /api/v1/incidents": in_part("incident"),
    "POST /api/v1/incidents/{incident}/stop": LEADS,
    "POST /api/v1/incidents/{incident}/contain": LEADS,
    "POST /api/v1/incidents/{incident}/correct": LEADS,
    "POST /api/v1/incidents/{incident}/reconcile": LEADS,
    "POST /api/v1/incidents/{incident}/accept": LEADS,
    "POST /api/v1/incidents/{incident}/review": needs("incident"),
    "POST /api/v1/incidents/{incident}/close": LEADS,
    "GET /api/v1/pages": CASES,
    "POST /api/v1/pages/{page}/acknowledge": NOTHING,
}
