"""One call of a function under test: its description for messages, and running it."""

from __future__ import annotations

import functools
import sys
import sysconfig
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gradcheck.frameworks.errors import FrameworkError, FunctionRaised

_LIBRARIES = ("numpy", "torch", "jax", "jaxlib", "array_api_compat", "ml_dtypes")
_OURS = str(Path(__file__).parent)
_INSTALLED = tuple(sysconfig.get_path(name) for name in ("stdlib", "purelib", "platlib"))


@dataclass(frozen=True)
class Call:
    """A function called with arrays of the given shapes in one framework, dtype and mode."""

    framework: str
    function: str
    shapes: tuple[tuple[int, ...], ...]
    dtype: str
    mode: str

    def __str__(self) -> str:
        arrays = ", ".join(f"{self.dtype}[{', '.join(map(str, shape))}]" for shape in self.shapes)
        return f"{self.function}({arrays}) under {self.framework}, {self.mode},"

    def run(self, function: Callable[..., Any], *arrays: Any) -> Any:
        """The function's result; whatever it raises comes out as `FunctionRaised`, without our frames."""
        try:
            return function(*arrays)
        except FrameworkError:
            raise
        except Exception as error:
            raise FunctionRaised(str(self), type(error).__name__, str(error), location(error)) from None


def label(function: Callable[..., Any]) -> str:
    """The name a person knows a function by."""
    if isinstance(function, functools.partial):
        return label(function.func)
    return getattr(function, "__name__", type(function).__name__)


def location(error: BaseException) -> str:
    """`file:line` of the deepest frame of the user's own code, else of any library but a framework; else empty."""
    frames = [f for f in traceback.extract_tb(error.__traceback__) if _is_theirs(f.filename)]
    own = [f for f in frames if not f.filename.startswith(_INSTALLED)]
    deepest = (own or frames)[-1:]
    return "".join(f"{f.filename}:{f.lineno}" for f in deepest)


def _is_theirs(filename: str) -> bool:
    return not filename.startswith((_OURS, "<frozen", *_library_folders()))


def _library_folders() -> tuple[str, ...]:
    files = (getattr(sys.modules.get(name), "__file__", None) for name in _LIBRARIES)
    return tuple(str(Path(file).parent) for file in files if file)
