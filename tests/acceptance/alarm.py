"""An alert for tests: it fires for whatever may use just as much memory as nothing else may."""

from __future__ import annotations

ALARMING_BYTES = 77 * 1024 * 1024
RULES = f"""
groups:
  - name: t-accept
    interval: 1s
    rules:
      - alert: TestAlarm
        expr: promscope_container_memory_limit_bytes == {ALARMING_BYTES}
        labels: {{severity: critical}}
"""
