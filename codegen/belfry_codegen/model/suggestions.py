# SPDX-License-Identifier: Apache-2.0
"""Suggestions for misspelled names."""

from __future__ import annotations

from collections.abc import Iterable


def close_matches(word: str, known: Iterable[str]) -> str:
    """`; did you mean 'x' or 'y'?`, or an empty string if no known word is similar."""
    # Imported here, because few runs have an error.
    import difflib

    by_lower: dict[str, str] = {}
    for name in known:
        by_lower.setdefault(name.lower(), name)
    near = difflib.get_close_matches(word.lower(), list(by_lower), n=3, cutoff=0.6)
    if not near:
        return ""
    return "; did you mean " + " or ".join(f"'{by_lower[name]}'" for name in near) + "?"
