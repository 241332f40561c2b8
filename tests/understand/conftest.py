"""A small shop as an operation in memory, its reader, and sentences that its examples do not hold."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from aboveloop.kit.canonical import digest
from aboveloop.operation.models import Entity, Intent, Operation, OperationFile, Understanding
from aboveloop.understand.reader import FirstReader

EXAMPLES: dict[str, list[str]] = {
    "cancel_order": [
        "I want to cancel my order", "please cancel order LK-100200", "can you stop my order before it ships",
        "I ordered by mistake, cancel it please", "I don't need the shoes any more, please cancel",
        "how do I cancel an order I placed this morning", "cancel the whole order",
        "I would like to call off my purchase",
        "undo my order", "please withdraw order LK-100311", "I changed my mind about the order I just made",
        "don't send my order, I no longer want it",
    ],
    "order_status": [
        "where is my order", "when will my package arrive", "I want to track LK-100200",
        "has my parcel been shipped yet",
        "my delivery is late", "what is the status of my order", "the tracking has not moved for days",
        "how long until my boots get here", "still waiting for my delivery", "do you have a tracking number for me",
        "it should have been delivered yesterday", "my package hasn't come",
    ],
    "return_item": [
        "I want to return these boots", "how can I send something back", "the jacket does not fit, I want to return it",
        "I need a return label", "can I bring the shoes back", "I'd like to send back one item from LK-100200",
        "these are too small, returning them", "start a return please",
        "it's not what I expected, I want to give it back",
        "where do I post my return", "please arrange a return for my order", "I don't like the colour, taking it back",
    ],
    "refund_status": [
        "where is my refund", "I returned the boots two weeks ago and have no money yet", "when do I get my money back",
        "has my refund been processed", "the refund is not on my account", "how long does a refund take",
        "I'm still waiting for the refund of 49.90", "my money hasn't come back after the return",
        "you promised a refund last week", "did you receive my return and pay me back",
        "refund for LK-100200 still missing", "checking on a refund",
    ],
    "damaged_item": [
        "the boots arrived damaged", "there is a hole in the jacket", "the sole came off after one day",
        "my parcel was crushed and the product is broken", "I received a faulty zip", "the item is defective",
        "one shoe has a big scratch", "the tent is torn, I want my money back", "it broke the first time I used it",
        "the box was open and things were smashed", "stitching is coming apart", "the backpack strap ripped",
    ],
    "wrong_item": [
        "you sent me the wrong item", "I ordered black boots and got brown ones", "this is not what I ordered",
        "I received someone else's parcel", "wrong size was delivered, I ordered 43", "I got a different jacket",
        "there are two left shoes in the box", "the package holds a product I did not order",
        "you mixed up my order", "wrong colour sent", "received the incorrect model",
        "I was sent another person's order",
    ],
    "change_address": [
        "I need to change the delivery address", "please ship it to a different address", "I moved, update my address",
        "the address on my order is wrong", "can you deliver to my office instead", "I made a typo in the street name",
        "send the parcel to my neighbour's house", "change the shipping address for LK-100200",
        "wrong postcode on my order", "deliver to another place please", "my house number is missing in the order",
        "update where my package goes",
    ],
    "exchange_size": [
        "can I exchange these for a bigger size", "I need size 44 instead of 43", "swap the boots for another size",
        "the shoes are too tight, do you have a larger pair", "exchange for size 42 please",
        "I'd like a different size", "change my size to medium", "these run small, send me a size up",
        "replace them with a smaller size", "I ordered the wrong size, can we swap", "size exchange",
        "could I get the jacket in large instead",
    ],
    "invoice_copy": [
        "I need an invoice", "please send me the receipt for LK-100200", "can I get a bill with VAT",
        "where do I download my invoice", "my accountant needs a copy of the invoice", "email me the receipt again",
        "the invoice has no company name", "I lost my proof of purchase", "send a tax invoice please",
        "no invoice in the box", "could you resend the bill", "I need a receipt for my expenses",
    ],
    "product_question": [
        "are these boots waterproof", "what material is the jacket made of", "is the tent suitable for winter",
        "how heavy is the backpack", "do you have this in green", "does it run true to size",
        "when will the sandals be back in stock", "what is the difference between the two models",
        "can I wash the fleece in the machine", "which socks go with these boots",
        "is the hood detachable", "how many litres does the bag hold",
    ],
    "return_policy": [
        "how many days do I have to return something", "what is your return policy", "do I have to pay for returns",
        "can I return worn shoes", "is return shipping free", "until when can I send things back",
        "can sale items be returned", "do you accept returns without the box", "what are the conditions for a return",
        "how long is the return period", "are returns free of charge", "is it possible to return without a receipt",
    ],
    "payment_problem": [
        "I was charged twice", "my card was declined at checkout", "the payment failed but the money is gone",
        "you took the wrong amount from my account", "I can't pay with my credit card", "double charge on LK-100200",
        "why was I billed 20 euros more", "there is an unknown charge from your shop", "paypal gives an error",
        "my discount code was not applied to the payment", "checkout does not work", "the amount debited is not right",
    ],
}  # fmt: skip

# Written apart from the examples above, after them and without looking for their words.
SAID: dict[str, list[str]] = {
    "cancel_order": [
        "hi, could you cancel LK-100733 for me?", "I'd like my order cancelled", "pls cancel", "stop order LK-100200",
        "I bought the wrong thing, can the order be cancelled?", "cancel everything I ordered today",
        "is it too late to cancel?", "I no longer want order 100200", "Please call off my order, I found it cheaper",
        "can u cancel my ordr", "I accidentally ordered twice, cancel one of them", "want to cancel a purchase",
    ],
    "order_status": [
        "Where's my parcel?", "my order still has not arrived", "any news on LK-100402?",
        "when are you going to deliver",
        "tracking says nothing since Monday", "has it left the warehouse",
        "how much longer do I have to wait for my package",
        "I'm waiting for my boots since two weeks", "can you tell me where my shipment is", "is my order on its way?",
        "What's happening with my delivery", "order hasn't shown up",
    ],
    "return_item": [
        "I would like to return an item", "sending the jacket back, how does that work?",
        "can you send me a label for returning boots",
        "they don't fit so I want to return them", "I want to give back the tent I bought", "return please",
        "how to return my order LK-100200", "need to send these shoes back to you",
        "I'm not happy with the fleece and want to return it",
        "can I hand in a return at the post office", "please start a return for the sandals", "returning my purchase",
    ],
    "refund_status": [
        "still no refund", "when is my refund coming", "I sent the jacket back and didn't get my money",
        "refund status please",
        "how long before the money is back on my account", "what happened to my refund?",
        "you owe me a refund for the return",
        "my refund for LK-100500 has not arrived", "it's been ten days and I still haven't been refunded",
        "did my refund go through", "waiting for money back", "have you processed my refund yet?",
    ],
    "damaged_item": [
        "the heel broke off", "my jacket has a tear in the sleeve", "shoes came with a broken lace hook",
        "parcel arrived damaged",
        "the zip is broken", "there's a crack in the bottle I received", "it fell apart after two days",
        "product defective, what now?", "the boots leak, they are faulty", "the seam ripped on the first hike",
        "my tent pole is broken", "everything in the box was smashed",
    ],
    "wrong_item": [
        "I got the wrong boots", "you shipped the wrong colour", "this isn't the jacket I ordered",
        "received somebody else's order",
        "I ordered a tent and got a backpack", "there's a wrong product in my parcel", "you delivered the wrong model",
        "two right shoes in the box!", "not the thing I bought", "the item I received is not the one I ordered",
        "got brown instead of black", "my parcel contained another customer's stuff",
    ],
    "change_address": [
        "can I change my shipping address?", "I gave you the wrong address",
        "please send it to my work address instead",
        "I have moved house, new address for the order", "wrong street on order LK-100200",
        "update the delivery address please",
        "deliver it to my parents' address", "the postcode is wrong", "my address is missing the house number",
        "could the package go to a different address", "change of address", "I typed the address wrong",
    ],
    "exchange_size": [
        "they're too small, can I get a 45", "can I swap for size 41",
        "I want to exchange the boots for a smaller size",
        "need one size bigger", "exchange please, these are too big", "could I have these in a larger size",
        "swap size 43 for 44", "the jacket is too tight, I need XL instead", "do an exchange to size M",
        "I'd rather have a 42", "can you change the size to large", "different size please",
    ],
    "invoice_copy": [
        "can you email the invoice", "I need a receipt", "please resend my receipt",
        "where can I find the bill for my order",
        "invoice for LK-100200 please", "I need a VAT invoice for my company", "copy of the invoice please",
        "I never got an invoice", "my boss wants a receipt", "proof of purchase needed",
        "send me the bill", "could I have an invoice in the company name",
    ],
    "product_question": [
        "is the jacket waterproof?", "what are the boots made of", "do the sandals come in blue",
        "how heavy is this tent",
        "can the backpack be washed", "are they good for wide feet", "is it warm enough for winter",
        "do you have the fleece in stock in size L", "which model is better for hiking", "does the jacket have a hood",
        "what's the material of the socks", "how big is the backpack in litres",
    ],
    "return_policy": [
        "how long can I return things", "what's the return period?", "are returns free", "who pays the return shipping",
        "can I return sale items", "what is your policy on returns", "do you take back worn boots",
        "may I return without the original box", "how many days for returns", "is it free to send something back",
        "conditions of return please", "can I still return after 30 days",
    ],
    "payment_problem": [
        "I've been charged two times", "card declined", "payment went wrong", "you charged me too much",
        "the checkout gives an error when I pay", "I paid but the order says unpaid",
        "why is there a second charge on my card",
        "paypal does not work", "my credit card is not accepted", "wrong amount debited", "billed twice for LK-100200",
        "discount code didn't work at checkout",
    ],
    "greeting": ["hello", "Good morning!", "hey", "hi there"],
    "thanks": ["thank you!", "thanks so much", "great, thanks", "cheers, that's all"],
    "wants_person": ["can I talk to a real person?", "human", "I want to speak with an employee",
                     "get me an agent please"],
    "forget_it": ["never mind", "forget it, thanks", "oh leave it then", "stop"],
}  # fmt: skip
FOREIGN_TO_THE_SHOP = [
    "what do elephants eat", "can you book me a flight to Rome", "how do I reset my router",
    "the moon landing was in 1969",
    "my car insurance premium went up", "translate this sentence to Spanish", "who is the prime minister",
    "I need a dentist appointment", "sing me a song", "what's your favourite colour", "my landlord raised the rent",
    "is chess harder than go", "convert 10 miles to kilometres", "tell me about black holes",
    "my mortgage rate is too high",
    "recommend me a restaurant nearby", "how do airplanes fly", "zxcvb qwerty", "the cat sat quietly on the wall",
    "please transfer 100 euros to my savings", "what year did the war end", "do you like pizza",
    "gardening tips for roses", "why do we yawn",
]  # fmt: skip

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)


def shop(**changes: object) -> Operation:
    """The small shop; `changes` replace fields of operation.yaml."""
    about = OperationFile(
        name="shop",
        title="A small shop",
        currency="EUR",
        timezone="Europe/Amsterdam",
        understanding=Understanding(wants_person=["get me the chief"]),
        entities={
            "order_number": Entity(kind="pattern", pattern=r"LK-\d{6}", normalise=["upper"]),
            "email": Entity(kind="email"),
            "phone": Entity(kind="phone"),
            "postcode": Entity(kind="pattern", pattern=r"\d{4} ?[A-Z]{2}", normalise=["upper", "no_spaces"]),
            "amount": Entity(kind="money"),
            "count": Entity(kind="number"),
            "day": Entity(kind="date"),
            "size": Entity(kind="pattern", pattern=r"(?:size )?(\d{2}(?:\.5)?)", group=1),
            "reason": Entity(
                kind="choice",
                choices={
                    "no_longer_needed": ["no longer need", "changed my mind"],
                    "mistake": ["by mistake", "accident"],
                },
            ),
            "arrived": Entity(kind="yes_no"),
            "address": Entity(kind="free"),
        },
    ).model_copy(update=changes)
    intents = {name: Intent(intent=name, examples=examples) for name, examples in EXAMPLES.items()}
    return Operation(
        folder=Path("shop"),
        digest=digest({"about": about.model_dump(mode="json", by_alias=True), "examples": EXAMPLES}),
        about=about,
        intents=intents,
        systems={},
        policies={},
        policy_tests=[],
        procedures={},
        fragments={},
        messages={},
        scenarios={},
    )


@pytest.fixture(scope="session")
def operation() -> Operation:
    return shop()


@pytest.fixture(scope="session")
def reader(operation: Operation) -> FirstReader:
    return FirstReader.fit(operation)


@pytest.fixture(scope="session")
def now() -> datetime:
    return NOW


@pytest.fixture(scope="session")
def said() -> list[tuple[str, str]]:
    """Sentences with the intent that a person sees in them."""
    return [(text, intent) for intent, texts in SAID.items() for text in texts]


@pytest.fixture(scope="session")
def foreign_to_the_shop() -> list[str]:
    """Sentences that fit no intent of the shop and no built-in example."""
    return FOREIGN_TO_THE_SHOP
