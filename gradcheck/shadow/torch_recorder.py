"""The graph while a torch function is watched: which nodes a gradient flows through, and where the user's code is."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import Any

import torch

from gradcheck import frameworks
from gradcheck.shadow.recorder import Recording, user_line

_SHADOW = str(Path(__file__).parent)
_LIBRARIES = (str(Path(torch.__file__).parent), str(Path(frameworks.__file__).parent))
_APPLY = torch.autograd.Function.apply.__func__.__code__


@dataclass
class Recorder(Recording):
    """`flows[i]` tells whether a gradient flows from a differentiated input to node i.

    Truths of comparisons pass none on, and neither does what was made of them alone.
    """

    flows: list[bool] = field(default_factory=list)

    def add(
        self,
        operation: str,
        inputs: tuple[int, ...],
        shape: tuple[int, ...],
        *,
        predicate: bool = False,
        location: str = "",
        **parameters: Any,
    ) -> int:
        stopped = predicate or operation == "stop_gradient"
        self.flows.append(not stopped and any(self.flows[i] for i in inputs))
        return super().add(operation, inputs, shape, predicate=predicate, location=location, **parameters)

    def look(self) -> None:
        """Note where the user's code is; to be called while an operation of it is dispatched."""
        self.here = user_line(((f.f_code.co_filename, f.f_lineno) for f in _frames(_dispatched_by())), _LIBRARIES)


def in_custom_forward() -> bool:
    """Whether the forward of a `torch.autograd.Function` is running: it has no gradients, yet is differentiated."""
    return any(f.f_code is _APPLY for f in _frames(_dispatched_by()))


def _dispatched_by() -> FrameType | None:
    """The innermost frame that is not the watcher's."""
    frame: FrameType | None = sys._getframe(1)
    while frame is not None and frame.f_code.co_filename.startswith(_SHADOW):
        frame = frame.f_back
    return frame


def _frames(frame: FrameType | None) -> Iterator[FrameType]:
    """From this frame out to the call of the watched function."""
    while frame is not None:
        yield frame
        if frame.f_code.co_filename.startswith(_SHADOW):
            return
        frame = frame.f_back
