"""What makes a page of privacy full: requests of each kind, a hold, a consent, and a question to a vendor's model."""

from aboveloop.app.rehearsal.stage import Stage
from aboveloop.connect.models.chat import ChatModel
from aboveloop.connect.models.vendors import Vendor
from aboveloop.govern.actions import Principal
from aboveloop.govern.people import person_of
from aboveloop.journey.cases import Case
from aboveloop.work.privacy import consents, holds, requests
from aboveloop.work.privacy.holds import Wish
from aboveloop.work.privacy.outside import Question, ask
from work.privacy.vendor import vendor


def look_after_privacy(house: Stage, done: Case, handed: Case) -> None:
    """All of it for two customers, looked after by who may."""
    adaeze, now = person_of(house.operation, "adaeze"), house.clock.now()
    told = "herself, by e-mail from her own address"
    with house.database.write() as tx:
        requests.open_request(house.house, tx, "access", done.customer_id, asked_by=told, person=adaeze)
        requests.open_request(house.house, tx, "erasure", handed.customer_id, asked_by=told, person=adaeze)
        asked = requests.open_request(house.house, tx, "erasure", handed.customer_id, asked_by="her son", person=adaeze)
        requests.refuse(house.house, tx, asked.id, person=adaeze, because="He may not speak for her.")
        holds.place(tx, house.ledger, Wish("case", done.id, "The carrier's claim 12/26"), by=adaeze, now=now)
        said = consents.Said(done.customer_id, "personalisation", True, adaeze.actor, "email")
        consents.say(tx, house.ledger, said, now=now)
    with vendor() as heard:
        model = ChatModel(Vendor("acme", heard.url, "acme-large"))
        fields = ("messages", "known")
        question = Question(done.id, "summarise", "Answer only from the case.", fields, Principal("person", "noor"))
        ask(house.house, question, model, b"s" * 32)
        model.close()
