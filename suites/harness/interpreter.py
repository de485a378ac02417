"""A fresh interpreter that runs scripts one after the other, each in a namespace of its own, without gradcheck."""

from __future__ import annotations

import json
import os
import subprocess
import sys

LOOP = """
import contextlib, io, json, sys, warnings
warnings.simplefilter("ignore")
for line in sys.stdin:
    if "jax" in sys.modules:
        sys.modules["jax"].config.update("jax_enable_x64", False)
    out = io.StringIO()
    try:
        with contextlib.redirect_stdout(out):
            exec(compile(json.loads(line), "<snippet>", "exec"), {"__name__": "__main__"})
        shown = out.getvalue()
    except Exception as error:
        shown = repr(error)
    assert "gradcheck" not in sys.modules
    print(json.dumps(shown), flush=True)
"""


class Interpreter:
    """Starts with the first script; what a script prints, or the repr of what it raises, is its answer."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[str] | None = None

    def run(self, script: str) -> str:
        if self._process is None:
            self._process = subprocess.Popen(
                [sys.executable, "-c", LOOP],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                text=True,
                # As in a run, whose processes have one thread: how a kernel splits its work may decide what is NaN.
                env={**os.environ, "OMP_NUM_THREADS": "1"},
            )
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(script) + "\n")
        self._process.stdin.flush()
        answer = self._process.stdout.readline()
        assert answer, f"the interpreter ended on\n{script}"
        return json.loads(answer)

    def close(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.communicate()
