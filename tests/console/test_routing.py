"""Routing rules in the browser: read, changed in a draft, tried, held against past cases, released, taken back."""

from aboveloop.app.rehearsal.stage import Stage
from aboveloop.app.routing_desk import drafts
from aboveloop.operation import releases
from aboveloop.operation.routing import Routing
from api.open_house import ELIF, Site, tell
from console.test_charters import sent

SHOUT = "THIS IS A SCANDAL, WHERE IS MY REFUND FOR LK-100019!!! I AM FURIOUS"


def version(house: Stage) -> str:
    with house.database.read() as reader:
        draft = drafts.find(reader)
    return "" if draft is None else draft.version


def drafted(house: Stage) -> Routing:
    with house.database.read() as reader:
        draft = drafts.find(reader)
    assert draft is not None
    return draft.routing


def post(site: Site, house: Stage, path: str, who: str = "yuki", **fields: str) -> tuple[int, str]:
    return sent(site, who, path, **{"seen": version(house), **fields})


def test_everybody_who_sees_cases_reads_the_rules_in_order(site: Site, house: Stage) -> None:
    page = site.client("sanne").get("/routing").text
    titles = [each.called for each in house.operation.routing.rules]
    places = [page.index(f">{title}<") for title in titles]
    assert places == sorted(places)
    assert "Set aside: it becomes no case and is never answered" in page
    assert "The customer threatens somebody or speaks of harming themselves" in page
    assert "Change the rules" not in page
    assert site.client("sanne").get("/routing/draft").status_code == 403
    assert "Change the rules" in site.client("yuki").get("/routing").text


def test_a_rule_is_added_moved_and_taken_out_in_one_draft(site: Site, house: Stage) -> None:
    fields = {"title": "Wholesale, urgent!", "words.": "", "words": "pallet\nwholesale*", "to": "people"}
    status, to = post(site, house, "/routing/draft/rules", **fields, queue="lead", priority="high")
    assert (status, to) == (303, "/routing/draft?notice=rule_kept#rule-wholesale_urgent")
    rules = drafted(house).rules
    assert rules[-1].rule == "wholesale_urgent" and rules[-1].when.words == ["pallet", "wholesale*"]
    assert house.operation.routing.find("wholesale_urgent") is None, "nothing is at work yet"
    status, to = post(site, house, "/routing/draft/rules/wholesale_urgent/move", way="up")
    assert status == 303 and drafted(house).rules[-2].rule == "wholesale_urgent"
    page = site.client("yuki").get("/routing/draft").text
    assert "The routing rule “Wholesale, urgent!” is new" in page
    assert post(site, house, "/routing/draft/rules/wholesale_urgent/remove")[0] == 303
    assert drafted(house) == house.operation.routing
    assert "It changes nothing of the rules at work." in site.client("yuki").get("/routing/draft").text


def test_a_first_or_last_rule_stays_where_it_is_and_mail_is_set_aside_first(site: Site, house: Stage) -> None:
    post(site, house, "/routing/draft/rules/unasked_offers/move", way="up")
    assert drafted(house).rules[0].rule == "unasked_offers"
    post(site, house, "/routing/draft/rules/companies/move", way="down")
    assert drafted(house).rules[-1].rule == "companies"
    assert post(site, house, "/routing/draft/rules/companies/move", way="left")[0] == 400
    post(site, house, "/routing/draft/rules", title="Fax", subject="fax", to="aside")
    assert [each.rule for each in drafted(house).rules[:2]] == ["unasked_offers", "fax"]
    post(site, house, "/routing/draft/rules/fax/move", way="down")
    post(site, house, "/routing/draft/rules/fax/move", way="down")
    page = site.client("yuki").get("/routing/draft").text
    assert "stands before one that sets mail aside" in page and "disabled" in page
    with house.database.read() as reader:
        before = len(releases.list_releases(reader))
    status, page = post(site, house, "/routing/draft/release")
    assert status >= 400 and "cannot be used, faults" in page
    with house.database.read() as reader:
        assert len(releases.list_releases(reader)) == before, "a faulty draft is no release"
    assert version(house)


