"""The how-to on a provider's embeddings: its setting, its rule and its commands, run as they stand there."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from aboveloop.cli.main import main
from connect.embedding_server import Provider, provider
from work.bakery import FILES, Bakery, operation_of

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs/how-to/use-embeddings-of-a-provider.md").read_text(encoding="utf-8")
COMMANDS = [line for block in re.findall(r"```sh\n(.*?)```", PAGE, flags=re.DOTALL) for line in block.splitlines()]
HOUSE = """  ask_model:
    kind: generic
    arguments:
      vendor: {type: string}
      operational: {type: boolean}
"""


@pytest.fixture
def acme() -> Iterator[Provider]:
    with provider() as served:
        yield served


@pytest.mark.slow
def test_the_page_runs_from_the_setting_to_a_new_fit(
    acme: Provider, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ABOVELOOP_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("ACME_API_KEY", "s3cret")
    home = tmp_path / "home"
    home.mkdir()
    (setting,) = re.findall(r"```toml\n(.*?)```", PAGE, flags=re.DOTALL)
    (rule,) = re.findall(r"```cedar\n(.*?)```", PAGE, flags=re.DOTALL)
    (home / "models.toml").write_text(setting.replace("https://api.acme.example/v1", acme.url), encoding="utf-8")
    operation = operation_of(
        FILES
        | {
            "systems/house.yaml": FILES["systems/house.yaml"] + HOUSE,
            "policies/all.cedar": FILES["policies/all.cedar"] + rule,
        }
    )
    house = Bakery(home, f"sqlite:///{home / 'aboveloop.db'}", operation)
    house.open()
    house.close()
    rows = [
        f"where is my {thing} {word},{thing}" for thing in ("parcel", "bill") for word in ("now", "today", "please")
    ]
    Path("examples.csv").write_text("\n".join(["text,intent", *rows]), encoding="utf-8")
    Path("messages.csv").write_text("text\nwhere is my bill\n", encoding="utf-8")
    answers = []
    for command in COMMANDS:
        with pytest.raises(SystemExit) as ended:
            main([*command.split()[1:], "--home", str(home), "--json"])
        answers.append((int(ended.value.code or 0), json.loads(capsys.readouterr().out)))
    listed, fitted, predicted, doctor, renewed = answers

    assert listed[1]["embeddings"]["name"] == "acme"
    assert fitted[1]["weights"] == "provider:acme/acme-embed-large" and predicted[1]["messages"] == 1
    assert ",bill," not in Path("read.csv").read_text().splitlines()[0] and "bill" in Path("read.csv").read_text()
    (found,) = [each for each in doctor[1]["findings"] if each["what"] == "embeddings"]
    assert found["ok"] and "answers as it did" in found["sentence"]
    assert renewed == (0, {"state": "fitted", "sentence": "The release at work reads with the embeddings of acme."})
    assert all(b"Bearer s3cret" in each for each in acme.raw)
