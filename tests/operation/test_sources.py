"""The files of a folder: what belongs to an operation, and nothing from outside."""

import os
from pathlib import Path

import pytest

from aboveloop.operation import sources
from aboveloop.operation.faults import Fault, Severity
from aboveloop.operation.sources import files_of


def only(folder: Path) -> Fault:
    _, faults = files_of(folder)
    assert len(faults) == 1, faults
    return faults[0]


def test_all_parts_are_read_by_relative_path(kettle_folder: Path, kettle: dict[str, str]) -> None:
    assert files_of(kettle_folder) == (kettle, [])


def test_a_missing_folder_is_a_fault(tmp_path: Path) -> None:
    assert "is not a folder" in only(tmp_path / "nowhere").message


def test_a_file_instead_of_a_folder_is_a_fault(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    assert "is not a folder" in only(tmp_path / "file").message


def test_hidden_files_and_readmes_are_passed_over(kettle_folder: Path, kettle: dict[str, str]) -> None:
    (kettle_folder / ".git").mkdir()
    (kettle_folder / ".git" / "config").write_text("x")
    (kettle_folder / "README.md").write_text("About us.")
    (kettle_folder / "policies" / "README.md").write_text("Our policies.")
    (kettle_folder / "intents" / ".orders.yaml.swp").write_bytes(b"\xff\x00")
    assert files_of(kettle_folder) == (kettle, [])


@pytest.mark.parametrize(
    "name", ["policies/extra.ceder", "intents/more.yml", "systems/deep/shop.yaml", "messages/x.md"]
)
def test_a_part_that_would_not_be_read_is_a_fault(kettle_folder: Path, name: str) -> None:
    path = kettle_folder / name
    path.parent.mkdir(exist_ok=True)
    path.write_text("x")
    fault = only(kettle_folder)
    assert (fault.severity, "is not read" in fault.message) == (Severity.FAULT, True)


@pytest.mark.parametrize("name", ["notes.txt", "docs/plan.md"])
def test_a_stranger_is_only_a_warning(kettle_folder: Path, name: str, kettle: dict[str, str]) -> None:
    path = kettle_folder / name
    path.parent.mkdir(exist_ok=True)
    path.write_text("x")
    assert only(kettle_folder).severity is Severity.WARNING
    assert files_of(kettle_folder)[0] == kettle


def test_a_link_out_of_the_folder_is_not_followed(kettle_folder: Path, tmp_path: Path) -> None:
    (tmp_path / "secret.yaml").write_text("intent: secret")
    (kettle_folder / "intents" / "secret.yaml").symlink_to(tmp_path / "secret.yaml")
    files, faults = files_of(kettle_folder)
    assert "intents/secret.yaml" not in files
    assert [(fault.path, "leads out of the folder" in fault.message) for fault in faults] == [
        ("intents/secret.yaml", True)
    ]


def test_a_link_inside_the_folder_is_followed(kettle_folder: Path, kettle: dict[str, str]) -> None:
    (kettle_folder / "messages/en/goodbye.md").unlink()
    (kettle_folder / "messages/en/goodbye.md").symlink_to(kettle_folder / "messages/en/greeting.md")
    files, faults = files_of(kettle_folder)
    assert (files["messages/en/goodbye.md"], faults) == (kettle["messages/en/greeting.md"], [])


def test_a_linked_folder_is_not_followed(kettle_folder: Path, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (kettle_folder / "charters").symlink_to(tmp_path / "elsewhere")
    assert "Links to folders" in only(kettle_folder).message


def test_a_link_to_nowhere_is_a_fault(kettle_folder: Path) -> None:
    (kettle_folder / "intents" / "gone.yaml").symlink_to(kettle_folder / "intents" / "nothing.yaml")
    assert "cannot be read" in only(kettle_folder).message


def test_a_link_to_itself_is_a_fault(kettle_folder: Path) -> None:
    (kettle_folder / "intents" / "loop.yaml").symlink_to("loop.yaml")
    assert "cannot be read" in only(kettle_folder).message


def test_a_name_that_no_folder_can_have_is_a_fault() -> None:
    assert "is not a folder" in only(Path("a\0b")).message


def test_too_many_files_are_a_fault(kettle_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sources, "MAXIMUM_FILES", 12)
    files, faults = files_of(kettle_folder)
    assert len(files) == 12
    assert all("more than 12 files" in fault.message for fault in faults)


def test_the_operation_folder_itself_may_be_a_link(kettle_folder: Path, tmp_path: Path, kettle: dict[str, str]) -> None:
    (tmp_path / "current").symlink_to(kettle_folder)
    assert files_of(tmp_path / "current") == (kettle, [])


def test_a_pipe_is_refused_and_not_waited_for(kettle_folder: Path) -> None:
    os.mkfifo(kettle_folder / "intents" / "pipe.yaml")
    assert "not a regular file" in only(kettle_folder).message


def test_a_file_that_is_too_large_says_so(kettle_folder: Path) -> None:
    (kettle_folder / "intents/orders.yaml").write_text("a" * (sources.MAXIMUM_FILE_BYTES + 1))
    assert "too large: 1000001 bytes, at most 1000000" in only(kettle_folder).message


@pytest.mark.parametrize(
    ("content", "line", "words"),
    [
        (b"", 1, "empty"),
        (b" \n\n", 1, "empty"),
        ("a: é\n".encode("utf-16"), 1, "UTF-16"),
        (b"a: 1\nb: \xe9\n", 2, "not UTF-8"),
        (b"a: 1\n\nb: \x00\n", 3, "NUL"),
    ],
)
def test_a_wrong_encoding_is_a_fault_at_its_line(kettle_folder: Path, content: bytes, line: int, words: str) -> None:
    (kettle_folder / "intents/orders.yaml").write_bytes(content)
    fault = only(kettle_folder)
    assert (fault.path, fault.line, words in fault.message) == ("intents/orders.yaml", line, True)


def test_a_file_name_that_is_not_utf_8_is_a_fault(kettle_folder: Path) -> None:
    Path(os.fsdecode(bytes(kettle_folder / "intents") + b"/\xff.yaml")).write_text("x")
    assert "is not UTF-8" in only(kettle_folder).message
