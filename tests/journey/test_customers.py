"""Customers: who proves to be the same person becomes one, two stay two, and erasing leaves nothing."""

from aboveloop.journey import cases, customers, store
from aboveloop.journey.cases import Case
from journey.conftest import Room


def verify(room: Room, case: Case, known_as: str) -> Case:
    with room.database.write() as tx:
        return customers.verify(
            tx,
            room.ledger,
            cases.lock(tx, case.id),
            contact_id=case.contact_id,
            known_as=known_as,
            evidence="till.identify",
            now=room.now,
        )


def test_a_proof_is_remembered_for_the_case_and_the_contact_point(room: Room) -> None:
    case = room.hear("one").case
    verified = verify(room, case, "c_anna")
    assert verified == room.case(case.id)
    assert (verified.verified_as, verified.verified_contact) == ("c_anna", case.contact_id)
    with room.database.read() as reader:
        holder = store.customer_known_as(reader, "c_anna")
        assert holder is not None and holder.id == case.customer_id
        entry = room.ledger.entries(reader, case.id)[-1]
    assert (entry.kind, entry.personal) == ("CustomerVerified", {"known_as": "c_anna"})
    assert "c_anna" not in str(entry.body)


def test_two_contact_points_of_one_person_become_one_customer(room: Room) -> None:
    mail = verify(room, room.hear("one").case, "c_anna")
    chat = verify(room, room.hear("two", address="token", channel="webchat").case, "c_anna")
    assert chat.customer_id == mail.customer_id == room.case(chat.id).customer_id
    assert room.contacts(mail.customer_id) == {("email", "anna@mail.example"), ("webchat", "token")}
    assert room.kinds(chat.id)[-1] == "CustomersMerged"
    # And what they write from either is one customer's from now on.
    assert room.hear("three", address="token", channel="webchat").case.customer_id == mail.customer_id


def test_proving_the_same_again_changes_nothing(room: Room) -> None:
    case = verify(room, room.hear("one").case, "c_anna")
    assert verify(room, case, "c_anna").customer_id == case.customer_id
    assert "CustomersMerged" not in room.kinds(case.id)


def test_two_people_at_one_device_stay_two(room: Room) -> None:
    anna = verify(room, room.hear("one").case, "c_anna")
    ben = verify(room, room.hear("two", address="ben@mail.example").case, "c_ben")
    room.end(anna)
    # Ben now writes from Anna's device and proves to be himself.
    at_hers = verify(room, room.hear("three").case, "c_ben")
    assert at_hers.customer_id == anna.customer_id
    assert at_hers.verified_as == "c_ben"
    assert room.contacts(anna.customer_id) == {("email", "anna@mail.example")}
    assert room.contacts(ben.customer_id) == {("email", "ben@mail.example")}


def test_who_has_proved_to_be_somebody_does_not_become_somebody_else(room: Room) -> None:
    case = verify(room, room.hear("one").case, "c_anna")
    verify(room, case, "c_nobody_else")
    with room.database.read() as reader:
        holder = store.customer(reader, case.customer_id)
        assert holder is not None and holder.known_as == "c_anna"
        assert store.customer_known_as(reader, "c_nobody_else") is None


def test_a_chain_of_merged_records_leads_to_one_customer(room: Room) -> None:
    first = verify(room, room.hear("a", address="a@x.example").case, "c_anna")
    merged = []
    for address in ("b@x.example", "c@x.example"):
        received = room.hear("b", address=address).case
        merged.append(received.customer_id)
        verify(room, received, "c_anna")
    with room.database.read() as reader:
        assert set(store.merged_customers(reader, first.customer_id)) == {first.customer_id, *merged}


def test_erasing_leaves_no_word_of_the_customer_in_the_state(room: Room) -> None:
    case = verify(room, room.hear("my secret", foreign_id="<anna-1@mail.example>").case, "c_anna")
    with room.database.write() as tx:
        store.update_case(tx, case.id, {"memory": {"frames": ["my secret"]}})
        cases.hand_over(
            tx, room.ledger, cases.lock(tx, case.id), actor="worker:x", because="my secret was told", now=room.now
        )
        store.erase_customer(tx, case.customer_id, room.now)
    with room.database.read() as reader:
        for table in (store.customers, store.contact_points, store.cases, store.messages):
            for row in reader.all(table.select()):
                for word in ("secret", "anna", "c_anna"):
                    assert word not in str(tuple(row)), (table.name, word)
        (message,) = cases.messages_of(reader, case.id)
    assert message.handled_at == room.now
    # Who writes again from there is somebody new.
    assert room.hear("hello").case.customer_id != case.customer_id
