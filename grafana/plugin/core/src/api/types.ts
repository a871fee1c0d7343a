/** What the API answers beside the topology itself. Field names are the wire's. */

import type { Status } from '../model/topology';

export interface NodeRef {
  readonly id: string;
  readonly kind: string;
  readonly label: string;
  readonly status: Status;
}

export interface ViewSummary {
  readonly id: string;
  readonly label: string;
  readonly nodes: number;
  readonly edges: number;
  readonly unhealthy: number;
  /** The view whose nodes it sums up; empty: it shows things one by one. */
  readonly groups: string;
}

export interface Probe {
  readonly hostId: string;
  readonly hostname: string;
  readonly instance: string;
  readonly up: boolean;
  readonly tunnel: boolean;
  readonly control: readonly string[];
  readonly skewSeconds: number | null;
  readonly degraded: readonly { readonly capability: string; readonly reason: string }[];
}

export interface Totals {
  readonly nodes: number;
  readonly unhealthy: number;
  readonly edges: number;
  readonly coresUsed: number | null;
  readonly cores: number | null;
  readonly memoryUsed: number | null;
  readonly memoryTotal: number | null;
  readonly bytesPerSecond: number | null;
}

export interface Overview {
  readonly views: readonly ViewSummary[];
  readonly takenAt: number | null;
  readonly staleSince: number | null;
  readonly staleReason: string | null;
  readonly probes: readonly Probe[];
  readonly totals: Totals;
}

export interface Connection {
  readonly node: NodeRef;
  readonly port: number | null;
  readonly protocol: string;
  readonly connections: number | null;
  /** Both directions together; null: not counted. */
  readonly rate: number | null;
  readonly process: string;
}

export interface ProcessRow {
  readonly node: string;
  readonly pid: number;
  readonly parent: number;
  readonly command: string;
  readonly commandLine: string;
  readonly user: string;
  readonly state: string;
  readonly residentBytes: number | null;
  readonly threads: number | null;
  /** Milliseconds. */
  readonly started: number | null;
  readonly cpuSeconds: number | null;
  readonly openFds: number | null;
  readonly readBytes: number | null;
  readonly writtenBytes: number | null;
  readonly workingDirectory: string;
  readonly executable: string;
}

/** One live connection; what its kernel does not count is null. */
export interface LiveConnection {
  readonly protocol: string;
  readonly state: string;
  readonly local: string;
  readonly remote: string;
  readonly pid: number | null;
  readonly process: string;
  readonly sent: number | null;
  readonly received: number | null;
  readonly retransmits: number | null;
  readonly rttSeconds: number | null;
}

export interface Offer {
  readonly action: string;
  readonly label: string;
  readonly allowed: boolean;
  readonly reason: string;
  readonly confirm: string;
}

export interface Port {
  readonly port: number;
  readonly protocol: string;
  readonly hostIp: string;
  readonly hostPort: number;
}

export interface Mount {
  readonly kind: string;
  readonly source: string;
  readonly destination: string;
  readonly readOnly: boolean;
}

/** The descriptive record of a container; it comes through the probe's tunnel only. */
export interface ContainerRecord {
  readonly id: string;
  readonly image: string;
  readonly imageId: string;
  readonly created: number | null;
  readonly started: number | null;
  readonly finished: number | null;
  readonly exitCode: number | null;
  readonly health: string;
  readonly runtime: string;
  readonly pid: number | null;
  readonly networkMode: string;
  readonly restartPolicy: string;
  readonly restarts: number | null;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly environment: readonly string[];
  readonly ports: readonly Port[];
  readonly mounts: readonly Mount[];
  readonly networks: readonly { readonly name: string; readonly addresses: readonly string[] }[];
  readonly cpuLimit: number | null;
  readonly memoryLimit: number | null;
  readonly pidsLimit: number | null;
}

export interface Series {
  readonly name: string;
  readonly label: string;
  readonly unit: string;
  readonly points: readonly (readonly [time: number, value: number | null])[];
  readonly limit: number | null;
  readonly promql: string;
}

export interface Sparklines {
  readonly start: number;
  readonly end: number;
  readonly series: readonly Series[];
}

export interface SearchHit {
  readonly id: string;
  readonly kind: string;
  readonly label: string;
  readonly view: string;
  readonly field: string;
  readonly value: string;
}

export interface SearchAnswer {
  readonly query: string;
  readonly total: number;
  readonly hits: readonly SearchHit[];
  readonly byView: Readonly<Record<string, number>>;
}

export interface Session {
  /** An identity provider signs in too, at `/api/v1/session/oidc`. */
  readonly oidc: boolean;
  readonly user: { readonly name: string; readonly roles: readonly string[] } | null;
  readonly permissions: readonly string[];
  readonly localViewer: boolean;
}
