"""What is compressed is read by whoever reads gzip, whichever library the machine has."""

from __future__ import annotations

import gzip
import subprocess
import sys
import zlib
from typing import TYPE_CHECKING

import pytest

from tap_callgear.compression import gzip_compressor

if TYPE_CHECKING:
    from types import ModuleType

isal_zlib = pytest.importorskip("isal.isal_zlib", reason="there is no wheel of it for this machine")

BLOCKS = [b'{"id":%d,"tags":["a","b"]}\n' % number * 500 for number in range(40)]


@pytest.mark.parametrize("library", [zlib, isal_zlib])
def test_a_file_written_block_by_block_is_read_as_gzip(library: ModuleType) -> None:
    compressor = gzip_compressor(library)
    content = b"".join([*(compressor.compress(block) for block in BLOCKS), compressor.flush()])
    assert gzip.decompress(content) == b"".join(BLOCKS)
    assert len(content) * 10 < len(gzip.decompress(content))


def test_the_quick_library_compresses_where_there_is_one() -> None:
    assert type(gzip_compressor()) is type(gzip_compressor(isal_zlib))
    assert type(gzip_compressor()) is not type(gzip_compressor(zlib))


def test_without_the_quick_library_the_standard_one_compresses() -> None:
    program = (
        "import gzip, sys; sys.modules['isal'] = None; from tap_callgear.compression import gzip_compressor as begin; "
        "file = begin(); print(gzip.decompress(file.compress(b'rows') + file.flush()).decode(), type(file).__module__)"
    )
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True, text=True)  # noqa: S603 - ours
    assert run.stdout.split() == ["rows", "zlib"]
