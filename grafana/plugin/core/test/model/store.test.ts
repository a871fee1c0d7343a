import { beforeEach, describe, expect, it } from 'vitest';
import { TopologyStore, type Change } from '../../src/model/store';
import { edge, node, raw } from '../topologies';

describe('TopologyStore', () => {
  let store: TopologyStore;
  let changes: Change[];

  beforeEach(() => {
    store = new TopologyStore();
    changes = [];
    store.subscribe((change) => changes.push(change));
    store.apply(raw({ nodes: [node('a'), node('b')], edges: [edge('a', 'b')] }));
  });

  it('takes a REST answer and a socket\'s full message alike', () => {
    expect(store.topology?.nodes.size).toBe(2);
    expect(store.apply({ type: 'full', ...raw({ version: 7, nodes: [node('c')] }) })).toBe('full');
    expect([...(store.topology?.nodes.keys() ?? [])]).toEqual(['c']);
    expect(changes).toEqual(['full', 'full']);
  });

  it('applies a delta on the version it was made for', () => {
    const delta = { type: 'delta', base: 1, version: 2, nodes: { upsert: [node('c'), node('b', { state: 'paused' })], remove: ['a'] }, edges: { upsert: [], remove: ['a>b:80/tcp'] } };
    expect(store.apply(delta)).toBe('structure');
    expect([...(store.topology?.nodes.keys() ?? [])]).toEqual(['b', 'c']);
    expect(store.topology?.nodes.get('b')?.state).toBe('paused');
    expect(store.topology?.edges.size).toBe(0);
    expect(store.topology?.version).toBe('2');
  });

  it('notices a gap and changes nothing', () => {
    expect(store.apply({ type: 'delta', base: 5, version: 6, nodes: { remove: ['a'] } })).toBe('gap');
    expect(store.topology?.nodes.size).toBe(2);
    expect(changes).toEqual(['full']);
  });

  it('takes numbers without touching structure', () => {
    const before = store.topology?.nodes.get('a');
    const applied = store.apply({ type: 'metrics', base: 1, version: 2, taken_at: 1015, nodes: { a: { cpu: 0.5 }, gone: { cpu: 1 } }, edges: { 'a>b:80/tcp': { connections: 9, bytes_per_second: null } } });
    expect(applied).toBe('numbers');
    expect(store.topology?.nodes.get('a')).toMatchObject({ ...before, metrics: { cpu: 0.5 } });
    expect(store.topology?.edges.get('a>b:80/tcp')).toMatchObject({ connections: 9, bytesPerSecond: null, port: 80 });
    expect(store.topology?.takenAt).toBe(1_015_000);
  });

  it('keeps and clears staleness as the messages say', () => {
    store.apply({ type: 'delta', base: 1, version: 2, stale_since: 900, stale_reason: 'Prometheus is gone' });
    store.apply({ type: 'metrics', base: 2, version: 3, nodes: {} });
    expect(store.topology).toMatchObject({ staleSince: 900_000, staleReason: 'Prometheus is gone' });
    store.apply({ type: 'delta', base: 3, version: 4, stale_since: null, stale_reason: null });
    expect(store.topology).toMatchObject({ staleSince: null, staleReason: null });
  });

  it('ignores types of a newer server', () => {
    expect(store.apply({ type: 'weather', base: 1, version: 2 })).toBe('ignored');
    expect(store.topology?.version).toBe('1');
  });

  it('is a new object after every message, so that views notice', () => {
    const before = store.topology;
    store.apply({ type: 'metrics', base: 1, version: 2, nodes: { a: { cpu: 1 } } });
    expect(store.topology).not.toBe(before);
  });
});
