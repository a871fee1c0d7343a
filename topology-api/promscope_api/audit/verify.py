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
    """Check every chain in `directory`, and that it reaches the `heads` noted elsewhere.

    Raises OSError if a file cannot be read.
    """
    files: dict[str, list[Path]] = defaultdict(list)
    for path in chain_files(directory):
        files[path.name.partition(".")[0]].append(path)
    noted = {head.chain: head for head in heads}
    return [_chain(chain, files[chain], noted.get(chain)) for chain in sorted({*files, *noted})]


def _chain(chain: str, files: list[Path], noted: Head | None) -> Verdict:
    head = Head(chain, 0, GENESIS)
    place = ""
    try:
        for path in files:
            for number, line in enumerate(_lines(path), 1):
                place = f"{path.name} line {number}: "
                head = after(line, head)
                if noted and noted.sequence == head.sequence and noted.hash != head.hash:
                    raise Broken("the record was replaced: the store noted another hash for it")
    except Broken as broken:
        return Verdict(chain, head.sequence, f"{place}{broken}")
    if noted and noted.sequence > head.sequence:
        return Verdict(
            chain,
            head.sequence,
            f"record {head.sequence + 1} is missing: the end was cut after {place or 'nothing: '}"
            f"the store knows of {noted.sequence} records",
        )
    return Verdict(chain, head.sequence)


def _lines(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        yield from file
