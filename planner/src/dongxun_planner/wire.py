"""Problems and plans as JSON: frozen dataclasses in, located complaints or values out.

One reader, one writer and one JSON schema for every problem, made from its type hints, so the
three cannot differ. What a hint cannot say (two towns of one name) a problem says itself, in
``complaints()``.
"""

import dataclasses
import inspect
import json
import math
import re
import types
from collections.abc import Iterator, Mapping
from dataclasses import MISSING, dataclass
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar, Union, get_args, get_origin
from typing import get_type_hints as hints_of


class BadProblemError(ValueError):
    """A problem that says no problem: every complaint names its place or its item."""

    def __init__(self, *complaints: str) -> None:
        super().__init__("; ".join(complaints))
        self.complaints = complaints


@dataclass(frozen=True)
class Between:
    """A number's range, both ends allowed."""

    least: float
    most: float = math.inf


MOST = 1_000_000_000
"""No count in any problem is higher: what has the size of one still fits into memory and 64 bits."""
LARGEST = 1e12
Count = Annotated[int, Between(0, MOST)]
Positive = Annotated[int, Between(1, MOST)]
Amount = Annotated[float, Between(0, LARGEST)]
Share = Annotated[float, Between(0, 1)]
Latitude = Annotated[float, Between(-90, 90)]
Longitude = Annotated[float, Between(-180, 180)]


T = TypeVar("T")
MOST_COMPLAINTS = 20


def load(kind: type[T], path: Path) -> T:
    """Read a value of this kind from a file of JSON."""
    return read(kind, parse(path))


def text_of(path: Path) -> str:
    """Return a file's text, which is UTF-8 with or without a mark of it."""
    return path.read_text(encoding="utf-8-sig")


