"""model: nothing leaves unless models.toml names where to; what does is answered and kept."""

import json
import re
from pathlib import Path

import pytest

from aboveloop.app.rehearsal.stage import Stage
from aboveloop.cli.main import main
from api.open_house import house, operation, tell, template, understands
from work.privacy.vendor import vendor

__all__ = ["house", "operation", "template", "understands"]


def call(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, dict]:  # type: ignore[type-arg]
    with pytest.raises(SystemExit) as ended:
        main([*arguments, "--json"])
    return int(ended.value.code or 0), json.loads(capsys.readouterr().out)


def test_a_fresh_house_has_no_outside_model(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert call(capsys, "model", "list", "--home", str(tmp_path)) == (0, {"models": [], "embeddings": None})


def test_models_toml_is_listed_and_a_faulty_one_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with vendor() as heard:
        (tmp_path / "models.toml").write_text(f'[vendors.acme]\nurl = "{heard.url}"\nmodel = "large"\n')
        status, told = call(capsys, "model", "list", "--home", str(tmp_path))
        assert status == 0
        assert told["models"][0]["url"] == heard.url
        assert heard.raw == []
    (tmp_path / "models.toml").write_text("nonsense")
    status, told = call(capsys, "model", "list", "--home", str(tmp_path))
    assert status == 2
    assert "not TOML" in told["error"]["message"]


def test_a_person_asks_about_a_case_and_the_flow_is_kept(
    house: Stage, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    case = tell(house, "elif@customers.example", "My boots LK-100007 arrived damaged", "elif@customers.example")
    home = str(house.settings.home)
    house.close()
    with vendor() as heard:
        (house.settings.home / "models.toml").write_text(f'[vendors.acme]\nurl = "{heard.url}"\nmodel = "large"\n')
        heard.answer = lambda text: "Mail " + re.findall(r"\[EMAIL_\w+\]", text)[0]
        asked = ["model", "ask", case.id, "summarise", "--home", home, "--as", "noor"]
        status, told = call(capsys, *asked, "--vendor", "acme")
        assert (status, told["text"]) == (0, "Mail elif@customers.example")
        assert b"elif" not in heard.raw[0]
        assert call(capsys, *asked, "--vendor", "other")[0] == 1
        assert call(capsys, *asked[:-1], "kofi", "--vendor", "acme")[0] == 1, "kofi may not read what is personal"
        assert len(heard.raw) == 1
