import { decodeTopology } from '@promscope/core';
import { describe, expect, it } from 'vitest';
import { CARRIED, SOURCE, sourceOf, topologyOf, type Frame } from '../panel/frames';

const field = (name: string, values: unknown[], fixedColor?: string): Frame['fields'][number] => ({ name, values, config: fixedColor === undefined ? {} : { color: { fixedColor } } });

const NODES: Frame = {
  name: 'nodes',
  fields: [field('id', ['a', 'b']), field('Title', ['Alpha', '']), field('mainStat', [1.236, null]), field('arc__failed', [0.5, 0], 'red'), field('arc__fine', [0.5, 1], 'green')],
};
const EDGES: Frame = { name: 'edges', fields: [field('id', ['1', '2']), field('source', ['a', 'b']), field('target', ['b', 'elsewhere']), field('mainstat', [1000, null])] };

describe('sourceOf', () => {
  it('is the uid in the frames of our data source, and nothing else', () => {
    expect(sourceOf([EDGES, { ...NODES, meta: { custom: { [SOURCE]: 'uid' } } }])).toBe('uid');
    expect(sourceOf([NODES, { ...NODES, meta: { custom: { [SOURCE]: { evil: true } } } }])).toBeNull();
  });
});

describe('topologyOf', () => {
  it('reads the node graph contract, whatever the case of the names', () => {
    const found = topologyOf([NODES, EDGES]);
    expect(found?.nodes.get('a')).toMatchObject({ label: 'Alpha', status: 'critical', metrics: { figure: 1.236 }, facts: { figure: '1.24' } });
    expect(found?.nodes.get('b')).toMatchObject({ label: 'b', status: 'healthy', position: null });
    expect(found?.edges.get('1')?.bytesPerSecond).toEqual({ transmit: 1000, receive: null });
    expect(found?.edges.get('2')?.bytesPerSecond).toBeNull();
  });

  it('draws an edge to nowhere instead of failing', () => {
    expect(topologyOf([NODES, EDGES])?.nodes.get('elsewhere')?.status).toBe('unknown');
    expect([...(topologyOf([EDGES])?.nodes.keys() ?? [])].sort()).toEqual(['a', 'b', 'elsewhere']);
  });

  it('keeps fixed positions', () => {
    const placed = { ...NODES, fields: [...NODES.fields, field('fixedX', [1, 2]), field('fixedY', [3, 4])] };
    expect(topologyOf([placed])?.nodes.get('b')?.position).toEqual([2, 4]);
  });

  it('prefers the topology that our data source carries along', () => {
    const raw = { nodes: [{ id: 'container:1', group: 'g' }], groups: [{ id: 'g' }], edges: [] };
    const carried: Frame = { ...NODES, meta: { custom: { [CARRIED]: raw } } };
    expect(topologyOf([carried, EDGES])).toEqual(decodeTopology(raw));
  });

  it('says when there is no graph', () => {
    expect(topologyOf([])).toBeNull();
    expect(topologyOf([{ fields: [field('time', [1]), field('value', [2])] }])).toBeNull();
  });
});
