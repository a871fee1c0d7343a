/**
 * From JSON of any origin to the model. What is malformed is left out rather than trusted: a
 * node without an id cannot be drawn, a number that is no number is "not measured".
 */

import type {
  Freshness,
  Metrics,
  Point,
  Rate,
  Status,
  TopologyEdge,
  TopologyGroup,
  TopologyNode,
} from './topology';

export type Json = Readonly<Record<string, unknown>>;

export function object(value: unknown): Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Json)
    : {};
}

export function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? (value as unknown[]) : [];
}

export function text(value: unknown, otherwise = ''): string {
  return typeof value === 'string' ? value : typeof value === 'number' ? String(value) : otherwise;
}

export function number(value: unknown): number | null {
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}

/** Unix seconds or an RFC 3339 text → milliseconds. */
export function instant(value: unknown): number | null {
  if (typeof value === 'string') {
    const parsed = Date.parse(value);
    return Number.isNaN(parsed) ? null : parsed;
  }
  const seconds = number(value);
  return seconds === null || seconds <= 0 ? null : seconds * 1000;
}

export function status(value: unknown): Status {
  return value === 'healthy' || value === 'warning' || value === 'critical' ? value : 'unknown';
}

const NOTHING: readonly string[] = [];

export function texts(value: unknown): readonly string[] {
  const items = list(value);
  if (items.length === 0) return NOTHING;
  // As sent if there is nothing to mend: a copy of each would be thousands.
  if (items.every((item) => typeof item === 'string' && item !== '')) return items as readonly string[];
  return items.map((item) => text(item)).filter((item) => item !== '');
}

/** Nothing is inherited, so that names of any origin are safe; unlike Object.create(null) it is fast. */
const Bare = function bare(): void {
  // Made by `new`, of which only the prototype matters.
} as unknown as new <T>() => Record<string, T>;
Object.setPrototypeOf(Bare.prototype, null);
delete (Bare.prototype as { constructor?: unknown }).constructor;

export function metrics(value: unknown): Metrics {
  const values = new Bare<number | null>();
  const raw = object(value);
  for (const name of Object.keys(raw)) values[name] = number(raw[name]);
  return values;
}

export function words(value: unknown): Readonly<Record<string, string>> {
  const values = new Bare<string>();
  const raw = object(value);
  for (const name of Object.keys(raw)) {
    const word = text(raw[name]);
    if (word !== '') values[name] = word;
  }
  return values;
}

function point(value: unknown): Point | null {
  if (!Array.isArray(value)) return null;
  const [x, y] = value as unknown[];
  return typeof x === 'number' && typeof y === 'number' && Number.isFinite(x + y) ? [x, y] : null;
}

export function decodeNode(value: unknown): TopologyNode | null {
  const raw = object(value);
  const id = text(raw.id);
  if (id === '') return null;
  return {
    id,
    kind: text(raw.kind, 'unknown'),
    label: text(raw.label, id),
    sublabel: text(raw.sublabel),
    status: status(raw.status),
    state: text(raw.state),
    reasons: texts(raw.reasons),
    parents: texts(raw.parents),
    group: text(raw.group) || null,
    metrics: metrics(raw.metrics),
    limits: metrics(raw.limits),
    facts: words(raw.facts),
    position: point(raw.position),
    radius: number(raw.radius) ?? 0,
  };
}

export function decodeRate(value: unknown): Rate | null {
  if (value === null || value === undefined) return null;
  const raw = object(value);
  return { transmit: number(raw.transmit), receive: number(raw.receive) };
}

export function decodeEdge(value: unknown): TopologyEdge | null {
  const raw = object(value);
  const source = text(raw.source);
  const target = text(raw.target);
  if (source === '' || target === '') return null;
  const service = object(raw.service);
  return {
    id: text(raw.id, `${source}>${target}`),
    source,
    target,
    port: number(raw.port),
    protocol: text(raw.protocol),
    connections: number(raw.connections),
    bytesPerSecond: decodeRate(raw.bytes_per_second),
    connectsPerSecond: number(raw.connects_per_second),
    failedPerSecond: number(raw.failed_per_second),
    service:
      typeof service.ip === 'string' ? { ip: service.ip, port: number(service.port) ?? 0 } : null,
    processes: texts(raw.processes),
  };
}

export function decodeGroup(value: unknown): TopologyGroup | null {
  const raw = object(value);
  const id = text(raw.id);
  if (id === '') return null;
  return {
    id,
    kind: text(raw.kind, 'group'),
    label: text(raw.label, id),
    parent: text(raw.parent) || null,
    position: point(raw.position),
    radius: number(raw.radius) ?? 0,
    count: number(raw.count) ?? 0,
    status: status(raw.status),
  };
}

export function decodeFreshness(raw: Json): Freshness {
  return {
    takenAt: instant(raw.taken_at),
    staleSince: instant(raw.stale_since),
    staleReason: text(raw.stale_reason) || null,
  };
}

/** Items by id; what cannot be decoded is left out, of equal ids the last one counts. */
export function decodeAll<T extends { readonly id: string }>(
  value: unknown,
  decode: (item: unknown) => T | null,
): Map<string, T> {
  const items = new Map<string, T>();
  for (const raw of list(value)) {
    const item = decode(raw);
    if (item !== null) items.set(item.id, item);
  }
  return items;
}
