"""Writes what the code left in `results` to `.countersign/results.json` in the working folder.

JSON holds less than Python, so, by rule:
NaN, NaT and pandas.NA become null; infinities the strings "Infinity" and "-Infinity"; numpy scalars their Python value
and arrays nested lists; a Series {"name", "index", "data"}; a DataFrame {"columns", "index", "data"} with one list a row;
dates, times and timestamps ISO 8601 text; durations ISO 8601 text; complex numbers {"real", "imaginary"}; sets sorted
lists; data classes and named tuples objects; enumeration members their value; decimals, fractions, paths text;
xarray's data sets and arrays a summary: sizes, coordinates, and of each variable its type and extent, skipping NaN.
Keys become text. Whatever refers to itself, is too large or has no form here is null, and is named on stderr.
"""

import collections
import collections.abc
import dataclasses
import datetime
import decimal
import enum
import fractions
import json
import math
import os
import pathlib
import sys

FILE = ".countersign/results.json"
MAX_VALUES = 500_000
MAX_CHARACTERS = 16_000_000
MAX_DEPTH = 100
PLAIN_TEXT_TYPES = (decimal.Decimal, fractions.Fraction, pathlib.PurePath)


class LeftOut(Exception):
    """Why a value cannot be in results.json."""


def keep_results(namespace):
    """Never raises: what goes wrong here must not look like a failure of the code."""
    if "results" not in namespace:
        return
    converter = Converter()
    try:
        text = json.dumps(converter.convert(namespace["results"], "results"), ensure_ascii=False, indent=2)
        write(text)
    except Exception as error:
        converter.left_out.append(f"results could not be kept: {type(error).__name__}: {error}")
    for line in converter.left_out:
        print(f"Countersign: {line}", file=sys.stderr)


def write(text):
    os.makedirs(os.path.dirname(FILE), exist_ok=True)
    with open(FILE, "w", encoding="utf-8", errors="backslashreplace") as file:
        file.write(text)


class Converter:
    """Turns one value into what `json.dumps` takes, within a budget for all of it."""

    def __init__(self):
        self.left_out = []
        self.values = MAX_VALUES
        self.characters = MAX_CHARACTERS
        self.open_containers = set()

    def convert(self, value, path):
        try:
            return self.converted(value, path)
        except LeftOut as reason:
            self.left_out.append(f"{path} was left out: {reason}")
        except Exception as error:
            self.left_out.append(f"{path} was left out: {type(error).__name__}: {error}")
        return None

    def converted(self, value, path):
        # Before the rest: a data set is a mapping too.
        if package_of(value) == "xarray":
            return self.foreign(value, path)
        for types, form in FORMS:
            if isinstance(value, types):
                return form(self, value, path)
        return self.foreign(value, path)

    def scalar(self, value, _):
        self.spend(1)
        return value

    def number(self, value, _):
        self.spend(1)
        if math.isnan(value):
            return None
        if math.isinf(value):
            return "Infinity" if value > 0 else "-Infinity"
        return float(value)

    def text(self, value, _):
        value = str(value)
        self.spend(1, len(value))
        return value

    def complex_number(self, value, path):
        return {"real": self.number(value.real, path), "imaginary": self.number(value.imag, path)}

    def moment(self, value, _):
        self.spend(1)
        return None if value != value else value.isoformat()

    def duration(self, value, _):
        self.spend(1)
        return iso_duration(value)

    def member(self, value, path):
        return self.convert(value.value, path)

    def raw(self, value, _):
        raise LeftOut(f"{len(value):,} raw bytes have no place in results; write them to a file")

    def mapping(self, value, path):
        self.must_fit(len(value))
        with self.inside(value):
            return self.members(value.items(), path)

    def members(self, pairs, path):
        converted = {}
        for key, member in pairs:
            name = key_text(key)
            if name in converted:
                self.left_out.append(f"{path}[{key!r}] was left out: another key has the same text")
            else:
                converted[name] = self.convert(member, f"{path}[{key!r}]")
        return converted

    def sequence(self, value, path):
        if hasattr(value, "_asdict"):
            return self.mapping(value._asdict(), path)
        self.must_fit(len(value))
        with self.inside(value):
            return [self.convert(member, f"{path}[{place}]") for place, member in enumerate(value)]

    def unordered(self, value, path):
        self.must_fit(len(value))
        try:
            ordered = sorted(value)
        except TypeError:
            ordered = sorted(value, key=repr)
        return self.sequence(ordered, path)

    def foreign(self, value, path):
        """Types of packages, recognised without importing what the code did not import."""
        if dataclasses.is_dataclass(value) and not isinstance(value, type):
            return self.dataclass(value, path)
        name = package_of(value)
        forms = {"numpy": self.numpy_value, "pandas": self.pandas_value, "xarray": self.xarray_value}
        if name not in forms or name not in sys.modules:
            raise LeftOut(f"{type(value).__module__}.{type(value).__qualname__} has no form in JSON")
        return forms[name](sys.modules[name], value, path)

    def dataclass(self, value, path):
        with self.inside(value):
            pairs = ((field.name, getattr(value, field.name)) for field in dataclasses.fields(value))
            return self.members(list(pairs), path)

    def numpy_value(self, numpy, value, path):
        if isinstance(value, numpy.ndarray):
            self.must_fit(value.size)
            if value.dtype.kind in "mM":
                return self.convert(moments_of(value), path)
            return self.convert(value.tolist(), path)
        if isinstance(value, (numpy.datetime64, numpy.timedelta64)):
            return self.convert(moments_of(value), path)
        if isinstance(value, numpy.generic):
            plain = value.item()
            return self.number(value, path) if isinstance(plain, numpy.generic) else self.convert(plain, path)
        raise LeftOut(f"numpy's {type(value).__qualname__} has no form in JSON")

    def pandas_value(self, pandas, value, path):
        if value is pandas.NA or value is pandas.NaT:
            return self.scalar(None, path)
        if isinstance(value, pandas.DataFrame):
            self.must_fit(value.size)
            rows = [list(row) for row in value.itertuples(index=False, name=None)]
            return self.mapping({"columns": list(value.columns), "index": list(value.index), "data": rows}, path)
        if isinstance(value, pandas.Series):
            self.must_fit(value.size)
            return self.mapping({"name": value.name, "index": list(value.index), "data": list(value)}, path)
        if isinstance(value, (pandas.Index, pandas.api.extensions.ExtensionArray)):
            self.must_fit(len(value))
            return self.sequence(list(value), path)
        if isinstance(value, (pandas.Period, pandas.Interval)):
            return self.text(value, path)
        raise LeftOut(f"pandas' {type(value).__qualname__} has no form in JSON")

    def xarray_value(self, xarray, value, path):
        if isinstance(value, xarray.DataArray):
            summary = {"name": value.name, **extent_of(value), "coords": extents_of(value.coords)}
        elif isinstance(value, xarray.Dataset):
            variables = extents_of(value.data_vars)
            coords = extents_of(value.coords)
            summary = {"sizes": sizes_of(value), "variables": variables, "coords": coords, "attrs": value.attrs}
        else:
            raise LeftOut(f"xarray's {type(value).__qualname__} has no form in JSON")
        return self.mapping(summary, path)

    def must_fit(self, count):
        if count > self.values:
            raise LeftOut(f"it holds {count:,} values, and results may hold {MAX_VALUES:,} in all; write it to a file")

    def spend(self, values, characters=0):
        self.must_fit(values)
        if characters > self.characters:
            raise LeftOut(f"its text of {characters:,} characters is too long for results; write it to a file")
        self.values -= values
        self.characters -= characters

    def inside(self, container):
        return Inside(self.open_containers, container)


