"""Compose files as Docker Compose puts them together: mappings merge, lists grow, what is marked !override is alone.

https://docs.docker.com/reference/compose-file/merge/
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

ALONE = ("command", "entrypoint", "test")
"""Lists that a later file replaces."""


class _Override:
    def __init__(self, value: Any) -> None:
        self.value = value


class _Loader(yaml.SafeLoader):
    """Knows the one tag that our files use."""


def _override(loader: yaml.SafeLoader, node: yaml.Node) -> _Override:
    make = loader.construct_sequence if isinstance(node, yaml.SequenceNode) else loader.construct_mapping
    return _Override(make(node, deep=True))  # type: ignore[arg-type]


_Loader.add_constructor("!override", _override)


def merged(*paths: Path) -> dict[str, Any]:
    """What the files come to, the later ones over the earlier ones."""
    whole: dict[str, Any] = {}
    for path in paths:
        whole = _merge(whole, yaml.load(path.read_text(), _Loader))  # noqa: S506, a SafeLoader
    return whole


def names(section: Any) -> set[str]:
    """Of a list or a mapping of names, as networks, secrets and depends_on may be given."""
    return set(section or ())


def _merge(first: Any, second: Any, *, key: str = "") -> Any:
    if isinstance(second, _Override):
        return _plain(second.value)
    if isinstance(first, Mapping) and isinstance(second, Mapping):
        both = {name: _merge(first[name], second[name], key=name) for name in first.keys() & second.keys()}
        return {**first, **{name: _plain(value) for name, value in second.items()}, **both}
    if isinstance(first, list) and isinstance(second, list) and key not in ALONE:
        return [*first, *(_plain(each) for each in second if each not in first)]
    if isinstance(first, Mapping) and isinstance(second, list):
        return {**first, **{name: None for name in second if name not in first}}
    return _plain(second)


def _plain(value: Any) -> Any:
    if isinstance(value, _Override):
        return _plain(value.value)
    if isinstance(value, Mapping):
        return {name: _plain(each) for name, each in value.items()}
    return [_plain(each) for each in value] if isinstance(value, list) else value
