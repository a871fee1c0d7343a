"""Does the audit log hold what was written, all of it, in order? (`promscope audit verify`)"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from promscope_api.audit.chain import GENESIS, Broken, Head, after
from promscope_api.audit.log import chain_files


@dataclass(frozen=True, slots=True)
class Verdict:
    """One chain. `problem` is empty if it is whole; else it names the first bad record, by
    file and line where there is one."""

    chain: str
    records: int
    problem: str = ""


def verify(directory: Path, heads: Iterable[Head] = ()) -> list[Verdict]:
    """Check every chain in `directory`, and that it reaches the `heads` noted elsewhere
    (without a hash where only the number is known).

    Raises OSError if a file cannot be read.
    """
    files: dict[str, list[Path]] = defaultdict(list)
    for path in chain_files(directory):
        files[path.name.partition(".")[0]].append(path)
    noted: dict[str, list[Head]] = defaultdict(list)
    for head in heads:
        noted[head.chain].append(head)
    return [_chain(chain, files[chain], noted[chain]) for chain in sorted({*files, *noted})]


def _chain(chain: str, files: list[Path], noted: list[Head]) -> Verdict:
    hashes: dict[int, set[str]] = defaultdict(set)
    for one in noted:
        hashes[one.sequence] |= {one.hash} - {""}
    known = max((one.sequence for one in noted), default=0)
    head = Head(chain, 0, GENESIS)
    place = ""
    try:
        for path in files:
            for number, line in enumerate(_lines(path), 1):
                place = f"{path.name} line {number}: "
                head = after(line, head)
                if hashes.get(head.sequence, set()) - {head.hash}:
                    raise Broken("the record was replaced: another hash was noted for it")
    except Broken as broken:
        return Verdict(chain, head.sequence, f"{place}{broken}")
    if known > head.sequence:
        return Verdict(
            chain,
            head.sequence,
            f"record {head.sequence + 1} is missing: the end was cut after {place or 'nothing: '}"
            f"{known} records are known of",
        )
    return Verdict(chain, head.sequence)


def _lines(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        yield from file
