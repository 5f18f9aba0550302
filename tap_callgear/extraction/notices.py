"""What a person is told of a reading that could not be as it was asked for."""

from __future__ import annotations


def shorter_history(oldest: str) -> str:
    """Say that the account's history begins later than the reading was to."""
    return (
        f"The account keeps a shorter history than start_date asks for: nothing before {oldest} is served, so the "
        "reading starts there."
    )


def refused_start(method: str, refused: str, until: str, *, is_end: bool) -> str:
    """Say up to when data was read where the API refused to begin late.

    Args:
        method: The API's method.
        refused: The start that was refused.
        until: Up to when its data was read.
        is_end: Whether the reading ends there.
    """
    how = "the next run goes on from there" if is_end else "the latest hours were read from an earlier start"
    return f"{method} does not answer for a date_from as late as {refused}: its data is served up to {until}; {how}."


def out_of_window(time: str, first: str, last: str) -> str:
    """Say that rows came which were not asked for."""
    return (
        f"The API sends rows outside of the time that was asked for; they are left out: {time} is not between {first} "
        f"and {last}"
    )
