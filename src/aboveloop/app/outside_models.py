"""Outside models of this house: which are set up, and asking one of them about a case, for a person."""

from aboveloop.app.premises import Premises
from aboveloop.connect.models.chat import ChatModel
from aboveloop.connect.models.vendors import vendor_of
from aboveloop.govern.actions import Principal
from aboveloop.govern.people import Person
from aboveloop.journey import cases
from aboveloop.understand.prompts import prompt_of
from aboveloop.work.privacy.outside import Outcome, Question, ask

# The secret that placeholders are drawn with: without it nobody can tell what stands behind one.
MASKING_SECRET = "masking"


def ask_vendor(premises: Premises, person: Person, case_id: str, *, vendor: str, prompt: str) -> Outcome:
    """Ask about a case with a prompt of the operation. Raises VendorUnknown, PromptUnknown, CaseNotFound."""
    model = ChatModel(vendor_of(premises.settings.home, vendor))
    try:
        with premises.database.read() as reader:
            case = cases.get(reader, case_id)
        chosen = prompt_of(premises.operation_of(case.release).files, prompt)
        question = Question(case_id, chosen.name, chosen.instructions, chosen.fields, Principal("person", person.id))
        return ask(premises.house, question, model, premises.settings.secret(MASKING_SECRET))
    finally:
        model.close()
