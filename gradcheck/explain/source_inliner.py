"""Rewrites a function's syntax tree so that every name in it means the same in a script of its own."""

from __future__ import annotations

import ast
import builtins
import operator
from collections.abc import Callable, Mapping
from types import FunctionType, MethodType, ModuleType
from typing import TYPE_CHECKING, Any

from gradcheck.explain.snippet_library import is_library, root
from gradcheck.explain.source_forms import is_held, is_object, is_own_function
from gradcheck.explain.source_nodes import CannotWrite, bound_names, free_values
from gradcheck.frameworks.namespace import Namespace

if TYPE_CHECKING:
    from gradcheck.explain.source import Source

_OPERATORS: dict[type, Callable[..., Any]] = {
    **{ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv},
    **{ast.Pow: operator.pow, ast.FloorDiv: operator.floordiv, ast.USub: operator.neg, ast.UAdd: operator.pos},
}


class _Dynamic(Exception):  # noqa: N818 - it says what the source is, and never leaves this file
    """An expression whose value is not known before the script runs."""


def inlined(source: Source, node: ast.FunctionDef, function: FunctionType, bound: Mapping[str, Any]) -> ast.stmt:
    """A function's definition without the parameters that are `bound`. Raises `CannotWrite`."""
    local = bound_names(node) - {node.name} - set(bound)
    drop_parameters(node.args, set(bound))
    name = node.name
    written = _Inliner(source, {**free_values(function), **bound}, local).visit(node)
    written.name = name
    return ast.fix_missing_locations(written)


def inlined_class(source: Source, node: ast.ClassDef, kind: type) -> ast.stmt:
    """A class's definition. Raises `CannotWrite`."""
    functions = [f for f in (getattr(m, "__func__", m) for m in vars(kind).values()) if isinstance(f, FunctionType)]
    free = free_values(functions[0]) if functions else {}
    return ast.fix_missing_locations(_Inliner(source, free, bound_names(node)).visit(node))


def drop_parameters(arguments: ast.arguments, names: set[str]) -> None:
    """Take parameters, and their defaults, out of a signature."""
    positional = [*arguments.posonlyargs, *arguments.args]
    defaults = [None] * (len(positional) - len(arguments.defaults)) + list(arguments.defaults)
    kept = [(a, d) for a, d in zip(positional, defaults, strict=True) if a.arg not in names]
    arguments.posonlyargs, arguments.args = [], [a for a, _ in kept]
    arguments.defaults = [d for _, d in kept if d is not None]
    named = [(a, d) for a, d in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True) if a.arg not in names]
    arguments.kwonlyargs, arguments.kw_defaults = [a for a, _ in named], [d for _, d in named]