def test_what_is_wrong_with_a_rule_is_said_before_it_is_kept(site: Site, house: Stage) -> None:
    wrong = {"title": "Bad", "senders": "not a sender", "channels.webchat": "yes"}
    status, page = post(site, house, "/routing/draft/rules", **wrong)
    assert status == 422 and "is no sender: write an address" in page and "only mail has senders" in page
    assert ">not a sender</textarea>" in page, "what was written is still there"
    status, page = post(site, house, "/routing/draft/rules", title="Aside", to="aside", **{"flags.angry": "yes"})
    assert status == 422 and "decided before a message is read" in page
    status, page = post(site, house, "/routing/draft/rules", title="Press", name="press")
    assert status == 422 and "There is a rule `press` already" in page
    status, page = post(site, house, "/routing/draft/rules", title="!!!")
    assert status == 422 and "Say what the rule is called." in page
    assert post(site, house, "/routing/draft/rules", title="x", name="Not A Name")[0] == 422
    assert version(house) == "", "nothing was kept"


def test_a_rule_that_never_counts_is_told(site: Site, house: Stage) -> None:
    post(site, house, "/routing/draft/rules", title="Very angry", **{"flags.angry": "yes", "channels.webchat": "yes"})
    page = site.client("yuki").get("/routing/draft").text
    assert "`very_angry` never counts: `angry` stands above it" in page


def test_who_is_second_is_told_and_nothing_is_lost(site: Site, house: Stage) -> None:
    assert sent(site, "yuki", "/routing/draft/rules", title="One", words="one", seen="")[0] == 303
    status, page = sent(site, "noor", "/routing/draft/rules", title="Two", words="two", seen="")
    assert status == 409 and "Yuki Tanabe changed the draft at" in page and ">two</textarea>" in page
    assert f'name="seen" value="{version(house)}"' in page
    assert sent(site, "noor", "/routing/draft/rules/press/remove", seen="")[0] == 409
    assert [each.rule for each in drafted(house).rules[-1:]] == ["one"]


def test_queues_are_added_changed_and_kept_while_rules_name_them(site: Site, house: Stage) -> None:
    assert post(site, house, "/routing/draft/queues", title="Night desk", **{"roles.clerk": "yes"})[0] == 303
    assert drafted(house).queues[-1].queue == "night_desk"
    status, page = post(site, house, "/routing/draft/queues", title="Nobody")
    assert status == 422 and "Choose at least one role" in page
    status, page = post(site, house, "/routing/draft/queues", title="Auditors", **{"roles.auditor": "yes"})
    assert status == 422 and "Nobody who may take cases over" in page
    assert post(site, house, "/routing/draft/queues/lead/remove")[0] == 400, "rules name it"
    assert post(site, house, "/routing/draft/queues/night_desk/remove")[0] == 303
    changed = {"before": "money", "title": "Refunds", "roles.approver": "yes"}
    assert post(site, house, "/routing/draft/queues", **changed)[0] == 303
    assert "The queue is now Refunds" in site.client("yuki").get("/routing/draft").text


