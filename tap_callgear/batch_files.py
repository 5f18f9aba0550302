"""Records in files instead of messages: written window by window, and named only once they are complete."""

from __future__ import annotations

from contextlib import contextmanager
from itertools import chain, islice
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import fsspec  # type: ignore[import-untyped]

from tap_callgear.compression import gzip_compressor
from tap_callgear.inputs.batch_config import local_folder
from tap_callgear.writer import record_encoder

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from contextlib import AbstractContextManager
    from pathlib import Path
    from types import TracebackType
    from typing import IO

    import msgspec
    from typing_extensions import Self

    from tap_callgear.api.clock import Clock
    from tap_callgear.extraction.records import Record
    from tap_callgear.sdk import BatchConfig

_LARGEST = 1 << 26
"""Bytes from which on a file is complete, however few records it holds."""

_BLOCK = 1 << 16
"""Bytes that are written at a time."""

_OLDEST = 30.0
"""Seconds after which a file is complete at the end of a window, however few records it holds."""


class BatchFiles:
    """Writes records to files, one a line; an unfinished one goes with the context.

    Attributes:
        records: How many were written.
    """

    def __init__(self, config: BatchConfig, name: str, clock: Clock) -> None:
        """Write nothing yet.

        Args:
            config: How and where.
            name: What the names of the files begin with.
            clock: Says how old a file is.
        """
        self.records = 0
        self._clock = clock
        self._begun_at = 0.0
        self._config = config
        self._name = f"{config.storage.prefix or ''}{name}-{uuid4()}"
        self._encoder = record_encoder()
        self._files = 0
        self._file: _File | None = None

    def __enter__(self) -> Self:
        """Begin."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Drop the file that is not complete."""
        if self._file is not None:
            self._file.drop()

    @property
    def has_records(self) -> bool:
        """Whether records wait to be in a file that is complete."""
        return self._file is not None

    def write(self, records: Iterable[Record | Mapping[str, Any]]) -> Iterator[str]:
        """Write the records of a window.

        Args:
            records: The records.

        Yields:
            The address of each file that is complete; at the end of the window one is that is half full.
        """
        most = self._config.batch_size
        for record in (left := iter(records)):
            file = self._file or self._begin()
            before = file.records
            file.write(self._encoder, chain((record,), islice(left, most - before - 1)))
            self.records += file.records - before
            if file.records >= most or file.size >= _LARGEST:
                yield self.complete()
        if self._file is not None:
            age = self._clock.monotonic() - self._begun_at
            if self._file.records * 2 >= most or age > _OLDEST:
                yield self.complete()

    def complete(self) -> str:
        """Complete the file that was begun, if one was.

        Returns:
            Its address.

        Raises:
            OSError: It cannot be written.
        """
        file = self._file or self._begin()
        file.complete()
        self._file = None
        return file.address

    def _begin(self) -> _File:
        self._files += 1
        self._begun_at = self._clock.monotonic()
        self._file = _File(self._config, f"{self._name}-{self._files}.json")
        return self._file


class _File:
    """A file of records.

    Attributes:
        address: Where it is once it is complete.
        records: How many it holds.
        size: How many bytes were written.
    """

    def __init__(self, config: BatchConfig, name: str) -> None:
        """Begin the file."""
        is_compressed = config.encoding.compression == "gzip"
        name += ".gz" if is_compressed else ""
        folder = local_folder(config.storage.root)
        # Loaders take the path as it stands there: to them, %20 is no blank.
        self.address = f"file://{(folder / name).as_posix()}" if folder else f"{config.storage.root.rstrip('/')}/{name}"
        self.records = 0
        self.size = 0
        self._block = bytearray()
        self._compressor = gzip_compressor() if is_compressed else None
        self._place: AbstractContextManager[IO[bytes]] = (
            _opened_here(folder / name) if folder else _opened_there(self.address, config.storage.params)
        )
        self._file = self._place.__enter__()

    def write(self, encoder: msgspec.json.Encoder, records: Iterable[Record | Mapping[str, Any]]) -> None:
        """Write records until the file is large or there are no more.

        Args:
            encoder: Encodes them.
            records: The records.
        """
        encode_into, block, count = encoder.encode_into, self._block, 0
        for record in records:
            encode_into(record, block, -1)
            block += b"\n"
            count += 1
            if len(block) >= _BLOCK:
                self._empty_block()
                if self.size >= _LARGEST:
                    break
        self.records += count

    def _empty_block(self) -> None:
        content = self._compressor.compress(self._block) if self._compressor else self._block
        self._file.write(content)
        self.size += len(content)
        self._block.clear()

    def complete(self) -> None:
        """Write the rest, and give the file its name."""
        self._empty_block()
        if self._compressor:
            self._file.write(self._compressor.flush())
        self._place.__exit__(None, None, None)

    def drop(self) -> None:
        """Leave nothing of it."""
        self._place.__exit__(GeneratorExit, GeneratorExit(), None)


@contextmanager
def _opened_here(path: Path) -> Iterator[IO[bytes]]:
    """Open a file of this machine that has its name only once it is complete."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f".{path.name}.part")
    try:
        with unfinished.open("wb") as file:
            yield file
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)


@contextmanager
def _opened_there(address: str, params: Mapping[str, Any]) -> Iterator[IO[bytes]]:
    """Open a file elsewhere that is there only once it is complete."""
    system, name = fsspec.url_to_fs(address, **params)
    system.makedirs(name.rpartition("/")[0], exist_ok=True)
    with system.transaction, system.open(name, "wb") as file:
        yield file
