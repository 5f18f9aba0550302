"""No file names an address, a package or an image that nobody owns: whoever registers it serves code to our users."""

from __future__ import annotations

import re
from functools import cache
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

import pytest
from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name
from pathspec import GitIgnoreSpec

from tap_callgear.api.hosts import ADDRESSES
from tests.documents import ROOT
from tests.pins import ENVIRONMENTS, pins_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

KNOWN: Final[Mapping[str, str]] = {
    **{urlsplit(address).netloc: "the Data API" for address in ADDRESSES},
    "json-schema.org": "the standard's own name for a schema",
    "www.w3.org/2000/svg": "the standard's own name for a picture",
    "www.w3.org/1999/xlink": "the standard's own name for a link in a picture",
    "semver.org": "a standard",
    "keepachangelog.com": "a standard",
    "hub.meltano.com/singer/spec": "the specification of Singer",
    "docs.meltano.com": "documentation of Meltano",
    "docs.airbyte.com": "documentation of Airbyte",
    "docs.astral.sh/uv": "documentation of uv",
    "dlthub.com": "documentation of dlt",
    "docs.getdbt.com": "documentation of dbt",
    "github.com/tekumara/fakesnow": "the stand-in for Snowflake",
    "pygal.org": "written into its pictures by the package that draws them",
    "github.com/Kozea/pygal": "written into its pictures by the package that draws them",
    "docker.io/airbyte/python-connector-base": "the image that Airbyte offers connectors to be made of",
}
"""Addresses that there are, as far as they are told, and what for."""

OUR_IMAGE = "localhost/source-callgear"
"""What the image is called on the machine that it is built on. No registry has such a name."""

RESERVED = re.compile(r"(.+\.)?(localhost|example\.(com|net|org)|example|invalid|test)", re.IGNORECASE)
"""Names that nobody can ever own (RFC 2606 and 6761)."""

