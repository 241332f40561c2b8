"""A wrong folder never raises: whatever is changed in a sound one, there are faults or a sound operation."""

from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from aboveloop.operation.checking import check
from aboveloop.operation.faults import Fault, any_serious
from aboveloop.operation.loading import load_files
from aboveloop.procedures.check import check_procedures, expand
from operation.kettle import FILES

PATHS = sorted(path for path in FILES if not path.startswith("messages/")) + sorted(FILES)[:5]
# Words that mean something somewhere, so that changes reach the checks and not only the parser.
WORDS = sorted({word for text in FILES.values() for word in text.replace(",", " ").split()})
ODD = [
    "",
    "no",
    "null",
    "5",
    "-1",
    "[]",
    "{}",
    "'",
    '"',
    ":",
    "- ",
    "{{",
    "}}",
    "&a",
    "*a",
    "<<: *a",
    "\x00",
    "é",
    "\t",
    "in",
    "?",
]


@st.composite
def broken(draw: st.DrawFn) -> dict[str, str]:
    """The company's files after one to three small accidents."""
    files = dict(FILES)
    for _ in range(draw(st.integers(1, 3))):
        path = draw(st.sampled_from(PATHS))
        lines = files[path].split("\n")
        at = draw(st.integers(0, len(lines) - 1))
        accident = draw(st.sampled_from(["delete", "double", "swap", "word", "cut", "insert"]))
        if accident == "delete":
            del lines[at]
        elif accident == "double":
            lines.insert(at, lines[at])
        elif accident == "swap":
            other = draw(st.integers(0, len(lines) - 1))
            lines[at], lines[other] = lines[other], lines[at]
        elif accident == "cut":
            lines[at] = lines[at][: draw(st.integers(0, len(lines[at])))]
        elif accident == "insert":
            column = draw(st.integers(0, len(lines[at])))
            lines[at] = lines[at][:column] + draw(st.sampled_from(ODD)) + lines[at][column:]
        else:
            words = lines[at].split(" ")
            words[draw(st.integers(0, len(words) - 1))] = draw(st.sampled_from([*WORDS, *ODD]))
            lines[at] = " ".join(words)
        files[path] = "\n".join(lines) or "\n"
    return files


def well_placed(fault: Fault, files: dict[str, str]) -> bool:
    lines = files.get(fault.path, "").count("\n") + 1
    return 1 <= fault.line <= lines and bool(fault.message)


@settings(max_examples=150, deadline=None)
@given(broken())
def test_a_broken_folder_gives_faults_with_their_lines_or_a_sound_operation(files: dict[str, str]) -> None:
    loaded = load_files(files, Path("kettle"))
    faults = check(loaded)
    assert loaded.operation is not None or any_serious(faults)
    if loaded.operation is not None:
        faults += check_procedures(loaded.operation, loaded.places, needs_confirmation=lambda _: True)
        if not any_serious(faults):
            for procedure in loaded.operation.procedures.values():
                assert expand(procedure, loaded.operation.fragments)
    assert all(well_placed(fault, files) for fault in faults), faults


@settings(max_examples=50, deadline=None)
@given(st.sampled_from(PATHS), st.text(max_size=200))
def test_a_file_of_anything_gives_faults(path: str, text: str) -> None:
    loaded = load_files({**FILES, path: text}, Path("kettle"))
    check(loaded)
    assert loaded.operation is not None or loaded.faults
