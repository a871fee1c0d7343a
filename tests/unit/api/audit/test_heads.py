from __future__ import annotations

from pathlib import Path

from promscope_api.audit.chain import GENESIS, Head
from promscope_api.audit.heads import Heads
from promscope_api.store.store import Store


def test_the_newest_head_of_each_chain_is_kept(tmp_path: Path) -> None:
    with Store.open(tmp_path) as store:
        heads = Heads(store)
        heads.note(Head("empty", 0, GENESIS))
        for head in (Head("a", 1, "x"), Head("a", 3, "z"), Head("a", 2, "y"), Head("b", 9, "q")):
            heads.note(head)
        assert heads.all() == [Head("a", 3, "z"), Head("b", 9, "q")]
