"""A hook of mkdocs: pages that lie outside of docs/ become part of the site, and files that pages link to come with it.

So every page reads well where it lies, and no link needs an address of the repository.
"""

from __future__ import annotations

import re
from pathlib import Path
from posixpath import dirname, join, normpath, relpath
from typing import TYPE_CHECKING, Final

from mkdocs.structure.files import File

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.files import Files
    from mkdocs.structure.pages import Page

ROOT = Path(__file__).parent.parent

PAGES: Final[Mapping[str, str]] = {
    "README.md": "index.md",
    "CONTRIBUTING.md": "contributing.md",
    "CHANGELOG.md": "changelog.md",
    "callgear_sandbox/README.md": "sandbox.md",
    "airbyte/source-callgear/README.md": "airbyte-connector.md",
    "airbyte/source-callgear/documentation.md": "airbyte-documentation.md",
}
"""Where the pages outside of docs/ stand in the site, by where they lie in the repository."""

_LINK = re.compile(r"(?<=\]\()([^)\s#]+)(?=[)#])")
_SHOWN_AS_THEY_ARE = (".svg",)


def place_of(path: str) -> str:
    """Return where a file of the repository stands in the site."""
    if path in PAGES:
        return PAGES[path]
    if path.startswith("docs/"):
        return path.removeprefix("docs/")
    # As text, whatever it is, so that a browser shows it.
    name = path.replace("/.", "/").lstrip(".")
    return f"files/{name}" if path.endswith(_SHOWN_AS_THEY_ARE) else f"files/{name}.txt"


def linked_from(path: str) -> Iterator[str]:
    """Yield the files of the repository that a page links to."""
    for link in _LINK.findall((ROOT / path).read_text(encoding="utf-8")):
        if "://" not in link:
            yield normpath(join(dirname(path), link))


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add what does not lie under docs/."""
    pages = [*PAGES, *(f"docs/{file.src_uri}" for file in files.documentation_pages())]
    linked = {target for page in pages for target in linked_from(page)}
    for path in sorted({*PAGES, *linked}):
        if not path.startswith("docs/") and (ROOT / path).is_file():
            files.append(File.generated(config, place_of(path), abs_src_path=str(ROOT / path)))
    return files


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:  # noqa: ARG001 - mkdocs' own
    """Point the links of a page to where their targets stand in the site."""
    place = page.file.src_uri
    path = next((path for path, its in PAGES.items() if its == place), f"docs/{place}")

    def moved(link: re.Match[str]) -> str:
        target = link[0]
        if "://" in target:
            return target
        return relpath(place_of(normpath(join(dirname(path), target))), dirname(place) or ".")

    return _LINK.sub(moved, markdown)
