"""The bakery with people who teach its reader: a designer of conversations and a clerk."""

from aboveloop.operation.models import Operation
from work.bakery import ANNA, FILES, Bakery, operation_of

ROLES = """\
roles:
  designer: {may: [read_cases, read_personal, propose, promote]}
  reading_clerk: {may: [read_cases, read_personal, take_over, reply]}
"""
PEOPLE = """\
people:
  - {id: dora, name: Dora Lind, roles: [designer], trained: 2026-02-02}
  - {id: cleo, name: Cleo Vance, roles: [reading_clerk], trained: 2026-02-02}
"""


def files(**more: str) -> dict[str, str]:
    """The bakery's folder with these people; `learning` is the text of that section."""
    about = FILES["operation.yaml"].replace("roles:\n", ROLES).replace("people:\n", PEOPLE)
    learning = more.pop("learning", "")
    return {**FILES, "operation.yaml": about + (f"learning: {learning}\n" if learning else ""), **more}


def operation_with(**more: str) -> Operation:
    return operation_of(files(**more))


SCHOOL = operation_with()


def wrote(bakery: Bakery, text: str, address: str = ANNA) -> tuple[str, str]:
    """A customer writes; the case and the message."""
    case = bakery.write(text, address=address)
    return case.id, bakery.messages(case)[0].id
