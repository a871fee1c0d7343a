"""JSON spoilt as a tree: what stays valid JSON gets past the decoder and deeper."""

from __future__ import annotations

import copy
import json
import random
from typing import Any

_VALUES: tuple[Any, ...] = (
    None, True, 0, -1, 1.5, 1e300, 2**31, 2**63, 2**64, 10**400, "", "\0", "a" * 5000, "/", "//",
    "é\u2028\n\"\\", "../..", "80/tcp", "99999999999999999999", "-5/udp", "0001-01-01T00:00:00Z",
    "9999-12-31T23:59:59.999999999+99:99", "1000000-01-01", "[::]", "f" * 64, "F" * 64, "٣" * 64,
    [], {}, [[]], [None], {"": None}, {"\n": "\n"}, {"__proto__": "x", "le": "1", "a-b": "2"},
    ["=", "=x", "A=", "A=b=c", "\0=\0"], {f"k{number}": "v" for number in range(400)},
)  # fmt: skip


def spoil(source: random.Random, data: bytes) -> bytes:
    """One to four values of the tree replaced, dropped or moved. Raises ValueError when `data`
    is no JSON."""
    tree = json.loads(data)
    for _ in range(source.choice((1, 1, 2, 4))):
        tree = _change(source, tree)
    text = json.dumps(tree, ensure_ascii=source.random() < 0.5)
    if source.random() < 0.05:
        text = text.replace('"name"', '"\\ud800"').replace("e", "\\ud800", 1)
    return text.encode("utf-8", "surrogatepass")


def _change(source: random.Random, tree: Any) -> Any:
    if not isinstance(tree, (dict, list)) or not tree or source.random() < 0.15:
        return copy.deepcopy(source.choice(_VALUES))
    key: Any = source.choice(list(tree)) if isinstance(tree, dict) else source.randrange(len(tree))
    match source.randrange(8):
        case 0:
            del tree[key]
        case 1 if isinstance(tree, dict):
            other = source.choice(list(tree))
            tree[key], tree[other] = tree[other], tree[key]
        case 2 if isinstance(tree, dict):
            tree[str(source.choice(_VALUES))] = copy.deepcopy(tree[key])
        case 2:
            tree.extend(copy.deepcopy(tree[:3]))
        case _:
            tree[key] = _change(source, tree[key])
    return tree
