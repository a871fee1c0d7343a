/** What the map shows: nodes, edges and groups of one view, as the API speaks of them. */

export type Status = 'healthy' | 'warning' | 'critical' | 'unknown';

/** From best to worst knowledge of trouble: the order in which a group takes its members' status. */
export const STATUSES: readonly Status[] = ['healthy', 'unknown', 'warning', 'critical'];

export type Point = readonly [x: number, y: number];

/** Values by metric name; null: not measured, which is never the same as 0. */
export type Metrics = Readonly<Record<string, number | null>>;

export interface TopologyNode {
  readonly id: string;
  readonly kind: string;
  readonly label: string;
  readonly sublabel: string;
  readonly status: Status;
  readonly state: string;
  readonly reasons: readonly string[];
  readonly parents: readonly string[];
  readonly group: string | null;
  readonly metrics: Metrics;
  readonly limits: Metrics;
  readonly facts: Readonly<Record<string, string>>;
  /** World units; null: nobody placed it yet. */
  readonly position: Point | null;
  readonly radius: number;
}

export interface Rate {
  readonly transmit: number | null;
  readonly receive: number | null;
}

export interface TopologyEdge {
  readonly id: string;
  readonly source: string;
  readonly target: string;
  readonly port: number | null;
  readonly protocol: string;
  readonly connections: number | null;
  /** null: the kernel does not count bytes of this edge (UDP without accounting). */
  readonly bytesPerSecond: Rate | null;
  readonly connectsPerSecond: number | null;
  readonly failedPerSecond: number | null;
  readonly service: { readonly ip: string; readonly port: number } | null;
  readonly processes: readonly string[];
}

export interface TopologyGroup {
  readonly id: string;
  readonly kind: string;
  readonly label: string;
  readonly parent: string | null;
  readonly position: Point | null;
  readonly radius: number;
  readonly count: number;
  readonly status: Status;
}

/** When the picture was taken and whether the backend still answers; times in milliseconds. */
export interface Freshness {
  readonly takenAt: number | null;
  readonly staleSince: number | null;
  readonly staleReason: string | null;
}

export interface Topology extends Freshness {
  readonly view: string;
  readonly version: string;
  readonly nodes: ReadonlyMap<string, TopologyNode>;
  readonly edges: ReadonlyMap<string, TopologyEdge>;
  readonly groups: ReadonlyMap<string, TopologyGroup>;
}

/** Bytes per second in both directions; null when not counted. */
export function throughput(edge: TopologyEdge): number | null {
  const rate = edge.bytesPerSecond;
  if (rate === null || (rate.transmit === null && rate.receive === null)) return null;
  return (rate.transmit ?? 0) + (rate.receive ?? 0);
}

export function worst(one: Status, other: Status): Status {
  return STATUSES.indexOf(one) >= STATUSES.indexOf(other) ? one : other;
}