def parse(path: Path) -> Any:
    """Read JSON from a file.

    Raises:
        BadProblemError: no such file, or no JSON in it; says the line.
    """
    try:
        return json.loads(text_of(path))
    except OSError as error:
        raise BadProblemError(f"{path}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise BadProblemError(f"{path}: not UTF-8 (byte {error.start})") from error
    except json.JSONDecodeError as error:
        raise BadProblemError(f"{path}, line {error.lineno}: {error.msg}") from error
    except ValueError as error:  # a number of thousands of digits
        raise BadProblemError(f"{path}: {error}") from error
    except RecursionError as error:
        raise BadProblemError(f"{path}: nested too deeply") from error


def read(kind: type[T], value: object) -> T:
    """Turn parsed JSON into a value of this kind.

    Raises:
        BadProblemError: all complaints, each with its place.
    """
    complaints: list[str] = []
    result = _read(kind, value, "$", complaints)
    if not complaints and hasattr(result, "complaints"):
        complaints.extend(result.complaints())
    if complaints:
        more = len(complaints) - MOST_COMPLAINTS
        shown = complaints[:MOST_COMPLAINTS] + ([f"and {more} more"] if more > 0 else [])
        raise BadProblemError(*shown)
    return result  # type: ignore[no-any-return]


def checked(value: T, source: object) -> T:
    """Return what a reader of another format made, if JSON could say the same.

    Raises:
        BadProblemError: all complaints, each with its source and its place.
    """
    try:
        return read(type(value), write(value))
    except BadProblemError as error:
        raise BadProblemError(*(f"{source}: {each}" for each in error.complaints)) from error


def write(value: Any) -> Any:
    """Turn a value into what ``json`` can write."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {f.name: write(getattr(value, f.name)) for f in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        return {str(key): write(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [write(each) for each in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value


def _read(  # noqa: PLR0911 - one return for each form of hint
    hint: Any, value: Any, place: str, complaints: list[str]
) -> Any:
    origin = get_origin(hint)
    if origin is Annotated:
        return _ranged(hint, value, place, complaints)
    if origin in {Union, types.UnionType}:
        if value is None and type(None) in get_args(hint):
            return None
        [inner] = [each for each in get_args(hint) if each is not type(None)]
        return _read(inner, value, place, complaints)
    if origin is Literal:
        if isinstance(value, bool) or value not in get_args(hint):
            wanted = ", ".join(repr(each) for each in get_args(hint))
            complaints.append(f"{place}: must be {wanted}")
        return value
    if origin is tuple:
        return _tuple(get_args(hint), value, place, complaints)
    if origin in {dict, Mapping}:
        return _mapping(get_args(hint)[1], value, place, complaints)
    if dataclasses.is_dataclass(hint):
        return _record(hint, value, place, complaints)
    return _plain(hint, value, place, complaints)


def _plain(hint: Any, value: Any, place: str, complaints: list[str]) -> Any:
    names = {str: "text", int: "a whole number", float: "a number", bool: "true or false"}
    if hint is int and type(value) is float and value.is_integer():
        value = int(value)  # JSON knows no difference between 5.0 and 5
    fits = type(value) is hint or (hint is float and type(value) is int)
    if not fits or (type(value) is float and math.isnan(value)):
        complaints.append(f"{place}: must be {names[hint]}")
        return value
    if hint in {int, float} and not abs(value) <= LARGEST:
        complaints.append(f"{place}: must be {names[hint]} of at most {LARGEST:.15g}")
        return value
    if hint is str and not value.isprintable() and any("\ud800" <= c <= "\udfff" for c in value):
        complaints.append(f"{place}: half a character, which no file can hold")
        return ascii(value)
    return hint(value)


def _ranged(hint: Any, value: Any, place: str, complaints: list[str]) -> Any:
    inner, span = get_args(hint)
    before = len(complaints)
    result = _read(inner, value, place, complaints)
    if len(complaints) == before and not span.least <= result <= span.most:
        top = "" if span.most == math.inf else f" and at most {span.most:.15g}"
        complaints.append(f"{place}: must be at least {span.least:g}{top}")
    return result


def _tuple(inner: tuple[Any, ...], value: Any, place: str, complaints: list[str]) -> Any:
    if not isinstance(value, list | tuple):
        complaints.append(f"{place}: must be a list")
        return ()
    hints = inner[:1] * len(value) if inner[-1] is Ellipsis else inner
    if len(hints) != len(value):
        complaints.append(f"{place}: must have {len(hints)} items")
        return ()
    pairs = enumerate(zip(hints, value, strict=True))
    return tuple(_read(hint, each, f"{place}[{i}]", complaints) for i, (hint, each) in pairs)


def _mapping(inner: Any, value: Any, place: str, complaints: list[str]) -> Any:
    if not isinstance(value, Mapping):
        complaints.append(f"{place}: must be an object")
        return {}
    return {key: _read(inner, each, f"{place}.{key}", complaints) for key, each in value.items()}


def _record(hint: Any, value: Any, place: str, complaints: list[str]) -> Any:
    if not isinstance(value, Mapping):
        complaints.append(f"{place}: must be an object")
        return None
    hints = hints_of(hint, include_extras=True)
    fields = {field.name: field for field in dataclasses.fields(hint)}
    complaints.extend(f"{place}.{key}: not known here" for key in value if key not in fields)
    given: dict[str, Any] = {}
    before = len(complaints)
    for name, field in fields.items():
        if name in value:
            given[name] = _read(hints[name], value[name], f"{place}.{name}", complaints)
        elif field.default is MISSING and field.default_factory is MISSING:
            complaints.append(f"{place}.{name}: is missing")
    return hint(**given) if len(complaints) == before else None


def schema(kind: type) -> dict[str, Any]:
    """Describe a kind of problem or plan as JSON Schema (2020-12)."""
    return {"$schema": "https://json-schema.org/draft/2020-12/schema"} | _schema(kind)


PLAIN = {str: "string", int: "integer", float: "number", bool: "boolean"}


def _schema(hint: Any) -> dict[str, Any]:  # noqa: PLR0911 - one for each form of hint
    origin, inner = get_origin(hint), get_args(hint)
    if origin is Annotated:
        top = {} if inner[1].most == math.inf else {"maximum": inner[1].most}
        return _schema(inner[0]) | {"minimum": inner[1].least} | top
    if origin in {Union, types.UnionType}:
        [real] = [each for each in inner if each is not type(None)]
        return {"anyOf": [_schema(real), {"type": "null"}]}
    if origin is Literal:
        return {"enum": list(inner)}
    if origin is tuple:
        if inner[-1] is Ellipsis:
            return {"type": "array", "items": _schema(inner[0])}
        items = {"prefixItems": [_schema(each) for each in inner], "items": False}
        return {"type": "array", **items, "minItems": len(inner)}
    if origin in {dict, Mapping}:
        return {"type": "object", "additionalProperties": _schema(inner[1])}
    if dataclasses.is_dataclass(hint):
        return _record_schema(hint)
    ends = {"minimum": -LARGEST, "maximum": LARGEST} if hint in {int, float} else {}
    return {"type": PLAIN[hint], **ends}


def _record_schema(hint: Any) -> dict[str, Any]:
    hints = hints_of(hint, include_extras=True)
    fields = dataclasses.fields(hint)
    about = _about_fields(hint.__doc__ or "")
    said = {f.name: {"description": about[f.name]} if f.name in about else {} for f in fields}
    needed = [f.name for f in fields if f.default is MISSING and f.default_factory is MISSING]
    return {
        "type": "object",
        "description": " ".join(inspect.cleandoc(hint.__doc__ or "").partition("Args:")[0].split()),
        "properties": {f.name: _schema(hints[f.name]) | said[f.name] for f in fields},
        "required": needed,
        "additionalProperties": False,
    }


def _about_fields(text: str) -> dict[str, str]:
    """Return what the ``Args:`` of a docstring say, field by field."""
    said: dict[str, str] = {}
    name = ""
    for line in inspect.cleandoc(text).partition("Args:\n")[2].splitlines():
        if start := re.match(r" {4}(\w+): (.*)", line):
            name = start[1]
            said[name] = start[2]
        elif name and line.startswith(" " * 8):
            said[name] += f" {line.strip()}"
        else:
            name = ""
    return said


def twice(what: str, names: Iterator[str] | tuple[str, ...] | list[str]) -> Iterator[str]:
    """Complain about every name that comes more than once."""
    seen: set[str] = set()
    told: set[str] = set()
    for name in names:
        if name in seen and name not in told:
            told.add(name)
            yield f"{what} {name}: comes twice"
        seen.add(name)
