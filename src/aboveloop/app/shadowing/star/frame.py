"""What a folder made of task graphs needs besides them: who answers for it, and what any worker says."""

from collections.abc import Mapping

FRAME: Mapping[str, str] = {
    "operation.yaml": """\
name: task_graphs
title: Clerks by their task graphs
currency: USD
timezone: UTC
languages: [en]
channels:
  webchat: {disclosure: You are chatting with an AI assistant.}
roles:
  clerk: {may: [read_cases, read_personal, take_over, reply, approve]}
  lead: {may: [read_cases, release, pause, resume, audit]}
people:
  - {id: clerk, name: The clerk, roles: [clerk]}
  - {id: lead, name: The lead, roles: [lead]}
owners: {operations: clerk, business: lead, worker_performance: lead, conversations: clerk, escalation: clerk,
  policy: lead, kpis: lead, platform: lead, security: lead, legal: lead}
purpose:
  objective: What clerks did by hand along their graphs is done along the same graphs.
  success: The next step is the one that a clerk would have taken.
  learning: Steps that differ are looked at task by task.
entities:
  words: {kind: free}
  yes_or_no: {kind: yes_no}
""",
    "systems/house.yaml": """\
system: house
reach: {kind: house}
operations:
  reply:
    kind: generic
    arguments: {template: {type: string}}
""",
    "policies/words.cedar": """\
@id("replies") @lane("allowed") @reason("The clerks' own words may be said.")
permit (principal is Worker, action == Action::"house.reply", resource);
""",
}
SPOKEN: Mapping[str, str] = {
    "greeting": "Hello, how can I help?",
    "not_understood": "I am sorry, I do not quite understand what you mean. Could you say it in other words?",
    "handed_over": "A colleague takes this over and will answer you here.",
    "fine_kept_as_is": "All right, everything stays as it is.",
    "anything_else": "Is there anything else that I can do for you?",
    "goodbye": "Thank you and goodbye!",
    "please_wait_for_approval": "A colleague has to look at this first. I will tell you here.",
    "approved_now_done": "A colleague has agreed, and it is done now.",
    "not_permitted": "I am sorry, that is not possible.",
    "language_not_served": "I am sorry, I can only help you in English.",
    "still_there": "Are you still there?",
    "system_trouble": "I cannot reach our systems right now. I will try again and tell you here.",
}
