"""Channels: that the operation's own words of the chat page are words that it has, in languages that are served."""

from collections.abc import Iterator

from aboveloop.operation.expression_faults import suggestion
from aboveloop.operation.faults import Fault
from aboveloop.operation.models import Operation
from aboveloop.operation.names import VOICE, WEBCHAT
from aboveloop.operation.origin_faults import origin_faults
from aboveloop.operation.places import Places
from aboveloop.operation.widget_words.words import NAMES, WORDS, languages_with_words, placeholders, words_in


def channel_faults(operation: Operation, places: Places) -> Iterator[Fault]:
    """Unknown names and languages, lost placeholders, and languages in which customers see the page in another one."""
    about = operation.about
    for name, channel in about.channels.items():
        if channel.words and name != WEBCHAT:
            place = places.at("operation", "", "channels", name, "words")
            yield place.fault(f"`words` are those of the chat page: they stand under `{WEBCHAT}`, not under `{name}`.")
        if channel.embed_on and name != WEBCHAT:
            place = places.at("operation", "", "channels", name, "embed_on")
            yield place.fault(
                f"Other sites show the web chat: `embed_on` stands under `{WEBCHAT}`, not under `{name}`."
            )
        if channel.outside and name != VOICE:
            place = places.at("operation", "", "channels", name, "outside")
            yield place.fault(f"`outside` says who may hear customers speak: it stands under `{VOICE}`, not `{name}`.")
    webchat = about.channels.get(WEBCHAT)
    if webchat is None:
        if VOICE in about.channels:
            place = places.at("operation", "", "channels", VOICE)
            yield place.fault(f"Customers speak in the web chat: without the channel `{WEBCHAT}` nobody can.")
        return
    yield from origin_faults(webchat.embed_on, lambda *path: places.at("operation", "", "channels", WEBCHAT, *path))
    for language, words in webchat.words.items():
        at = ("channels", WEBCHAT, "words", language)
        if language not in about.languages:
            yield places.at("operation", "", *at).fault(
                f"Workers do not serve `{language}`, so nobody sees these words."
            )
        for name, text in words.items():
            place = places.at("operation", "", *at, name)
            if name not in NAMES:
                yield place.fault(f"The chat has no word `{name}`.{suggestion(name, NAMES)}")
                continue
            found, wanted = placeholders(text), placeholders(words_in("en", {})[name]) or set()
            if found is None or found != wanted:
                yield place.fault(_holds(sorted(wanted)))
    offered = languages_with_words(about.languages, webchat.words)
    for index, language in enumerate(about.languages):
        if language not in offered:
            missing = len(set(NAMES) - webchat.words.get(language, {}).keys())
            yield places.at("operation", "", "languages", index).warning(
                f"The chat page is not offered in `{language}`: the house has its words in {', '.join(WORDS)}, and "
                f"{missing} of {len(NAMES)} are not under `channels: webchat: words: {language}`."
            )


def _holds(wanted: list[str]) -> str:
    names = ", ".join(f"{{{each}}}" for each in wanted)
    return f"This word must hold {names} and no other braces." if wanted else "This word may hold no braces."
