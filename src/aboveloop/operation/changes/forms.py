"""Changes of forms: what customers are asked on a page, what is taken for their need, and who may show it."""

from collections.abc import Iterator

from aboveloop.operation.changes.change import Change, ReviewPart, keys_of, listed, shown_on
from aboveloop.operation.form_models import Form
from aboveloop.operation.models import Operation

ASKED = "Customers are asked for other data."
TAKEN = "What customers send is taken for another need without being read."
SHOWN = "Other sites may show the form and send it."


def form_changes(old: Operation, new: Operation) -> Iterator[Change]:
    removed, added, changed = keys_of(old.forms, new.forms)
    for name in removed:
        yield Change(f"form:{name}", f"The form {name} is gone.", noticed="customers")
    for name in added:
        form = new.forms[name]
        asked = listed(each.field for each in form.fields)
        words = f"Customers can send a new form, {name}. It asks for {asked}."
        yield Change(f"form:{name}", words, ASKED, (ReviewPart.DATA_HANDLING,), "customers", touches=_reach(new, form))
    for name in changed:
        yield from _changed(
            old.forms[name], new.forms[name], _reach(old, old.forms[name]) | _reach(new, new.forms[name])
        )


def _changed(old: Form, new: Form, touches: frozenset[str]) -> Iterator[Change]:
    about, data = f"form:{new.form}", (ReviewPart.DATA_HANDLING,)
    before, after = {each.field: each for each in old.fields}, {each.field: each for each in new.fields}
    removed, added, changed = keys_of(before, after)
    if added or any(before[each].entity != after[each].entity for each in changed):
        words = f"The form {new.form} asks for other data: {listed(after)}."
        yield Change(about, words, ASKED, data, "customers", touches=touches)
    elif removed:
        yield Change(about, f"The form {new.form} asks no more for {listed(removed)}.", noticed="customers")
    if old.needs != new.needs:
        words = f"The form {new.form} is for {listed(sorted(new.needs))}."
        yield Change(about, words, TAKEN, (ReviewPart.MONITORING,), "customers", touches=touches)
    if set(old.embed_on) != set(new.embed_on):
        yield Change(about, shown_on(f"form {new.form}", new.embed_on), SHOWN, data)
    rest = {"fields", "embed_on"}
    same = old.model_copy(update={each: getattr(new, each) for each in rest})
    if same != new or (changed and not added):
        yield Change(about, f"The words or limits of the form {new.form} change.", noticed="customers")


def _reach(operation: Operation, form: Form) -> frozenset[str]:
    """The procedures that this form may begin."""
    wanted = (operation.intents.get(each) for each in form.needs)
    return frozenset(each.procedure for each in wanted if each is not None and each.procedure is not None)