def test_a_message_is_tried_against_the_rules_at_work_and_the_draft(site: Site, house: Stage) -> None:
    status, page = sent(site, "sanne", "/routing/try", text=SHOUT, channel="webchat", against="work")
    assert status == 200 and "Angry, and it is about money" in page and "counts" in page
    assert "Refunds and payments, soon" in page and "The customer is angry" in page
    post(site, house, "/routing/draft/rules", title="Scandals", words="scandal", to="people")
    for _ in range(10):
        post(site, house, "/routing/draft/rules/scandals/move", way="up")
    status, page = sent(site, "yuki", "/routing/try", text=SHOUT, channel="webchat", against="draft")
    assert "Scandals" in page and "Goes to people at once: Customer service, in turn." in page
    mail = {"channel": "email", "subject": "Cheap backlinks", "sender": "x@seo.example"}
    status, page = sent(site, "yuki", "/routing/try", text="Dear sir", against="work", **mail)
    assert "Set aside" in page and "no worker answers" in page
    carrier = {"channel": "email", "automatic": "no_reply", "sender": "noreply@track.parcels.example"}
    assert "Goes to people at once: Parcels" in sent(site, "yuki", "/routing/try", text="Late", **carrier)[1]
    other = {**carrier, "sender": "noreply@elsewhere.example"}
    assert "no rule takes it up" in sent(site, "yuki", "/routing/try", text="Late", **other)[1]
    assert (
        "People get it, whatever rules say"
        in sent(site, "yuki", "/routing/try", text="I will sue you", channel="webchat")[1]
    )
    assert sent(site, "yuki", "/routing/try", text="", channel="webchat")[0] == 200
    assert sent(site, "yuki", "/routing/try", text="x", channel="pigeon")[0] == 400
    assert sent(site, "yuki", "/routing/try", text="x", channel="email", automatic="magic")[0] == 400


def test_past_cases_are_held_against_the_draft(site: Site, house: Stage) -> None:
    boots = tell(house, "elif", ELIF[0])
    tell(house, "anna", "where is my order LK-100002")
    spoken = tell(house, "dirk", "I want to talk to a person")
    nothing = site.client("yuki").get("/routing/draft/effect").text
    assert "There is no draft" in nothing and "0 of 3 cases" in nothing
    post(site, house, "/routing/draft/rules", title="Boots", words="boots", to="people", queue="workshop")
    for _ in range(12):
        post(site, house, "/routing/draft/rules/boots/move", way="up")
    page = site.client("yuki").get("/routing/draft/effect?cases=50").text
    assert "1 of 3 cases would have gone elsewhere." in page
    assert f"/cases/{boots.id}" in page and "To people at once: Workshop and warranty" in page
    assert f"/cases/{spoken.id}" not in page
    assert site.client("yuki").get("/routing/draft/effect?cases=5000").status_code == 422


def test_a_draft_becomes_a_release_and_a_rule_goes_back_to_what_it_was(site: Site, house: Stage) -> None:
    same = {"before": "parcels", "title": "Parcels on their way", "queue": "parcels"}
    ticked = {"intents.late_or_lost_parcel": "yes", "intents.where_is_my_order": "yes"}
    post(site, house, "/routing/draft/rules", **same, **ticked)
    assert drafted(house) == house.operation.routing, "another order of ticks is no change"
    change = {
        "before": "press",
        "title": "Press and radio",
        "words": "journalist*\nradio",
        "to": "people",
        "queue": "lead",
    }
    assert post(site, house, "/routing/draft/rules", **change, priority="urgent")[0] == 303
    status, to = post(site, house, "/routing/draft/release", note="Radio stations write too.")
    assert status == 303 and to.startswith("/releases/")
    with house.database.read() as reader:
        newest = releases.list_releases(reader)[0]
        made = releases.load_release(reader, newest.digest)
    assert newest.created_by == "person:yuki" and newest.note == "Radio stations write too."
    rule = made.routing.find("press")
    assert rule is not None and rule.when.words == ["journalist*", "radio"] and rule.priority == "urgent"
    assert version(house) == "", "the draft is done"
    assert "Press and radio” is another" in site.client("noor").get(to).text, "the diff of the release tells it"
    page = site.client("yuki").get("/routing/rules/press").text
    assert "It asks now that it says “journalist*” or “radio”." in page and "Made by Yuki Tanabe" in page
    assert "Never at work." in page and "and now" in page
    history = site.client("yuki").get("/routing/history").text
    assert "Radio stations write too." in history and "The first release: 12 rules." in history
    with house.database.write() as tx:
        releases.deploy(tx, newest, ledger=house.ledger, by="person:noor", now=house.clock.now())
    assert post(site, house, "/routing/rules/press/restore", release="r1")[0] == 303
    old = house.operation.routing.find("press")
    assert drafted(house).find("press") == old
    assert drafted(house).rules.index(old) == house.operation.routing.rules.index(old)
    assert post(site, house, "/routing/rules/press/restore", release="r99")[0] == 404
    assert post(site, house, "/routing/restore", release="r1")[0] == 303
    assert drafted(house) == house.operation.routing


