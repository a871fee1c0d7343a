"""`python -m grafana.boards` writes grafana/dashboards/*.json, which are checked in.

Grafana, the mixin and `promscope grafana install` read those files; a test fails where one of them
is not what this makes.
"""

from __future__ import annotations

import sys

from grafana.boards.files import write

if __name__ == "__main__":
    sys.exit(write())
