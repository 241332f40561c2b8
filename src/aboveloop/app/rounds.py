"""Rounds: what the house does beside its turns. A round that fails is told, and begins again; it never ends unseen."""

import logging
import threading
from collections.abc import Callable

# Soon enough that nobody misses a round; a round that always fails calls people once and does not fill the log.
FIRST_PAUSE_SECONDS = 5.0
LONGEST_PAUSE_SECONDS = 300.0

Round = Callable[[threading.Event], None]

logger = logging.getLogger(__name__)


def kept_on(
    run: Round,
    name: str,
    closing: threading.Event,
    failed: Callable[[str], None],
    *,
    first_pause: float = FIRST_PAUSE_SECONDS,
) -> None:
    """Run a round until the house closes, anew after each failure, after `first_pause` seconds and up to 5 minutes.

    `failed` is told once for each row of failures, in a sentence. Returns when `run` returns or `closing` is set.
    """
    pause = first_pause
    while not closing.is_set():
        try:
            run(closing)
        except Exception as error:
            # The edge of a round, as of a turn: what is caught here is logged whole, with the place in the code.
            logger.exception("The round %s failed, and begins again in %.0f seconds.", name, pause)
            if pause == first_pause:
                failed(f"The house's round `{name}` fails ({type(error).__name__}): what it looks after waits.")
        else:
            return
        closing.wait(pause)
        pause = min(2 * pause, LONGEST_PAUSE_SECONDS)
