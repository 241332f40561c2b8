"""Asking after a reason, told from other questions with a why in them."""

import pytest

from aboveloop.understand.why import asks_why


@pytest.mark.parametrize(
    "text",
    ["why?", "Why not", "Why was that decided?", "why did you refuse my refund", "why was my refund rejected?",
     "Why can't I get my money back?", "what is the reason for the refusal", "on what grounds was this declined",
     "how did you decide that", "Please explain your decision", "why did you say no?", "why is it not allowed?",
     "How come?", "Who decided this", "But why?",
     "Warum wurde so entschieden?", "Und warum nicht?", "Wieso wurde meine Rückgabe abgelehnt?",
     "Warum ist das nicht möglich?",
     "Wer hat das entschieden?", "Pourquoi cette décision ?", "Mais pourquoi ?",
     "Pourquoi avez-vous refusé le remboursement ?",
     "Pourquoi n'est-ce pas possible ?", "¿Por qué se ha decidido así?", "¿Por qué no?",
     "¿Por qué han rechazado mi devolución?",
     "¿Quién lo ha decidido?"],
)  # fmt: skip
def test_a_question_after_the_reason(text: str) -> None:
    assert asks_why(text)


@pytest.mark.parametrize(
    "text",
    ["why is my parcel late?", "I want my money back", "the reason is that it is too small", "that is why I write",
     "I do not know why it broke", "", "what is the reason code", "yes",
     "Warum ist mein Paket noch nicht da?", "Pourquoi mon colis est-il en retard ?", "¿Por qué tarda tanto mi paquete?",
     "Warum sehe ich das?", "Pourquoi est-ce que je vois cela ?", "¿Por qué veo esto?"],
)  # fmt: skip
def test_other_messages_are_not(text: str) -> None:
    assert not asks_why(text)
