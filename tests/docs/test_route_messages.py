"""The how-to on routing: its commands run as they stand there, and the pages and buttons that it names exist."""

import json
import re
import shlex
from pathlib import Path

import pytest

from aboveloop.app.rehearsal.stage import Stage
from aboveloop.cli.main import main
from api.open_house import Site, house, operation, site, template, understands
from console.test_charters import sent

__all__ = ["house", "operation", "site", "template", "understands"]

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs/how-to/route-messages.md").read_text(encoding="utf-8")
COMMANDS = [line for block in re.findall(r"```sh\n(.*?)```", PAGE, flags=re.DOTALL) for line in block.splitlines()]


def test_its_commands_answer(house: Stage, capsys: pytest.CaptureFixture[str]) -> None:
    house.close()
    answers = []
    for command in COMMANDS:
        with pytest.raises(SystemExit) as ended:
            main([*shlex.split(command)[1:], "--home", str(house.settings.home), "--json"])
        assert not ended.value.code
        answers.append(json.loads(capsys.readouterr().out))
    rules, tried = answers
    assert {each["name"] for each in rules["rules"] if each["sort"] == "rule"} == {"carrier_notices", "press"}
    assert (tried["rule"], tried["to"], tried["queue"], tried["priority"]) == ("press", "people", "lead", "high")
    assert tried["end"] == "Goes to people at once: Operations lead, soon."
    assert len(tried["passed_over"]) == 4


def test_what_it_names_stands_on_the_pages(site: Site, house: Stage) -> None:
    client = site.client("yuki")
    assert "Change the rules" in client.get("/routing").text and "How the rules changed" in client.get("/routing").text
    assert sent(site, "yuki", "/routing/draft/rules", title="Boots", words="boots", to="people", seen="")[0] == 303
    page = client.get("/routing/draft").text
    for words in ("Try a message", "Which past cases would have gone elsewhere", "Make a release with it"):
        assert words in page and words in PAGE, words
    seen = re.findall(r'name="seen" value="([0-9a-f]+)"', page)[0]
    assert sent(site, "yuki", "/routing/draft/release", seen=seen)[0] == 303
    words = "Draft it as it was here"
    assert words in client.get("/routing/rules/boots").text and words in PAGE
