import { describe, expect, it } from 'vitest';
import { addressOf, kindOf, KINDS, type TopologyQuery } from '../datasource/query';

const LIVE = { from: 1000, to: 4600, live: true };
const PAST = { from: 1000, to: 4600, live: false };
const of = (query: Partial<TopologyQuery>, span = LIVE): string => addressOf({ refId: 'A', ...query }, span);

describe('addressOf', () => {
  it('asks for now when the range ends now, and for its end otherwise', () => {
    expect(of({})).toBe('topology/containers');
    expect(of({}, PAST)).toBe('topology/containers?at=4600');
    expect(of({ view: '' })).toBe('topology/containers');
  });

  it('escapes what users write', () => {
    expect(of({ view: '../audit' })).toBe('topology/..%2Faudit');
    expect(of({ filter: 'a=b&at=1' })).toBe('topology/containers?filter=a%3Db%26at%3D1');
  });

  it('has an address for each kind', () => {
    expect(of({ kind: 'table', view: 'hosts' })).toBe('topology/hosts/nodes?limit=1000');
    expect(of({ kind: 'numbers', node: 'container:1' }, PAST)).toBe('nodes/container%3A1/metrics?range=60m&at=4600');
    expect(of({ kind: 'changes', by: 'edges' }, PAST)).toBe('topology/diff?from=1000&to=4600&by=edges');
    expect(of({ kind: 'events', node: 'host:1' })).toBe('timeline?range=60m&node=host%3A1');
    expect(of({ kind: 'audit' }, PAST)).toBe('audit?limit=500&before=1970-01-01T01%3A16%3A40.000Z');
  });

  it('asks for events within the limits of the API', () => {
    expect(of({ kind: 'events' }, { from: 0, to: 1, live: true })).toBe('timeline?range=1m');
    expect(of({ kind: 'events' }, { from: 0, to: 1e9, live: true })).toBe('timeline?range=10080m');
    expect(of({ kind: 'numbers', node: 'a' }, { from: 0, to: 1e9, live: true })).toBe('nodes/a/metrics?range=360m');
  });
});

describe('kindOf', () => {
  it('takes what it does not know for a map', () => {
    expect(kindOf({ refId: 'A', kind: 'nonsense' as 'map' })).toBe('map');
    expect(KINDS.map((kind) => kindOf({ refId: 'A', kind }))).toEqual([...KINDS]);
  });
});