def test_a_rule_that_was_taken_out_comes_back_to_its_place(site: Site, house: Stage) -> None:
    post(site, house, "/routing/draft/rules/angry/remove")
    assert post(site, house, "/routing/rules/angry/restore", release="r1")[0] == 303
    assert [each.rule for each in drafted(house).rules] == [each.rule for each in house.operation.routing.rules]


def test_a_draft_that_others_overtook_says_so_before_it_takes_anything_back(site: Site, house: Stage) -> None:
    post(site, house, "/routing/draft/rules", title="Mine", words="mine", to="people")
    first = drafts.text_of(drafted(house))
    post(site, house, "/routing/draft/release")
    post(site, house, "/routing/draft/rules", title="Yours", words="yours", to="people")
    assert first != drafts.text_of(drafted(house))
    with house.database.write() as tx:
        newest = releases.list_releases(tx)[0]
        releases.deploy(tx, newest, ledger=house.ledger, by="person:noor", now=house.clock.now())
    page = site.client("yuki").get("/routing/draft").text
    assert "The rules at work have changed since" in page and "“Mine” is gone" in page
    assert post(site, house, "/routing/draft/release")[0] == 409
    assert post(site, house, "/routing/draft/rebase")[0] == 303
    assert post(site, house, "/routing/draft/release")[0] == 303


def test_a_draft_is_given_up_and_what_is_not_there_is_not_found(site: Site, house: Stage) -> None:
    assert post(site, house, "/routing/draft/drop")[0] == 404
    post(site, house, "/routing/draft/rules/angry/remove")
    assert post(site, house, "/routing/draft/drop")[0] == 303 and version(house) == ""
    assert post(site, house, "/routing/draft/release")[0] == 404
    assert post(site, house, "/routing/draft/rules/nothing/remove")[0] == 404
    client = site.client("yuki")
    for path in ("/routing/rules/nothing", "/routing/draft/rule?name=nothing", "/routing/draft/queue?name=nothing"):
        assert client.get(path).status_code == 404, path
    for path in (
        "/routing/draft/rule",
        "/routing/draft/rule?name=press",
        "/routing/draft/queue",
        "/routing/draft/queue?name=lead",
    ):
        assert client.get(path).status_code == 200, path


def test_who_may_not_propose_changes_nothing(site: Site, house: Stage) -> None:
    for path in (
        "/routing/draft/rules",
        "/routing/draft/rules/press/remove",
        "/routing/draft/queues",
        "/routing/restore",
    ):
        assert sent(site, "sanne", path, title="x", words="x", release="r1", seen="")[0] == 403, path
    assert version(house) == ""


def test_where_a_case_stands_is_told_on_its_page_and_in_the_list(site: Site, house: Stage) -> None:
    calm = tell(house, "anna", "do you sell to companies, we need 40 jackets for our staff")
    angry = tell(house, "dirk", SHOUT, "I want to talk to a person")
    page = site.client("noor").get(f"/cases/{angry.id}").text
    assert "Refunds and payments</a>, soon" in page and "/routing/rules/angry_about_money" in page
    listed = site.client("noor").get("/cases?show=waiting").text
    assert listed.index(angry.id) < listed.index(calm.id), "the more urgent first, though it came later"
    assert "the most urgent first" in listed or "2 cases" in listed
    money = site.client("noor").get("/cases?show=waiting&queue=money").text
    assert angry.id in money and calm.id not in money
    assert angry.id in site.client("noor").get("/cases?rule=angry_about_money").text
    room = site.client("noor").get("/").text
    assert "A case waits to be taken over: Refunds and payments, soon" in room
    assert "1 waiting" in site.client("noor").get("/routing").text
