"""What a Python package names: its modules, functions, classes, members. Prints JSON.

    python names.py source FOLDER PACKAGE      reads the package's source, and runs none of it
    python names.py imported "" PACKAGE        imports it: for packages that make their names in compiled code

Names that begin with an underscore are left out. A class tells what it is called, its bases, its methods, which of its
attributes can be set, and whether it is an enumeration or an exception; a module tells what it takes from others.
"""

import ast
import enum
import importlib
import inspect
import json
import pathlib
import pkgutil
import sys

MOST_DEPTH = 8


def public(name):
    return not name.startswith("_")


def dotted(node):
    """`a.b.c` as text; nothing for what is no plain path."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        value = dotted(node.value)
        return None if value is None else f"{value}.{node.attr}"
    if isinstance(node, ast.Subscript):
        return dotted(node.value)
    return None


class ModuleReader:
    """One module, as its text says it."""

    def __init__(self, name, tree, is_package):
        self.name = name
        self.package = name if is_package else name.rpartition(".")[0]
        self.found = {"functions": [], "classes": {}, "constants": [], "takes": {}, "gathers": []}
        for node in statements(tree):
            self.read(node)

    def read(self, node):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and public(node.name):
            self.found["functions"].append(node.name)
        elif isinstance(node, ast.ClassDef) and public(node.name):
            self.found["classes"][node.name] = read_class(node)
        elif isinstance(node, (ast.Assign, ast.AnnAssign)):
            self.found["constants"] += [name for name in assigned(node) if public(name)]
        elif isinstance(node, ast.ImportFrom):
            self.take(node)

    def take(self, node):
        origin = self.origin(node)
        for alias in node.names:
            if alias.name == "*":
                self.found["gathers"].append(origin)
            elif public(alias.asname or alias.name):
                self.found["takes"][alias.asname or alias.name] = f"{origin}.{alias.name}"

    def origin(self, node):
        if node.level == 0:
            return node.module
        base = self.package.split(".")
        base = base[: len(base) - (node.level - 1)]
        return ".".join([*base, *([node.module] if node.module else [])])


def statements(tree):
    """Those of a module, and of what it asks about first: platforms, versions, optional packages."""
    for node in tree.body:
        if isinstance(node, ast.If):
            yield from statements(node)
            yield from statements(ast.Module(body=node.orelse, type_ignores=[]))
        elif isinstance(node, ast.Try):
            yield from statements(node)
        else:
            yield node


def assigned(node):
    targets = node.targets if isinstance(node, ast.Assign) else [node.target]
    return [target.id for target in targets if isinstance(target, ast.Name)]


def read_class(node):
    found = {"bases": [base for base in map(dotted, node.bases) if base], "methods": [], "attributes": [], "settable": []}
    for statement in statements(node):
        read_member(statement, found)
    return found


def read_member(node, found):
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
        marks = [dotted(mark.func if isinstance(mark, ast.Call) else mark) or "" for mark in node.decorator_list]
        if any(mark.endswith(".setter") for mark in marks):
            found["settable"].append(node.name)
        elif public(node.name):
            is_attribute = any(mark.rpartition(".")[2].endswith("property") for mark in marks)
            found["attributes" if is_attribute else "methods"].append(node.name)
    elif isinstance(node, (ast.Assign, ast.AnnAssign)):
        names = [name for name in assigned(node) if public(name)]
        found["attributes"] += names
        found["settable"] += [name for name in names if not is_measured(node.value)]


def is_measured(value):
    """An attribute that an instrument only tells: pymeasure's `measurement`."""
    return isinstance(value, ast.Call) and (dotted(value.func) or "").rpartition(".")[2] == "measurement"


def read_source(folder, package):
    root = pathlib.Path(folder)
    files = sorted((root / package).rglob("*.py")) or [root / f"{package}.py"]
    modules = {}
    for file in files:
        parts = list(file.relative_to(root).with_suffix("").parts)
        is_package = parts[-1] == "__init__"
        parts = parts[:-1] if is_package else parts
        if {"tests", "test", "testing"} & set(parts[1:]):
            continue
        try:
            tree = ast.parse(file.read_text(encoding="utf8"))
        except SyntaxError:
            continue
        modules[".".join(parts)] = ModuleReader(".".join(parts), tree, is_package).found
    return modules


def read_imported(folder, package):
    if folder:
        sys.path.insert(0, folder)
    module = importlib.import_module(package)
    modules = {package: read_module(module)}
    for info in pkgutil.iter_modules(getattr(module, "__path__", []), f"{package}."):
        if public(info.name.rpartition(".")[2]):
            try:
                modules[info.name] = read_module(importlib.import_module(info.name))
            except ImportError:
                continue
    return modules


def read_module(module):
    found = {"functions": [], "classes": {}, "constants": [], "takes": {}, "gathers": []}
    for name in filter(public, dir(module)):
        value = getattr(module, name)
        if inspect.ismodule(value):
            continue
        origin = getattr(value, "__module__", module.__name__)
        if inspect.isclass(value) and origin.split(".")[0].lstrip("_") == module.__name__.split(".")[0]:
            found["classes"][name] = read_imported_class(value)
        elif callable(value) and not inspect.isclass(value):
            found["functions"].append(name)
        elif not inspect.isclass(value):
            found["constants"].append(name)
    return found


def read_imported_class(value):
    found = {"bases": [base.__name__ for base in value.__mro__[1:] if public(base.__name__)], "methods": [], "attributes": [], "settable": []}
    if issubclass(value, enum.Enum) or hasattr(value, "__entries") or hasattr(value, "__members__"):
        found["bases"].append("Enum")
    if issubclass(value, BaseException):
        found["bases"].append("Exception")
    for name in filter(public, dir(value)):
        member = getattr(value, name, None)
        found["methods" if callable(member) and not inspect.isclass(member) else "attributes"].append(name)
    found["settable"] = list(found["attributes"])
    return found


READERS = {"source": read_source, "imported": read_imported}

if __name__ == "__main__":
    how, where, wanted = sys.argv[1:4]
    json.dump(READERS[how](where, wanted), sys.stdout)
