"""Compiled functions, remembered so that many points cost one compilation."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any

CAPACITY = 256


class Compiled:
    """The compiled forms of functions, the latest used `CAPACITY` of them.

    Keyed by the identity of the function, for callables need not be hashable, and two that compare
    equal need not compute the same. The function is kept alive with its entry, so that its identity
    cannot be taken by another.
    """

    def __init__(self) -> None:
        self._entries: OrderedDict[Hashable, tuple[Any, Any]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._entries)

    def get(self, function: Any, purpose: Hashable, build: Callable[[], Any]) -> Any:
        """What `build()` made for this function and purpose, built at the first request."""
        key = (id(function), purpose)
        if key not in self._entries:
            self._entries[key] = (function, build())
            if len(self._entries) > CAPACITY:
                self._entries.popitem(last=False)
        self._entries.move_to_end(key)
        return self._entries[key][1]
