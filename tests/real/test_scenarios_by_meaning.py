"""The golden cases of the sample company, read with sentence embeddings: they must not hold by words alone."""

from pathlib import Path

from aboveloop.app.inspection import SAMPLE_OPERATION, sound
from aboveloop.app.scenarios import Rehearsal
from aboveloop.understand.reader import FirstReader
from aboveloop.understand.sentences import load_sentences


def test_every_scenario_ends_as_written_where_embeddings_are_installed(shared: Path, tmp_path: Path) -> None:
    operation = sound(SAMPLE_OPERATION)
    embedder = load_sentences("minilm-int8", shared / "models" / "minilm-int8")
    rehearsal = Rehearsal(operation, tmp_path, FirstReader.fit(operation, embedder))
    results = [rehearsal.play(scenario) for scenario in operation.scenarios.values()]
    assert {result.name: result.problems for result in results if not result.passed} == {}
    assert len(results) >= 170
