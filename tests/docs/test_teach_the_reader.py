"""The how-to on teaching: its commands run as they stand there, and end as the page says."""

import json
import re
from pathlib import Path

import pytest

from aboveloop.app.rehearsal.stage import Stage
from aboveloop.cli.main import main
from api.open_house import ELIF, house, operation, tell, template, understands

__all__ = ["house", "operation", "template", "understands"]

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs/how-to/teach-the-reader.md").read_text(encoding="utf-8")
COMMANDS = [line for block in re.findall(r"```sh\n(.*?)```", PAGE, flags=re.DOTALL) for line in block.splitlines()]


@pytest.mark.slow
def test_the_page_runs_from_a_correction_to_what_is_weighed(
    house: Stage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    case = tell(house, ELIF[1], *ELIF[:1])
    house.close()
    monkeypatch.chdir(tmp_path)
    (row,) = re.findall(r"```json\n(.*?)```", PAGE, flags=re.DOTALL)
    Path("frozen.jsonl").write_text(row, encoding="utf-8")
    answers = []
    for command in COMMANDS:
        words = [case.id if word == "CASE" else word for word in command.split()[1:]]
        with pytest.raises(SystemExit) as ended:
            main([*words, "--home", str(house.settings.home), "--json"])
        answers.append((int(ended.value.code or 0), json.loads(capsys.readouterr().out)))
    corrected, health, frozen, learned = answers

    assert corrected[0] == 0 and corrected[1]["intent"] == "late_or_lost_parcel"
    assert health[0] == 0 and health[1]["checked"]["said"] == 1
    assert frozen[0] == 0 and frozen[1]["rows"] == 1
    assert learned[0] == 1 and not learned[1]["ships"]
    assert sum(learned[1]["learned_from"]["left_out"].values()) == 1
