from __future__ import annotations

from promscope_api.store.schema import metadata


def test_secrets_are_kept_as_digests_only() -> None:
    columns = {
        f"{table.name}.{column.name}"
        for table in metadata.sorted_tables
        for column in table.columns
    }
    assert not [
        name for name in columns if name.endswith((".token", ".code", ".secret", ".password"))
    ]
