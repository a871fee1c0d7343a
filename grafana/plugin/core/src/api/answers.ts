/** The smaller answers of the API, from the wire to the page. */

import { decodeFreshness, list, number, object, text, texts } from '../model/decode';
import type { Overview, SearchAnswer, Session, Sparklines } from './types';

export function decodeOverview(value: unknown): Overview {
  const raw = object(value);
  const totals = object(raw.summary);
  return {
    ...decodeFreshness(raw),
    views: list(raw.views).map((item) => {
      const view = object(item);
      const counts = object(view.counts);
      const id = text(view.id);
      return {
        id,
        label: text(view.label, id),
        nodes: number(counts.nodes) ?? 0,
        edges: number(counts.edges) ?? 0,
        unhealthy: number(counts.unhealthy) ?? 0,
        groups: text(view.groups),
      };
    }),
    probes: list(raw.probes).map((item) => {
      const probe = object(item);
      return {
        hostId: text(probe.host_id),
        hostname: text(probe.hostname),
        instance: text(probe.instance),
        up: probe.up === true,
        tunnel: probe.tunnel === true,
        control: texts(probe.control),
        skewSeconds: number(probe.skew_seconds),
        degraded: list(probe.degraded).map((entry) => {
          const { capability, reason } = object(entry);
          return { capability: text(capability), reason: text(reason) };
        }),
      };
    }),
    totals: {
      nodes: number(totals.nodes) ?? 0,
      unhealthy: number(totals.unhealthy) ?? 0,
      edges: number(totals.edges) ?? 0,
      coresUsed: number(totals.cpu_cores_used),
      cores: number(totals.cpu_cores),
      memoryUsed: number(totals.memory_used),
      memoryTotal: number(totals.memory_total),
      bytesPerSecond: number(totals.bytes_per_second),
    },
  };
}

export function decodeSparklines(value: unknown): Sparklines {
  const raw = object(value);
  return {
    start: number(raw.start) ?? 0,
    end: number(raw.end) ?? 0,
    series: list(raw.series).map((item) => {
      const series = object(item);
      const name = text(series.name);
      return {
        name,
        label: text(series.label, name),
        unit: text(series.unit, 'count'),
        points: list(series.points).map((point) => {
          const [time, measured] = list(point);
          return [number(time) ?? 0, number(measured)] as const;
        }),
        limit: number(series.limit),
        promql: text(series.promql),
      };
    }),
  };
}

export function decodeSearch(value: unknown): SearchAnswer {
  const raw = object(value);
  const byView: Record<string, number> = {};
  for (const [view, hits] of Object.entries(object(raw.by_view))) byView[view] = number(hits) ?? 0;
  return {
    query: text(raw.query),
    total: number(raw.total) ?? 0,
    byView,
    hits: list(raw.hits).map((item) => {
      const hit = object(item);
      const matched = object(hit.matched);
      const id = text(hit.id);
      return {
        id,
        kind: text(hit.kind),
        label: text(hit.label, id),
        view: text(hit.view),
        field: text(matched.field),
        value: text(matched.value),
      };
    }),
  };
}

export function decodeSession(value: unknown): Session {
  const raw = object(value);
  const user = raw.user == null ? null : object(raw.user);
  return {
    user: user === null ? null : { name: text(user.name), roles: texts(user.roles) },
    permissions: texts(raw.permissions),
    localViewer: raw.local_viewer === true,
    oidc: raw.oidc === true,
  };
}
