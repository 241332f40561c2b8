"""Origins of other sites, as `embed_on` of the web chat and of forms names them."""

import re
from collections.abc import Callable, Iterator

from aboveloop.operation.faults import Fault, Place

_ORIGIN = re.compile(r"https://[a-z0-9.-]+(:\d{1,5})?|http://(localhost|127\.0\.0\.1)(:\d{1,5})?")


def origin_faults(origins: list[str], at: Callable[..., Place]) -> Iterator[Fault]:
    """What a browser would not send as an origin: a path, no scheme, one that anybody on the way can change."""
    for index, origin in enumerate(origins):
        if not _ORIGIN.fullmatch(origin):
            yield at("embed_on", index).fault(f"`{origin}` is no origin: write https://shop.example, with no path.")
