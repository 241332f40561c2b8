"""The page of signals: every worker, drift, and no words of any customer."""

from aboveloop.app.rehearsal.stage import Stage
from aboveloop.app.teaching import store
from api.open_house import ELIF, Site, tell


def test_each_worker_shows_its_signals_and_every_number_leads_to_its_cases(site: Site, house: Stage) -> None:
    tell(house, "elif", *ELIF[:1])
    page = site.client("annelies").get("/signals").text
    assert "All workers" in page and "Nothing is watched yet" in page
    for procedure in house.operation.procedures:
        assert f'href="/cases?procedure={procedure}&amp;show=handed_over"' in page
    assert "nobody has" in page and "came off" not in page


def test_an_alarm_and_the_estimate_stand_on_top(site: Site, house: Stage) -> None:
    reference = {"edges": [0.5], "known": [0.9, 0.1], "unknown": [0.1, 0.9], "right": [0.95, 0.6]}
    watch = {"sum": 2.5, "seen": 400, "began": 1, "since": []}
    alarm = {"at": 350, "since": 290, "share": 0.12, "found_at": house.clock.now().isoformat()}
    state = {"threshold": 6.0, "watch": watch, "recent": [0.1] * 90 + [0.9] * 10, "alarms": [alarm]}
    state |= {"first_mix": {"exchange": 90, "complaint": 10}, "recent_intents": ["complaint"] * 80}
    values = {"release": house.operation.digest, "reference": reference, "leaf": 9, "state": state}
    with house.database.write() as tx:
        store.begin_watch(tx, {**values, "looked_at": house.clock.now()})
    page = site.client("tomasz").get("/signals").text

    assert "People were called" in page and "12 %" in page and "since message 290" in page
    assert "people are called at 6.0" in page and "Read rightly, estimated" in page
    assert "complaint 10 % then, 100 % now" in page


def test_who_may_not_see_cases_sees_no_signals(site: Site, house: Stage) -> None:
    assert site.client().get("/signals").status_code == 303


def test_making_a_release_of_what_was_learned_needs_the_right_and_a_frozen_set(site: Site, house: Stage) -> None:
    for person, status in (("sanne", 403), ("yuki", 404)):
        client = site.client(person)
        answer = client.post("/understanding/candidate", data={"form_key": site.form_key(client)})
        assert answer.status_code == status
