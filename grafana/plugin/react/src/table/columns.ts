/** The columns of the table per view: what they say, how they sort. */

import { format, STATUSES, type TopologyNode } from '@promscope/core';

export interface Column {
  readonly id: string;
  readonly label: string;
  /** Grid track. */
  readonly width: string;
  readonly number?: boolean;
  readonly text: (node: TopologyNode) => string;
  /** null sorts last in both directions: not measured is neither much nor little. */
  readonly order: (node: TopologyNode) => number | string | null;
  /** Whether a bar shows the share of the largest value. */
  readonly bar?: boolean;
}

function metric(id: string, label: string, write: (value: number | null | undefined) => string, bar = true): Column {
  return {
    id,
    label,
    width: 'minmax(92px, 0.8fr)',
    number: true,
    bar,
    text: (node) => write(node.metrics[id]),
    order: (node) => node.metrics[id] ?? null,
  };
}

function fact(id: string, label: string, width = 'minmax(90px, 1.2fr)'): Column {
  return { id, label, width, text: (node) => node.facts[id] ?? '', order: (node) => node.facts[id] ?? null };
}

const NAME: Column = {
  id: 'label',
  label: 'Name',
  width: 'minmax(170px, 2fr)',
  text: (node) => node.label,
  order: (node) => node.label.toLowerCase(),
};

const STATUS: Column = {
  id: 'status',
  label: 'Status',
  width: '112px',
  text: (node) => (node.state === '' ? node.status : node.state),
  order: (node) => -STATUSES.indexOf(node.status),
};

const USE: readonly Column[] = [
  metric('cpu', 'CPU', format.cores),
  metric('memory', 'Memory', format.bytes),
  metric('network_receive', 'Received', format.rate, false),
  metric('network_transmit', 'Sent', format.rate, false),
  metric('connections', 'Connections', format.count, false),
];

const BY_VIEW: Readonly<Record<string, readonly Column[]>> = {
  hosts: [NAME, STATUS, ...USE, fact('os', 'OS'), fact('kernel', 'Kernel')],
  containers: [NAME, STATUS, ...USE, fact('image', 'Image', 'minmax(120px, 1.6fr)'), fact('project', 'Project'), fact('host', 'Host')],
  processes: [NAME, ...USE.slice(0, 2), metric('connections', 'Connections', format.count, false), metric('processes', 'Processes', format.count, false), metric('threads', 'Threads', format.count, false), fact('owner', 'Owner', 'minmax(120px, 1.6fr)'), fact('host', 'Host')],
};

export function columnsOf(view: string): readonly Column[] {
  const columns = Object.hasOwn(BY_VIEW, view) ? BY_VIEW[view] : undefined;
  return columns ?? [NAME, STATUS, ...USE];
}

export function sorted(nodes: Iterable<TopologyNode>, column: Column, descending: boolean): TopologyNode[] {
  const direction = descending ? -1 : 1;
  return [...nodes].sort((one, other) => {
    const [a, b] = [column.order(one), column.order(other)];
    if (a === null || b === null) return a === b ? compare(one.id, other.id) : a === null ? 1 : -1;
    return compare(a, b) * direction || compare(one.label, other.label) || compare(one.id, other.id);
  });
}

function compare(a: number | string, b: number | string): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  return String(a).localeCompare(String(b), undefined, { numeric: true });
}
