"""Stands in for `docker run`: runs the source in place of an image, for the tests of images.

What a container would not have, it does not have either: the caller's environment and folder. What it does have is this
machine's Python and files, so the image itself, its layers and its user are not judged.
"""

from __future__ import annotations

import os
import sys

LENT = ("LOOPBACK_LOG", "PATH", "PYTHONPATH")
"""What the network's guard needs."""


def main() -> None:
    """Run the source, with the paths of mounted files as they are on this machine."""
    command, *words = sys.argv[1:]
    if command != "run":
        sys.exit(f"Only `docker run` is played here, not `docker {command}`.")
    env = {name: os.environ[name] for name in LENT if name in os.environ}
    mounts: dict[str, str] = {}
    while words[0].startswith("-"):
        option = words.pop(0)
        if option == "-v":
            on_host, inside, *_ = words.pop(0).split(":")
            mounts[inside] = on_host
        elif option == "-e":
            name, _, value = words.pop(0).partition("=")
            env[name] = value
        elif option != "--rm":
            sys.exit(f"No such option is played here: {option}")
    image, *arguments = words
    if image != os.environ["SOURCE_IMAGE"]:
        sys.exit(f"There is no image {image} here.")
    os.chdir("/")
    source = os.environ["SOURCE_EXECUTABLE"]
    os.execve(source, [source, *(mounts.get(word, word) for word in arguments)], env)  # noqa: S606 - as Docker does


if __name__ == "__main__":
    main()
