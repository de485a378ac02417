"""What can be wrong with a function under test before any number of it is judged, each in one clear line.

Every error says what happened, what was expected, for which call, and what to do next. All of them
survive pickling, so that a worker process can hand them back.
"""

# ruff: noqa: N818  the names say what happened; the family name says that it is an error
from __future__ import annotations


class FrameworkError(Exception):
    """A framework could not give a value or gradient of a function; `str` of it is the whole message."""


class NotInstalled(FrameworkError):
    """`NotInstalled(framework, reason)`: the framework's package cannot be imported."""

    def __init__(self, framework: str, reason: str) -> None:
        super().__init__(framework, reason)
        self.framework, self.reason = framework, reason

    def __str__(self) -> str:
        return f"{self.framework} cannot be imported ({self.reason}); type: pip install 'gradcheck[{self.framework}]'"


class FunctionRaised(FrameworkError):
    """The function raised. `message` is whole, `location` is `file:line` of the user's code or empty."""

    def __init__(self, call: str, type_name: str, message: str, location: str) -> None:
        super().__init__(call, type_name, message, location)
        self.call, self.type_name, self.message, self.location = call, type_name, message, location

    def __str__(self) -> str:
        first_line = self.message.strip().partition("\n")[0]
        raised = f"{self.type_name}: {first_line}" if first_line else self.type_name
        where = f" at {self.location}" if self.location else ""
        return f"{self.call} raised {raised}{where}; expected one array"


class WrongResult(FrameworkError):
    """What the function, or a hand-written gradient, returned cannot be judged."""

    def __init__(self, call: str, returned: str, expected: str, hint: str) -> None:
        super().__init__(call, returned, expected, hint)
        self.call, self.returned, self.expected, self.hint = call, returned, expected, hint

    def __str__(self) -> str:
        return f"{self.call} returned {self.returned}; expected {self.expected}: {self.hint}"


class NotDeterministic(FrameworkError):
    """Two calls with the same input gave different bits, first at component `index`."""

    def __init__(self, call: str, index: tuple[int, ...], first: str, second: str) -> None:
        super().__init__(call, index, first, second)
        self.call, self.index, self.first, self.second = call, index, first, second

    def __str__(self) -> str:
        return (
            f"{self.call} is not deterministic: component {self.index} was {self.first} and then {self.second} for "
            "the same input; expected the same bits: fix the noise by passing it in as an argument, "
            "Argument(..., differentiate=False)"
        )


class WritesInput(FrameworkError):
    """The function changed an array that it was given."""

    def __init__(self, call: str, argument: int) -> None:
        super().__init__(call, argument)
        self.call, self.argument = call, argument

    def __str__(self) -> str:
        return (
            f"{self.call} changed argument {self.argument} in place; expected its inputs untouched: "
            "copy it first, or drop the in-place operation (+=, x[...] = , inplace=True)"
        )