UNREACHABLE = [
    ip_network(block)
    for block in ("127.0.0.0/8", "192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "0.0.0.0/32", "::1/128")
]
"""This machine, and the blocks of addresses that are kept for documentation."""

WITH_SCHEME = re.compile(r"\b(?:git\+)?(?:https?|ssh|git|ftp|s3)://([\w\[{$][^\s\"'`<>()|]+)")
WITHOUT_SCHEME = re.compile(
    r"(?<![\w@/.:-])((?:[a-z0-9-]+\.)+(?:com|org|net|io|dev|ru|ae|sh|ai|co|app)/[^\s\"'`<>()|]+)"
)
COPIED = re.compile(r"\bgit@([\w.-]+:[^\s\"'`<>()|]+)")
INSTALLED = re.compile(r"(?:\bpip3? install|\buv add|\bpipx install|\bpip_url[:=]|\bpackageName:)[ \t]+([^\n|;&`)]+)")
IMAGE = re.compile(
    r"(?:^FROM (?=[\w.-]+[/:])|_image:|[dD]ocker_?[rR]epository\"?\s*[:=]|\bbaseImage:|\bio\.airbyte\.name=|"
    r"\bdocker (?:run|pull|push|tag)(?: --?[\w-]+)*|docker-image|--tag)\s*\"?([\w.-]+(?:/[\w.-]+)*)",
    re.MULTILINE,
)

KNOWN_PACKAGES: Final[Mapping[str, str]] = {
    "target-postgres": "a page warns that it is another project",
    "pysocks": "what requests needs for a SOCKS proxy",
}
"""Packages that there are, besides those with a pin, and why they are named."""


def files(folder: Path = ROOT) -> Iterator[Path]:
    """Return every file of a folder that git does not ignore."""
    for path in sorted(folder.iterdir()):
        name = path.relative_to(ROOT).as_posix()
        if not ignored().match_file(f"{name}/" if path.is_dir() else name):
            yield from files(path) if path.is_dir() else (path,)


@cache
def ignored() -> GitIgnoreSpec:
    """Return what git ignores, and its own folder."""
    return GitIgnoreSpec.from_lines([*(ROOT / ".gitignore").read_text(encoding="utf-8").splitlines(), ".git"])


def addresses_in(text: str) -> Iterator[str]:
    """Return the addresses that a text names, without what goes before the host."""
    for form in (WITH_SCHEME, WITHOUT_SCHEME, COPIED):
        for found in form.findall(text.replace("\\.", ".")):
            host, slash, path = found.rstrip("-.,;:").partition("/")
            host = host.rpartition("@")[2]
            if {".", ":"} & set(host.partition(":")[0] or host):  # else it is a name within one's own network
                yield host + slash + path


def is_owned(address: str) -> bool:
    """Whether nobody can lay a trap at an address: it is known, or nobody can own it."""
    named = address.partition("/")[0]
    host = named[1:].partition("]")[0] if named.startswith("[") else named.partition(":")[0].strip(".,;")
    if "{" in host or "$" in host:
        return True  # the program fills it in
    if RESERVED.fullmatch(host) or any(re.match(rf"{re.escape(known)}(?![\w.-])", address) for known in KNOWN):
        return True
    try:
        return any(ip_address(host) in block for block in UNREACHABLE)
    except ValueError:
        return False


def packages_in(text: str) -> Iterator[str]:
    """Return the names of the packages that a text installs."""
    for words in INSTALLED.findall(text):
        for word in re.findall(r"\"[^\"]+\"|\S+", words.partition(" #")[0]):
            wanted = word.strip("\"',")
            if "/" in wanted or wanted.startswith(("-", ".", "$", "{", "<")) or wanted.endswith((".whl", ".txt")):
                continue  # an option, or something in the file system
            try:
                yield canonicalize_name(Requirement(wanted).name)
            except InvalidRequirement:
                continue


@cache
def pinned() -> set[str]:
    """Return the names of the packages that are known to be there, since their hashes are."""
    return {canonicalize_name(pin.name) for name in ENVIRONMENTS for pin in pins_of(name)}


def strangers_in(text: str) -> Iterator[str]:
    """Return what a text names that nobody is known to own."""
    yield from (address for address in addresses_in(text) if not is_owned(address))
    yield from (name for name in packages_in(text) if name not in pinned() | KNOWN_PACKAGES.keys())
    yield from (image for image in IMAGE.findall(text) if image != OUR_IMAGE and not is_owned(image))


NOBODYS: Final = "/".join(["github.com", *["tap-callgear"] * 2])
"""A repository that nobody owns; here, too, no line is one to install from."""

NOBODYS_COPIED: Final = NOBODYS.replace("/", ":", 1)
"""The same as SSH names it."""


def test_no_file_names_anything_that_nobody_owns() -> None:
    strangers = []
    for path in files():
        if path != Path(__file__):
            text = path.read_text(encoding="utf-8", errors="replace")
            strangers += [f"{path.relative_to(ROOT)}: {stranger}" for stranger in strangers_in(text)]
    assert strangers == [], "if somebody trustworthy owns it, say so in KNOWN or KNOWN_PACKAGES"


@pytest.mark.parametrize(
    "text, stranger",
    [
        (f'pip install "git+https://{NOBODYS}"', NOBODYS),
        (f"[the code](https://{NOBODYS})", NOBODYS),
        (f"git clone git@{NOBODYS_COPIED}", NOBODYS_COPIED),
        (f"see {NOBODYS}", NOBODYS),
        ('"https://example.com.tap-callgear.dev/v2.0"', "example.com.tap-callgear.dev/v2.0"),
        ("https://dataapi.callgear.com.tap-callgear.dev/v2.0", "dataapi.callgear.com.tap-callgear.dev/v2.0"),
        ("http://10.0.0.1/v2.0", "10.0.0.1/v2.0"),
        ("pip install tap-callgear", "tap-callgear"),
        ("bin/pip install --quiet 'tap_callgear[s3]>=1' duckdb", "tap-callgear"),
        ("      pip_url: tap-callgear==0.1.0", "tap-callgear"),
        ("docker run --rm tap-callgear/source-callgear:0.1.0 spec", "tap-callgear/source-callgear"),
        ("docker push ghcr.io/tap-callgear/source:0.1.0", "ghcr.io/tap-callgear/source"),
        ("  dockerRepository: airbyte/source-callgear", "airbyte/source-callgear"),
        ("FROM tap-callgear/base:1", "tap-callgear/base"),
    ],
)
def test_what_nobody_owns_is_found(text: str, stranger: str) -> None:
    assert stranger in strangers_in(text)


@pytest.mark.parametrize(
    "text",
    [
        "http://127.0.0.1:8765/v2.0",
        "https://files.example.com/a.png, https://tap-callgear.invalid",
        "docker push registry.example.com/source-callgear:0.1.0",
        "docker build --file airbyte/source-callgear/Dockerfile --tag localhost/source-callgear:0.1.0 .",
        "pip install . && pip install dist/tap_callgear-*.whl && pip install --require-hashes -r requirements/tap.txt",
        'loader/bin/pip install "target-duckdb==0.8.0" "duckdb<1.3"',
        "pip_url: ./set-pip_url-to-your-clone-of-tap-callgear",
    ],
)
def test_what_is_of_this_machine_or_can_have_no_owner_is_let_through(text: str) -> None:
    assert [*strangers_in(text)] == []
