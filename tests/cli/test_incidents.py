"""The command line leads an incident; the drill plants a real fault and holds every promise."""

import pytest

from cli.conftest import Call

OPEN = ("incident", "open", "Refunds without approval", "--operation", "shop.refund_order", "--release", "r1")


@pytest.mark.slow
def test_the_drill_finds_exactly_whom_it_wronged_and_puts_it_right(call: Call) -> None:
    answered = call("incident", "drill", "wrong-refund", "--cases", "12", "--seed", "3", "--json")
    result = answered.value
    assert answered.status == 0, result
    assert [name for name, held in result["held"].items() if not held] == []
    assert result["planted"] == result["found"] >= 2
    assert result["planted_customers"] == result["found_customers"]
    assert (result["equal"], result["corrected"], result["reconciled"], result["rule_tested"]) == (True,) * 4
    assert result["touched"] > result["found"]
    assert all(result["near_misses"].values())
    assert result["wrong_amounts"]["LK-100007"] == 10_000
    assert result["seconds_to_stop"] == 120


@pytest.mark.usefixtures("deployed")
def test_an_incident_is_led_from_the_command_line(call: Call) -> None:
    opened = call(*OPEN, "--severity", "critical", "--role", "security=kofi", "--as", "noor", "--json").value
    incident = opened["id"]
    assert (opened["severity"], opened["commander"], opened["security"]) == ("critical", "noor", "kofi")
    early = call("incident", "contain", incident, "--as", "noor", "--json")
    assert early.status == 1
    assert "stop comes before contain" in early.error
    stopped = call("incident", "stop", incident, "--as", "noor", "--json").value
    assert stopped["pauses"] == [["operation", "shop.refund_order", True]]
    assert stopped["seconds_to_stop"] >= 0
    assert call("incident", "contain", incident, "--as", "noor", "--json").value["customers"] == []
    for step in ("correct", "reconcile"):
        assert call("incident", step, incident, "--as", "noor", "--json").value["proposed"] == 0
    shown = call("incident", "show", incident)
    assert "IncidentReconciled" in shown.out
    assert "0 customers affected" in shown.out
    wrong = call("incident", "review", incident, "--scenario", "nothing", "--release", "r1", "--as", "noor", "--json")
    assert wrong.status == 2
    assert call("incident", "list", "--open", "--json").value["incidents"][0]["id"] == incident
    refused = call("incident", "close", incident, "--lesson", "None.", "--as", "noor", "--json")
    assert "review not done yet" in refused.error


@pytest.mark.usefixtures("deployed")
@pytest.mark.parametrize(
    ("arguments", "status", "said"),
    [
        (("incident", "open", "Wrong", "--as", "noor"), 2, "name the release"),
        (("incident", "open", " ", "--rule", "r", "--as", "noor"), 2, "what went wrong"),
        ((*OPEN, "--as", "noor", "--since", "yesterday"), 2, "--since 'yesterday' is no instant"),
        ((*OPEN, "--as", "noor", "--role", "commander"), 2, "role=person"),
        ((*OPEN, "--as", "noor", "--role", "hero=noor"), 2, "no role 'hero'"),
        ((*OPEN, "--as", "noor", "--role", "owner=nobody"), 1, "no person nobody"),
        ((*OPEN[:-1], "r9", "--as", "noor"), 1, "no release r9"),
        (("incident", "show", "incident_x"), 1, "no incident incident_x"),
        (("incident", "stop", "incident_x", "--as", "sanne"), 1, "may not"),
        (("incident", "stop", "incident_x", "--pause", "moon:x", "--as", "noor"), 2, "nothing that can be paused"),
        (("incident", "review", "incident_x", "--scenario", "s", "--as", "noor"), 2, "either --folder"),
        (("incident", "drill", "earthquake"), 2, "no drill 'earthquake'"),
        (("incident", "drill", "wrong-refund", "--cases", "3"), 2, "at least 12 cases"),
    ],
)
def test_a_wrong_call_is_answered_by_a_sentence(call: Call, arguments: tuple[str, ...], status: int, said: str) -> None:
    answered = call(*arguments, "--json")
    assert answered.status == status, answered.out
    assert said in answered.error


@pytest.mark.usefixtures("deployed")
def test_an_incident_pages_until_somebody_acknowledges(call: Call) -> None:
    incident = call(*OPEN, "--as", "sanne", "--json").value["id"]
    call(*OPEN, "--severity", "minor", "--as", "sanne", "--json")
    (page,) = call("incident", "pages", "--json").value["pages"]
    assert (page["about"], page["severity"]) == (incident, "major")
    refused = call("incident", "acknowledge", page["id"], "--as", "sanne", "--json")
    assert "was not called" in refused.error
    assert call("incident", "acknowledge", incident, "--as", "noor", "--json").value["acknowledged_by"] == "noor"
    assert "Nobody is being called" in call("incident", "pages").out
    assert call("incident", "acknowledge", "page_x", "--as", "noor", "--json").status == 1
