"""The pytest plugin: functions as tests, one report of a session, a baseline.

In any test, `assert_stable` fails with what went wrong:

    def test_softplus():
        gradcheck.assert_stable(torch.nn.functional.softplus, Argument("real", shape=(3,)))

Many functions at once, each in each dtype and mode a test of its own whose id is the claim, as in
`test_losses.py::shifted[is right in float16, eager]`. A function written in the test module is marked, those from
elsewhere stand in a table:

    @gradcheck.mark(Argument("probability", shape=(3,)), dtypes=("float16", "float32"))
    def shifted(p):
        return my_losses.focal(p, gamma=2.0)

    stability = gradcheck.table(
        {
            my_losses.huber: Argument("real", shape=(3,)),
            my_losses.bce: (Argument("probability", shape=(3,)), Argument("{0, 1}", shape=(3,), differentiate=False)),
        },
        modes=("eager", "compile"),
    )

The functions of `[tool.gradcheck]` are tests too, wherever pytest collects the folder of that pyproject.toml, or is
told to: `pytest pyproject.toml`.

`--gradcheck-report=DIR` writes report.html and results.json of all that was checked, by whatever process of
pytest-xdist. `--gradcheck-baseline=FILE` accepts what the file holds: a test fails where a finding is new or worse, and
where an accepted one is fixed, until its entry is removed. Without the option the baseline of `[tool.gradcheck]` holds,
once it was written. Both are also ini values: gradcheck_report, gradcheck_baseline.

Importing this imports nothing of gradcheck beyond it: a project that does not use it pays no time for it.
"""

from __future__ import annotations

import inspect
import sys
from collections import Counter
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from gradcheck.configuration import Configuration
    from gradcheck.marking import Case

ATTRIBUTE = "gradcheck_results"  # of a test report: what its test found
PACKAGE = Path(__file__).parent
PYPROJECT = "pyproject.toml"
OPTIONS = {
    "report": ("DIR", "write report.html and results.json of all that gradcheck checked"),
    "baseline": ("FILE", "fail only for what is new, worse or fixed against this gradcheck baseline"),
}


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("gradcheck")
    for name, (metavar, what) in OPTIONS.items():
        group.addoption(f"--gradcheck-{name}", metavar=metavar, help=what)
        parser.addini(f"gradcheck_{name}", f"{what} ({metavar}, below the rootdir)", default="")


def pytest_configure(config: pytest.Config) -> None:
    configured = _configuration(config.rootpath / PYPROJECT)
    folder = _path(config, "report")
    baseline = _path(config, "baseline") or (configured.accepted if configured else None)
    if folder or baseline:
        config.pluginmanager.register(_Gathering(config, folder, baseline, configured), "gradcheck-session")


def _path(config: pytest.Config, name: str) -> Path | None:
    """Of an option, relative to where pytest was called; else of an ini value, relative to the rootdir."""
    if given := config.getoption(f"gradcheck_{name}"):
        return config.invocation_params.dir / str(given)
    ini = str(config.getini(f"gradcheck_{name}"))
    return config.rootpath / ini if ini else None


def _configuration(file: Path) -> Configuration | None:
    """What a pyproject.toml says about gradcheck, if anything."""
    if not file.is_file() or "[tool.gradcheck" not in file.read_text(encoding="utf-8", errors="replace"):
        return None
    from gradcheck.configuration import load

    return _usage(partial(load, file))


def _usage(ask: Callable[[], Any]) -> Any:
    """What `ask` returns; what a person has got wrong is a line, without a traceback."""
    try:
        return ask()
    except (ValueError, OSError) as error:
        raise pytest.UsageError(f"gradcheck: {error}") from error


class _Gathering:
    """Gathers what the tests find. With pytest-xdist it travels with the test reports to where pytest was called."""

    def __init__(
        self, config: pytest.Config, folder: Path | None, baseline: Path | None, configured: Configuration | None
    ) -> None:
        from gradcheck.api import observed
        from gradcheck.configuration import Configuration
        from gradcheck.gathering import Session

        self._session = _usage(partial(Session, baseline))
        self._folder, self._baseline = folder, baseline
        self._fail_on = (configured or Configuration()).fail_on
        self._is_worker = hasattr(config, "workerinput")
        self._texts: list[str] = []
        self._written: list[Path] = []
        if folder:
            _usage(partial(folder.mkdir, parents=True, exist_ok=True))
        stack = ExitStack()
        stack.enter_context(observed(self._session))
        config.add_cleanup(stack.close)

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_setup(self, item: pytest.Item) -> None:
        self._session.begin(item.checked if isinstance(item, Check) else _name(item))

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(self) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        report = yield
        setattr(report, ATTRIBUTE, self._session.hand_over())
        return report

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self._texts += getattr(report, ATTRIBUTE, [])

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self) -> None:
        from gradcheck.gathering import merged, write

        if self._folder and self._texts and not self._is_worker:
            self._written = write(merged(self._texts), self._folder, self._baseline, self._fail_on)

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        for path in self._written:
            terminalreporter.write_line(f"gradcheck: wrote {path}")