class _Inliner(ast.NodeTransformer):
    def __init__(self, source: Source, free: Mapping[str, Any], local: set[str]) -> None:
        self.source, self.free, self.local = source, free, local

    # --- what needs not be kept --------------------------------------------------------------------

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        node.returns = None
        node.body = _without_docstring(node.body)
        self.generic_visit(node)
        node.body = node.body or [ast.Pass()]
        return node

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.AST:
        node.body = _without_docstring(node.body)
        return self.generic_visit(node)

    def visit_arg(self, node: ast.arg) -> ast.AST:
        node.annotation = None
        return node

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST | None:
        if node.value is None:
            return None
        return self.visit(ast.Assign([node.target], node.value, lineno=node.lineno))

    def visit_Import(self, node: ast.Import) -> None:
        """Imports inside a function move to the top of the script."""
        if any(root(alias.name) == "gradcheck" for alias in node.names):
            raise CannotWrite("it imports gradcheck")
        self.source.imports[ast.unparse(node)] = None

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        if node.level or root(node.module or "") == "gradcheck":
            raise CannotWrite("it imports gradcheck, or a module beside it")
        self.source.imports[ast.unparse(node)] = None

    # --- numbers beside bfloat16 ---------------------------------------------------------------------

    def visit_BinOp(self, node: ast.BinOp) -> ast.AST:
        self.generic_visit(node)
        return self.source.narrowed_operands(node)

    def visit_Assign(self, node: ast.Assign) -> ast.AST:
        self.generic_visit(node)
        if isinstance(node.value, ast.Tuple):
            node.value.elts = [self.source.narrowed(e) for e in node.value.elts]
        else:
            node.value = self.source.narrowed(node.value)
        return node

    # --- names, and what hangs on them -------------------------------------------------------------

    def visit_Name(self, node: ast.Name) -> ast.AST:
        if not isinstance(node.ctx, ast.Load) or node.id in self.local:
            return node
        try:
            value = self.static(node)
        except _Dynamic:
            return node
        return node if value is getattr(builtins, node.id, node) else self.source.expression(value, node.id)

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        try:
            base = self.static(node.value)
        except _Dynamic:
            return self.generic_visit(node)
        if not _reached_through(base):
            return self.generic_visit(node)
        if isinstance(base, Namespace) and node.attr != "pi":
            raise CannotWrite(f"xp.{node.attr} is passed on as a function")
        return self.source.expression(self.static(node), node.attr)

    def visit_Call(self, node: ast.Call) -> ast.AST:
        try:
            return self.source.expression(self._folded(node))
        except _Dynamic:
            pass
        try:
            function = self.static(node.func)
        except _Dynamic:
            return self.generic_visit(node)
        if isinstance(node.func, ast.Attribute) and isinstance(self._base(node.func), Namespace):
            call = self._visited(node)
            return self.source.of_namespace(node.func.attr, call.args, call.keywords)
        if isinstance(function, MethodType) and is_object(function.__self__):
            receiver = {function.__code__.co_varnames[0]: function.__self__}
            return self._specialised(node, _plain(function), receiver)
        if is_own_function(function):
            return self._specialised(node, function, {})
        return self.generic_visit(node)

    def _base(self, node: ast.Attribute) -> Any:
        try:
            return self.static(node.value)
        except _Dynamic:
            return None

    def _specialised(self, node: ast.Call, function: FunctionType, bound: Mapping[str, Any]) -> ast.expr:
        """A call of a function of the user's own; what is held is bound in its definition and passed no more."""
        bound, kept = dict(bound), []
        names = [n for n in function.__code__.co_varnames[: function.__code__.co_argcount] if n not in bound]
        for position, argument in enumerate(node.args):
            name = names[position] if position < len(names) else None
            if name is None or any(isinstance(a, ast.Starred) for a in node.args[: position + 1]):
                kept.append(argument)
            elif (value := self._held(argument)) is not None:
                bound[name] = value
            else:
                kept.append(argument)
        named = []
        for keyword in node.keywords:
            value = self._held(keyword.value) if keyword.arg else None
            if value is not None and keyword.arg:
                bound[keyword.arg] = value
            else:
                named.append(keyword)
        rest = self._visited(ast.Call(node.func, kept, named))
        rest.args = [self.source.narrowed(a) for a in rest.args]
        return ast.Call(self.source.define(function, "", bound), rest.args, rest.keywords)

    def _visited(self, node: ast.Call) -> ast.Call:
        arguments = [self.visit(a) for a in node.args]
        return ast.Call(node.func, arguments, [ast.keyword(k.arg, self.visit(k.value)) for k in node.keywords])

    def _held(self, node: ast.expr) -> Any:
        try:
            value = self.static(node)
        except _Dynamic:
            return None
        return value if is_held(value) else None

    # --- what is known before the script runs ------------------------------------------------------

    def static(self, node: ast.expr) -> Any:
        """The value of an expression of constants, of names that are not local, and of what they hold."""
        match node:
            case ast.Constant():
                return node.value
            case ast.Name() if node.id not in self.local and node.id in self.free:
                return self.free[node.id]
            case ast.Name() if node.id not in self.local and hasattr(builtins, node.id):
                return getattr(builtins, node.id)
            case ast.Attribute():
                base = self.static(node.value)
                if hasattr(base, node.attr):
                    return getattr(base, node.attr)
            case ast.BinOp() if type(node.op) in _OPERATORS:
                return _number(_OPERATORS[type(node.op)], self.static(node.left), self.static(node.right))
            case ast.UnaryOp() if type(node.op) in _OPERATORS:
                return _number(_OPERATORS[type(node.op)], self.static(node.operand))
            case ast.Call():
                return self._folded(node)
        raise _Dynamic

    def _folded(self, node: ast.Call) -> Any:
        """The result of a call of something held, none of whose arguments is an array."""
        function = self.static(node.func)
        base = self._base(node.func) if isinstance(node.func, ast.Attribute) else None
        ours = isinstance(base, Namespace) or root(getattr(function, "__module__", "") or "") == "gradcheck"
        if not ours or (is_own_function(function) and not isinstance(base, ModuleType | Namespace)):
            raise _Dynamic
        if isinstance(base, Namespace) and not node.args:
            raise _Dynamic
        arguments = [self.static(a) for a in node.args]
        keywords = {k.arg: self.static(k.value) for k in node.keywords if k.arg}
        if any(is_held(a) for a in (*arguments, *keywords.values())):
            raise _Dynamic
        return function(*arguments, **keywords)


def _reached_through(base: Any) -> bool:
    """Whether a script has no form for the thing itself, so that its attribute is written in its place."""
    if isinstance(base, ModuleType):
        return not is_library(base)
    return is_object(base)


def _plain(method: MethodType) -> FunctionType:
    if not isinstance(method.__func__, FunctionType):
        raise CannotWrite(f"{method!r} has no source")
    return method.__func__


def _number(operation: Callable[..., Any], *operands: Any) -> Any:
    if not all(type(o) in (int, float) for o in operands):
        raise _Dynamic
    return operation(*operands)


def _without_docstring(body: list[ast.stmt]) -> list[ast.stmt]:
    first = body[0]
    told = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) and isinstance(first.value.value, str)
    return body[1:] if told else body
