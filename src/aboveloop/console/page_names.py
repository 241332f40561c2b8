"""What a person calls the pages that no menu names: those below a page, and those of one thing."""

from collections.abc import Mapping

from aboveloop.console.homes import NAVIGATION

BELOW: Mapping[str, str] = {
    "/account": "Your account",
    "/approvals/alike/{kind}": "Approvals of one kind",
    "/approvals/answered": "Approvals that were answered",
    "/approvals/measures": "How long approvals wait",
    "/approvals/{approval_id}": "One approval",
    "/audit/looks": "Who looked at what is personal",
    "/cases/{case_id}": "One case",
    "/cases/{case_id}/decisions/{action}": "One decision",
    "/charters/{name}": "One charter",
    "/charters/{name}/stack": "The KPI stack of one charter",
    "/customers/duplicates": "Customers found twice",
    "/customers/{customer_id}": "One customer",
    "/customers/{customer_id}/same": "Whether two customers are one",
    "/data/{contract}": "One data contract",
    "/drafts": "Drafts of charters",
    "/drafts/{name}": "One draft",
    "/incidents/{incident_id}": "One incident",
    "/organisation/completeness": "Completeness",
    "/organisation/maturity": "Maturity",
    "/organisation/training": "Training",
    "/organisation/training/{name}": "One course",
    "/organisation/usage": "Usage",
    "/overview/collections": "Collections",
    "/overview/functions/{name}": "One part of the company",
    "/overview/insights": "Insights",
    "/overview/kpis/days": "KPIs day by day",
    "/overview/steering": "Steering",
    "/overview/value": "Value",
    "/policy/operations": "What each operation may do",
    "/policy/rules/{rule_id}": "One rule",
    "/radar/{name}": "Radar of one history",
    "/radar/{name}/case": "One case of a history",
    "/redesign/{procedure}": "A procedure as it is, and as it would be",
    "/releases/{name}": "One release",
    "/routing/draft": "Draft of the routing rules",
    "/routing/draft/effect": "What the draft would have done",
    "/routing/draft/queue": "One queue of the draft",
    "/routing/draft/rule": "One rule of the draft",
    "/routing/history": "How the routing rules changed",
    "/routing/rules/{name}": "One routing rule",
    "/scorecard/candidate": "One candidate",
    "/service": "How customers were served",
    "/shadow/{run_id}/{case_id}": "One case beside people",
    "/signals": "Signals of the workers",
    "/understanding/check": "Whether a reading was right",
    "/understanding/topics/{key}": "One topic",
}


def page_names() -> dict[str, str]:
    """By address, as it is declared."""
    return {**BELOW, **{page.address: page.words for group in NAVIGATION for page in group.pages}}