def _name(item: pytest.Item) -> str:
    """Its node id, without what pytest-xdist appends to it for a group."""
    assert item.parent is not None
    return f"{item.parent.nodeid}::{item.name}"


class Check(pytest.Function):
    """One function in one dtype and mode; `checked` is the name that a baseline knows the function by."""

    checked = ""

    def reportinfo(self) -> tuple[Path, int | None, str]:
        return self.path, None, self.name

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException]) -> Any:  # type: ignore[override]
        is_said = isinstance(excinfo.value, AssertionError) or _is_message(excinfo)
        return str(excinfo.value) if is_said else super().repr_failure(excinfo)


def _check(
    parent: Any, name: str, checked: str, claims: Iterable[tuple[str, str, str]], run: Callable[..., None]
) -> Iterator[Check]:
    """The tests of a function: `run(dtype=..., mode=...)` in each."""
    for claim, dtype, mode in claims:

        def test(dtype: str = dtype, mode: str = mode) -> None:
            __tracebackhide__ = True
            run(dtype=dtype, mode=mode)

        item = Check.from_parent(parent, name=f"{name}[{claim}]", callobj=test)
        item.checked = checked
        yield item


def _checks(parent: Any, name: str, case: Case) -> Iterator[Check]:
    from gradcheck.gathering import check_case

    yield from _check(parent, name, f"{parent.nodeid}::{name}", case.claims(), partial(check_case, case))


class _Table(pytest.Collector):
    """The functions of a `gradcheck.table`."""

    cases: tuple[Case, ...] = ()

    def collect(self) -> Iterator[Check]:
        from gradcheck.frameworks import label

        seen: Counter[str] = Counter()
        for case in self.cases:
            name = label(case.function)
            seen[name] += 1
            yield from _checks(self, f"{name} #{seen[name]}" if seen[name] > 1 else name, case)


def pytest_pycollect_makeitem(collector: Any, name: str, obj: Any) -> Any:
    """Tests of what is marked, or a table, in a test module."""
    if (marking := sys.modules.get("gradcheck.marking")) is None:
        return None
    if isinstance(obj, marking.Table):
        found = _Table.from_parent(collector, name=name)
        found.cases = obj.cases
        return found
    case = vars(obj).get(marking.ATTRIBUTE) if inspect.isfunction(obj) else None
    if case is None:
        return None
    if not isinstance(collector, pytest.Module):
        raise collector.CollectError(f"gradcheck.mark is for a function of a module; {name} is one of a class")
    return list(_checks(collector, name, case)) if obj.__module__ == collector.obj.__name__ else []


class _Configured(pytest.File):
    """The functions of `[tool.gradcheck]`."""

    def collect(self) -> Iterator[Check]:
        from gradcheck.gathering import check_configured
        from gradcheck.marking import claim

        if (configured := _configuration(self.path)) is None:
            return
        for function in configured.functions:
            dtypes, modes = configured.of(function)
            claims = ((claim(dtype, mode), dtype, mode) for dtype in dtypes for mode in modes)
            run = partial(check_configured, configured, function.target)
            yield from _check(self, function.target, function.target, claims, run)


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    if file_path.name == PYPROJECT and _configuration(file_path):
        return _Configured.from_parent(parent, path=file_path)
    return None


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """What gradcheck says is wrong with a call is said of the caller's line, without our frames."""
    excinfo = call.excinfo
    if excinfo is not None and not item.config.getoption("fulltrace") and _is_message(excinfo):
        for frame in _frames(excinfo.tb):
            if frame.tb_next and _is_ours(frame.tb_next):
                frame.tb_next = None
    return (yield)


def _is_message(excinfo: pytest.ExceptionInfo[BaseException]) -> bool:
    """Whether an exception is one that gradcheck raises for a caller's mistake; a defect of its own is not."""
    if "gradcheck.api" not in sys.modules:
        return False
    from gradcheck.frameworks import FrameworkError

    *_, last = _frames(excinfo.tb)
    raised_here = isinstance(excinfo.value, ValueError | TypeError) and _is_ours(last)
    return isinstance(excinfo.value, FrameworkError) or raised_here


def _frames(first: TracebackType) -> Iterator[TracebackType]:
    frame: TracebackType | None = first
    while frame is not None:
        yield frame
        frame = frame.tb_next


def _is_ours(frame: TracebackType) -> bool:
    return PACKAGE in Path(frame.tb_frame.f_code.co_filename).parents
