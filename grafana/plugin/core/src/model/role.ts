/** What a node does, guessed from its image and name: it picks the hue and the icon, nothing else. */

import type { TopologyNode } from './topology';

export type Role =
  | 'application'
  | 'database'
  | 'cache'
  | 'queue'
  | 'proxy'
  | 'monitor'
  | 'host'
  | 'process'
  | 'external'
  | 'internet';

const WORDS: readonly (readonly [Role, RegExp])[] = [
  ['cache', /redis|valkey|memcache|varnish|keydb|dragonfly|cache/],
  ['database', /postgres|mysql|maria|mongo|cassandra|scylla|cockroach|clickhouse|elastic|opensearch|influx|sqlite|couch|neo4j|etcd|\bdb\b|database|minio/],
  ['queue', /kafka|rabbit|nats|pulsar|activemq|mosquitto|mqtt|zookeeper|celery|queue|broker/],
  ['proxy', /nginx|haproxy|traefik|envoy|caddy|apache|httpd|gateway|ingress|proxy|balancer|squid/],
  ['monitor', /prometheus|grafana|alertmanager|exporter|loki|tempo|jaeger|otel|cadvisor|fluent|statsd|telegraf/],
];

const KINDS: Readonly<Partial<Record<string, Role>>> = {
  host: 'host',
  process: 'process',
  processes: 'process',
  external: 'external',
  unknown: 'external',
  other: 'external',
  internet: 'internet',
};

/** Numbers of replicas tell nothing of what a thing does, and would make every name another one. */
const NUMBERS = /[-_.]\d+/g;

const known = new Map<string, Role>();
const KEEP = 20_000;
const LONGEST = 120;

export function roleOf(node: Pick<TopologyNode, 'kind' | 'label' | 'facts'>): Role {
  const kind = Object.hasOwn(KINDS, node.kind) ? KINDS[node.kind] : undefined;
  if (kind !== undefined && kind !== 'process') return kind;
  // What it is called says more than what it was made from, and of an image its last part.
  const called = `${node.facts.service ?? ''} ${node.label.slice(0, LONGEST)}`.toLowerCase().replace(NUMBERS, '');
  const from = node.facts.image ?? '';
  const image = from.slice(from.lastIndexOf('/') + 1).slice(0, LONGEST).toLowerCase();
  const said = `${called}\n${image}`;
  const before = known.get(said);
  if (before !== undefined) return before;
  const word = [called, image].flatMap((text) => WORDS.filter(([, pattern]) => pattern.test(text)))[0];
  const role = word?.[0] ?? (kind === 'process' ? 'process' : 'application');
  if (known.size >= KEEP) known.clear();
  known.set(said, role);
  return role;
}
