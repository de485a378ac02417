"""What can go wrong while a function is watched."""

from __future__ import annotations

from gradcheck.frameworks.errors import FrameworkError


class UnsupportedOperation(FrameworkError):  # noqa: N818 - the name says what happened, like its siblings
    """`operation` has no exact rule; `location` is the user's `file:line`, empty where it is not known."""

    def __init__(self, operation: str, location: str) -> None:
        super().__init__(operation, location)
        self.operation, self.location = operation, location

    def __str__(self) -> str:
        where = f" (used at {self.location})" if self.location else ""
        return (
            f"no exact rule for the operation {self.operation}{where}, so the function cannot be shadowed; "
            "expected operations of the table in gradcheck.exact: give a definition= instead, or a specification"
        )
