"""The sentences of a summary, in the languages in which people work: one for each thing that can be said.

Whoever works in another language reads English. Quotes are never translated, and neither are the reasons of rules: the
operation wrote them.
"""

from collections.abc import Mapping

from aboveloop.work.summaries.phrases_de import GERMAN
from aboveloop.work.summaries.phrases_es import SPANISH
from aboveloop.work.summaries.phrases_fr import FRENCH

ENGLISH: Mapping[str, str] = {
    # what is asked
    "wants": "The customer wants: {need} ({sure} % sure).",
    "perhaps": "Perhaps also: {need} ({sure} % sure).",
    "more_needs": "{count} further needs were understood.",
    "not_understood": "What the customer wants was not understood. Messages of theirs: {count}.",
    "nobody_wrote": "Nobody wrote: the case was opened by the house, for {channel}.",
    "flagged": "The message was flagged: {value}.",
    "wants_person": "The customer asked for a person.",
    "writes_in": "The customer writes in a language that workers do not serve: {value}.",
    "known": "{name}: {value}.",
    # what was done
    "verified": "The customer proved who they are ({evidence}).",
    "read": "Records were read: {what}.",
    "no_record": "Looked for, and there is no such record: {what}.",
    "more_actions": "Earlier actions, not repeated here: {count}.",
    "is_decided": "{what}: decided, nothing is done yet.",
    "is_approved": "{what}: approved, not performed yet.",
    "is_denied": "{what}: denied, nothing was done.",
    "is_expired": "{what}: nobody approved it in time, nothing was done.",
    "is_replaced": "{what}: a person changed it; another action stands in its place.",
    "is_prohibited": "{what}: prohibited by policy, nothing was done.",
    "is_performed": "{what}: performed.",
    "is_proved": "{what}: performed, and the system of record shows it.",
    "is_unproved": "{what}: performed, and the system of record does not show it.",
    "is_refused": "{what}: refused by the system of record, nothing was done.",
    "is_shadowed": "{what}: decided in shadow, nothing was done.",
    "withheld": "The message {what} was not sent. {because}",
    "in_doubt": "In doubt: {because}.",
    "wanted_no_more": "The customer wanted nothing of it any more.",
    "told": "Messages told to the customer: {count}.",
    "last_one": "The last one:",
    "had_it": "{person} had the case from {since} until {until} ({how}).",
    "how_ended": "ended it",
    "how_handed_back": "handed it back",
    "how_taken_by_another": "somebody else took it",
    "reopened": "The end was none; opened again: {count}.",
    "ended": "The case ended: {outcome}.",
    "outcome_resolved": "resolved",
    "outcome_refused": "refused",
    # what is open
    "open_uncertain": "{what}: nobody can tell whether it was done.",
    "open_unproved": "{what}: performed, but the system of record does not show it.",
    "paused": "Stopped by a pause since {since}: {because}",
    "waits_for_approval": "{what} waits for {roles}, until {until}.",
    "waits_to_be_taken": "It waits for a person since {since}. {because}",
    "has_it": "{person} has the case.",
    "unanswered": "Messages of the customer that nobody has answered: {count}.",
    "asked_for": "The customer was asked for: {entity}.",
    "asked_to_confirm": "The customer was asked to confirm: {what}.",
    "waits_for_customer": "The customer has the next word.",
    "waits_for_time": "It waits for a time, and goes on by itself.",
    "at_work": "A worker is at it.",
    "nothing_open": "Nothing is open.",
    # what to do next
    "next_check_record": "Look in the system of record: {what}",
    "why_check_record": "Nobody can tell whether it was done. Nothing is repeated before somebody has looked.",
    "next_correct_record": "Correct the record: {what}",
    "why_correct_record": "It was performed, but the system of record does not show it.",
    "next_decide_doubt": "Decide which is right: {what}",
    "why_decide_doubt": "Two sources say different things, or the customer and the record do.",
    "next_resume": "Release the pause, or leave it and take the case over: {what}",
    "why_resume": "The case stands still while the pause stands. It was thrown because: {because}",
    "next_answer_approval": "Approve or deny: {what}",
    "why_answer_approval": "{reason} Unanswered, it is denied at {until}.",
    "leans_approve": "Nothing on record speaks against it.",
    "leans_look": "Look first:",
    "point_denied_before": "the same was denied before on this case",
    "point_not_verified": "nobody proved to be the customer",
    "point_not_confirmed": "the customer has not said yes to exactly this",
    "point_missing": "not known: {names}",
    "next_take_over": "Take the case over and answer: {need}",
    "next_take_over_unclear": "Take the case over and ask the customer what they want",
    "next_call": "Call or write to the customer yourself: {need}",
    "why_take_over": "{because}",
    "why_wants_person": "The customer asked for a person. {because}",
    "why_flagged": "A message like this is for people, at once. {because}",
    "next_reply": "Answer the customer: {need}",
    "why_reply": "They wrote, and nobody has answered since.",
    "next_first_reply": "Write to the customer: {need}",
    "why_first_reply": "{person} has the case and has not written yet. {because}",
    "next_hand_back": "Hand back to the worker: {need}",
    "why_hand_back": "It was answered by a person, and the procedure “{procedure}” can take it from here.",
    "next_end": "End the case",
    "why_end": "It was answered by a person, and no procedure would go on with it.",
    "next_call_silent": "Call the customer: {need}",
    "why_call_silent": "They were asked, and reminded, and have not answered.",
    "next_wait": "Nothing: wait",
    "why_wait": "{because}",
    "next_nothing": "Nothing",
    "why_nothing": "The case has ended and nothing is open.",
    "why_erased": "The customer was erased: nobody can act for them.",
    "next_follow_up": "Ask the customer whether it is settled: {need}",
    "why_follow_up": "It was opened again, times: {count}, and has ended again.",
    "unclear_need": "what they wrote",
}
LANGUAGES: Mapping[str, Mapping[str, str]] = {"en": ENGLISH, "de": GERMAN, "fr": FRENCH, "es": SPANISH}


def say(language: str, key: str, **values: object) -> str:
    """The sentence `key` in this language, else in English. Raises KeyError for one that nobody wrote."""
    known = LANGUAGES.get(language.partition("-")[0], ENGLISH)
    return known.get(key, ENGLISH[key]).format(**values).strip()
