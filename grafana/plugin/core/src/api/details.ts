/** Everything known about one node, from the wire to the panel. */

import { decodeNode, decodeRate, instant, list, number, object, status, text, texts, words, type Json } from '../model/decode';
import type { TopologyNode } from '../model/topology';
import type { Connection, ContainerRecord, LiveConnection, NodeRef, Offer, ProcessRow } from './types';

export interface NodeDetails {
  readonly node: TopologyNode;
  readonly record: ContainerRecord | null;
  readonly info: Readonly<Record<string, string>>;
  readonly parents: readonly NodeRef[];
  readonly children: readonly NodeRef[];
  readonly incoming: readonly Connection[];
  readonly outgoing: readonly Connection[];
  readonly processes: { readonly items: readonly ProcessRow[]; readonly truncated: boolean } | null;
  readonly actions: readonly Offer[];
  /** Logs and terminal, where it has them. */
  readonly streams: readonly Offer[];
  readonly notMeasured: readonly { readonly field: string; readonly reason: string }[];
}

export function decodeDetails(value: unknown): NodeDetails | null {
  const raw = object(value);
  const node = decodeNode(raw.node);
  if (node === null) return null;
  const connections = object(raw.connections);
  const processes = raw.processes == null ? null : object(raw.processes);
  return {
    node,
    record: raw.record == null ? null : record(object(raw.record)),
    info: words(raw.info),
    parents: list(raw.parents).map(reference),
    children: list(raw.children).map(reference),
    incoming: list(connections.incoming).map(connection),
    outgoing: list(connections.outgoing).map(connection),
    processes:
      processes === null
        ? null
        : { items: list(processes.items).map(process), truncated: processes.truncated === true },
    actions: list(raw.actions).map(offer),
    streams: list(raw.streams).map(offer),
    notMeasured: list(raw.not_measured).map((item) => {
      const { field, reason } = object(item);
      return { field: text(field), reason: text(reason) };
    }),
  };
}

function reference(value: unknown): NodeRef {
  const raw = object(value);
  const id = text(raw.id);
  return { id, kind: text(raw.kind), label: text(raw.label, id), status: status(raw.status) };
}

function connection(value: unknown): Connection {
  const raw = object(value);
  const bytes = decodeRate(raw.bytes_per_second);
  return {
    node: reference(raw.node),
    port: number(raw.port),
    protocol: text(raw.protocol),
    connections: number(raw.connections),
    rate: bytes === null ? null : (bytes.transmit ?? 0) + (bytes.receive ?? 0),
    process: text(raw.process),
  };
}

function process(value: unknown): ProcessRow {
  const raw = object(value);
  return {
    node: text(raw.node),
    pid: number(raw.pid) ?? 0,
    parent: number(raw.parent) ?? 0,
    command: text(raw.command),
    commandLine: text(raw.command_line),
    user: text(raw.user),
    state: text(raw.state),
    residentBytes: number(raw.resident_bytes),
    threads: number(raw.threads),
    started: instant(raw.started),
    cpuSeconds: number(raw.cpu_seconds),
    openFds: number(raw.open_fds),
    readBytes: number(raw.read_bytes),
    writtenBytes: number(raw.written_bytes),
    workingDirectory: text(raw.working_directory),
    executable: text(raw.executable),
  };
}

/** The connections of a node as its kernel has them just now. */
export function decodeLiveConnections(value: unknown): readonly LiveConnection[] {
  return list(object(value).items).map((item) => {
    const raw = object(item);
    return {
      protocol: text(raw.protocol),
      state: text(raw.state),
      local: endpoint(text(raw.local_ip), number(raw.local_port)),
      remote: endpoint(text(raw.remote_ip), number(raw.remote_port)),
      pid: number(raw.pid),
      process: text(raw.process),
      sent: number(raw.sent_bytes),
      received: number(raw.received_bytes),
      retransmits: number(raw.retransmits),
      rttSeconds: number(raw.rtt_seconds),
    };
  });
}

function endpoint(ip: string, port: number | null): string {
  return `${ip.includes(':') ? `[${ip}]` : ip}:${port ?? '?'}`;
}

function offer(value: unknown): Offer {
  const raw = object(value);
  const action = text(raw.action);
  return {
    action,
    label: text(raw.label, action),
    allowed: raw.allowed === true,
    reason: text(raw.reason),
    confirm: text(raw.confirm),
  };
}

function record(raw: Json): ContainerRecord {
  return {
    id: text(raw.id),
    image: text(raw.image),
    imageId: text(raw.image_id),
    created: instant(raw.created),
    started: instant(raw.started),
    finished: instant(raw.finished),
    exitCode: number(raw.exit_code),
    health: text(raw.health),
    runtime: text(raw.runtime),
    pid: number(raw.pid),
    networkMode: text(raw.network_mode),
    restartPolicy: text(raw.restart_policy),
    restarts: number(raw.restarts),
    labels: words(raw.labels),
    annotations: words(raw.annotations),
    environment: Object.keys(object(raw.environment)),
    ports: list(raw.ports).map((item) => {
      const port = object(item);
      return {
        port: number(port.port) ?? 0,
        protocol: text(port.protocol, 'tcp'),
        hostIp: text(port.host_ip),
        hostPort: number(port.host_port) ?? 0,
      };
    }),
    mounts: list(raw.mounts).map((item) => {
      const mount = object(item);
      return {
        kind: text(mount.kind),
        source: text(mount.name) || text(mount.source),
        destination: text(mount.destination),
        readOnly: mount.read_only === true,
      };
    }),
    networks: list(raw.networks).map((item) => {
      const network = object(item);
      return { name: text(network.name), addresses: texts(network.addresses) };
    }),
    cpuLimit: number(raw.cpu_limit_cores),
    memoryLimit: number(raw.memory_limit_bytes),
    pidsLimit: number(raw.pids_limit),
  };
}
