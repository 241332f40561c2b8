"""Outcomes in an operator's words: a sentence that names a tool and no measure is none. Pure."""

import re
from collections.abc import Mapping

# General words for technology. Names of products need no list: without a measure, any of them is refused.
_TOOLS = re.compile(
    r"\b(ai|a\.i\.|llms?|gpt[\w.-]*|chatgpt|claude|gemini|copilot|mistral|llama|chat ?bots?|bots?"
    r"|voicebots?|assistants?|agents?|language models?|models?|machine learning|neural"
    r"|transformers?|rag|embeddings?|prompts?|tokens?"
    r"|automation platform|vector (?:store|database)s?)\b",
    re.IGNORECASE,
)
_DEPLOYS = re.compile(r"\b(deploy|roll ?out|implement|introduce|launch|adopt|install|use|build)\b", re.IGNORECASE)
_VANITY = re.compile(
    r"\b(accuracy|precision|recall|f1|tokens?|prompts?|perplexity|number of (?:chats|users))\b", re.IGNORECASE
)
# What a company measures, in the words of finance and operations.
_MEASURES = re.compile(
    r"\b(time|cost|costs|cost-to-serve|revenue|cash|dso|fees?|write-?offs?|chargebacks?|disputes?|refunds?|returns?"
    r"|complaints?|escalations?|reopen\w*|errors?|rework|backlog|on-time|late|shipments?|recovery|collections?|churn"
    r"|retention|satisfaction|csat|nps|contacts?|touches|hand-?overs?|hours|minutes|days|sla|service level|fraud"
    r"|resolution|response|exceptions?)\b",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"\d")

TEMPLATES: Mapping[str, str] = {
    "handle_time": "Reduce average handle time by 15 %.",
    "first_response": "Reduce the time to first response in support by 30 %.",
    "chargebacks": "Lower chargebacks and disputes by 20 %.",
    "on_time": "Raise the share of on-time shipments to 95 %.",
    "collections": "Improve the collections recovery rate by 10 % within 60 days.",
    "invoice_exceptions": "Cut the handling time of invoice exceptions in accounts receivable by 25 %.",
}


def objections(outcome: str) -> list[str]:
    """Why a sentence is no outcome; nothing where it is one."""
    tool, measure = _TOOLS.search(outcome), _MEASURES.search(outcome)
    if tool is not None and measure is None:
        how = " and what is done with it" if _DEPLOYS.search(outcome) else ""
        return [
            f"The outcome names a tool (`{tool.group()}`){how}, and no measure: say what gets better for the business,"
            f" such as “{TEMPLATES['handle_time']}”"
        ]
    vanity = _VANITY.search(outcome)
    if vanity is not None and measure is None:
        return [f"`{vanity.group()}` tells nothing of the business: say what it moves (time, cost, revenue, risk)."]
    if measure is None:
        return ["The outcome names nothing that the business measures: time, cost, revenue, risk or experience."]
    return [] if _NUMBER.search(outcome) else ["The outcome names no number: say by how much, such as 15 %."]
