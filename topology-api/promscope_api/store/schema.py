"""The tables of the store. A change here needs a migration (`store/migrations/versions/`).

Times are Unix seconds. Random secrets are stored as SHA-256 digests only, passwords as
argon2id hashes.
"""

from __future__ import annotations

from sqlalchemy import (
    Column,
    Float,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    UniqueConstraint,
)

metadata = MetaData()

#: A signed-in browser. `id` names the session in audit records; the token is known by its digest.
sessions = Table(
    "sessions",
    metadata,
    Column("token_digest", String(64), primary_key=True),
    Column("id", String(32), nullable=False, unique=True),
    Column("user", String(128), nullable=False),
    Column("roles", String(256), nullable=False),
    Column("created", Float, nullable=False),
    Column("expires", Float, nullable=False),
    Column("peer", String(64), nullable=False),
    Index("sessions_by_expiry", "expires"),
)

#: One-time sign-in codes; `used` is the Unix time of the one use.
sign_in_codes = Table(
    "sign_in_codes",
    metadata,
    Column("digest", String(64), primary_key=True),
    Column("user", String(128), nullable=False),
    Column("roles", String(256), nullable=False),
    Column("expires", Float, nullable=False),
    Column("used", Float, nullable=True),
)

#: Local users; the password is known by its argon2id hash.
users = Table(
    "users",
    metadata,
    Column("name", String(128), primary_key=True),
    Column("password_hash", String(256), nullable=False),
    Column("roles", String(256), nullable=False),
    Column("created", Float, nullable=False),
)

#: API tokens; `scopes` are permissions, separated by commas; `grafana_*` pin the
#: Grafana whose users it stands for.
api_tokens = Table(
    "api_tokens",
    metadata,
    Column("digest", String(64), primary_key=True),
    Column("id", String(32), nullable=False, unique=True),
    Column("name", String(64), nullable=False),
    Column("user", String(128), nullable=False),
    Column("roles", String(256), nullable=False),
    Column("scopes", String(256), nullable=False),
    Column("created", Float, nullable=False),
    Column("expires", Float, nullable=False),
    Column("grafana_issuer", String(512), nullable=True),
    Column("grafana_audience", String(64), nullable=True),
)

#: What a browser opens a stream with, once; `principal` is whose it is, as JSON.
tickets = Table(
    "tickets",
    metadata,
    Column("digest", String(64), primary_key=True),
    Column("principal", String(1024), nullable=False),
    Column("action", String(32), nullable=False),
    Column("node", String(1024), nullable=False),
    Column("expires", Float, nullable=False),
)

#: What a probe joins with, once.
join_tokens = Table(
    "join_tokens",
    metadata,
    Column("digest", String(64), primary_key=True),
    Column("name", String(64), nullable=False),
    Column("expires", Float, nullable=False),
)

#: Probes that joined; `host_id` is that of their first word.
probes = Table(
    "probes",
    metadata,
    Column("digest", String(64), primary_key=True),
    Column("id", String(32), nullable=False, unique=True),
    Column("name", String(64), nullable=False),
    Column("host_id", String(64), nullable=False),
    Column("joined", Float, nullable=False),
)

#: The last record of every audit chain; `replica` is whose it is where several share the store.
audit_heads = Table(
    "audit_heads",
    metadata,
    Column("chain", String(128), primary_key=True),
    Column("sequence", Integer, nullable=False),
    Column("hash", String(64), nullable=False),
    Column("noted", Float, nullable=False),
    Column("replica", String(512), nullable=False, server_default=""),
)

#: Where the nodes of a view are drawn, in world units relative to their group.
layout_positions = Table(
    "layout_positions",
    metadata,
    Column("view", String(64), primary_key=True),
    Column("group_id", String(1024), primary_key=True),
    Column("node_id", String(1024), primary_key=True),
    Column("x", Float, nullable=False),
    Column("y", Float, nullable=False),
    Column("radius", Float, nullable=False),
)

#: How often the positions of a view were written.
layout_versions = Table(
    "layout_versions",
    metadata,
    Column("view", String(64), primary_key=True),
    Column("version", Integer, nullable=False),
)

#: Where users put nodes of a view, in world units.
pins = Table(
    "pins",
    metadata,
    Column("view", String(64), primary_key=True),
    Column("node_id", String(1024), primary_key=True),
    Column("x", Float, nullable=False),
    Column("y", Float, nullable=False),
)

#: Filters that users named and kept; `id` is random, so that only a link leads to another's.
saved_filters = Table(
    "saved_filters",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("owner", String(128), nullable=False),
    Column("name", String(100), nullable=False),
    Column("view", String(64), nullable=False),
    Column("query", String(2000), nullable=False),
    Column("created", Float, nullable=False),
    UniqueConstraint("owner", "name", name="saved_filters_by_name"),
)