class Inside:
    """Notices a container within itself."""

    def __init__(self, open_containers, container):
        self.open_containers = open_containers
        self.identity = id(container)

    def __enter__(self):
        if self.identity in self.open_containers:
            raise LeftOut("it refers to itself")
        if len(self.open_containers) >= MAX_DEPTH:
            raise LeftOut(f"it is nested more than {MAX_DEPTH} deep")
        self.open_containers.add(self.identity)

    def __exit__(self, *_):
        self.open_containers.discard(self.identity)


def package_of(value):
    return type(value).__module__.partition(".")[0]


def sizes_of(value):
    return {str(name): int(size) for name, size in value.sizes.items()}


def extents_of(variables):
    return {str(name): extent_of(variable) for name, variable in variables.items()}


def extent_of(variable):
    """What is lazy stays so: nothing is computed here that the code did not compute."""
    extent = {"sizes": sizes_of(variable), "dtype": str(variable.dtype)}
    if variable.attrs:
        extent["attrs"] = variable.attrs
    if variable.size == 0 or variable.chunks is not None:
        return extent
    if variable.dtype.kind in "biuf":
        least, mean, most = variable.min(), variable.mean(), variable.max()
        return {**extent, "minimum": least.item(), "mean": mean.item(), "maximum": most.item()}
    first, last = variable.values.flat[0], variable.values.flat[-1]
    return {**extent, "first": first, "last": last}


def key_text(key):
    if isinstance(key, enum.Enum):
        key = key.value
    return key.isoformat() if isinstance(key, (datetime.date, datetime.time)) else str(key)


def moments_of(value):
    """numpy's times as pandas' or, where pandas is not there, as numpy prints them."""
    pandas = sys.modules.get("pandas")
    if pandas is None:
        return value.astype(str).tolist()
    if value.ndim > 1:
        return [moments_of(row) for row in value]
    convert = pandas.to_datetime if value.dtype.kind == "M" else pandas.to_timedelta
    return convert(value) if value.ndim == 0 else list(convert(value))


def iso_duration(value):
    """P1DT2H3M4.5S; pandas' own durations keep their nanoseconds."""
    if value != value:
        return None
    if hasattr(value, "isoformat"):
        return value.isoformat()
    sign, value = ("-", -value) if value < datetime.timedelta(0) else ("", value)
    minutes, seconds = divmod(value.seconds, 60)
    hours, minutes = divmod(minutes, 60)
    fraction = f".{value.microseconds:06d}".rstrip("0").rstrip(".")
    return f"{sign}P{value.days}DT{hours}H{minutes}M{seconds}{fraction}S"


# Ordered: a named member is also an int, a bool is also an int, a timestamp is also a date.
FORMS = (
    (enum.Enum, Converter.member),
    ((type(None), bool, int), Converter.scalar),
    (float, Converter.number),
    (str, Converter.text),
    (complex, Converter.complex_number),
    ((datetime.date, datetime.time), Converter.moment),
    (datetime.timedelta, Converter.duration),
    (PLAIN_TEXT_TYPES, Converter.text),
    ((bytes, bytearray, memoryview), Converter.raw),
    (collections.abc.Mapping, Converter.mapping),
    ((collections.abc.Set,), Converter.unordered),
    ((list, tuple, range, collections.deque), Converter.sequence),
)
