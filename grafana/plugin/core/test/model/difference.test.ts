import { expect, it } from 'vitest';
import { decodeDifference } from '../../src/api/history';
import { marksOf, unionOf } from '../../src/model/difference';
import { decodeTopology } from '../../src/model/store';
import type { Topology } from '../../src/model/topology';

const node = (id: string, more: object = {}): object => ({ id, label: id, state: 'running', parents: ['host:a'], ...more });
const edge = (source: string, target: string): object => ({ id: `${source}>${target}`, source, target });
const view = (nodes: object[], edges: object[] = []): Topology => decodeTopology({ view: 'containers', version: 1, nodes, edges, groups: [] });

const BEFORE = view([node('stays'), node('goes'), node('pauses'), node('hidden', { parents: ['host:b'] })], [edge('stays', 'goes'), edge('stays', 'pauses')]);
const AFTER = view([node('stays', { metrics: { cpu: 9 } }), node('comes'), node('pauses', { state: 'paused' })], [edge('stays', 'comes'), edge('stays', 'pauses')]);
const DIFFERENCE = decodeDifference({ hosts_unknown: ['host:b'], kinds: [{ kind: 'containers', changed: [] }] });

it('marks what came, went and changed, and nothing that is not known', () => {
  expect(Object.fromEntries(marksOf(BEFORE, AFTER, DIFFERENCE))).toEqual({
    comes: 'added',
    goes: 'removed',
    pauses: 'changed',
    'stays>goes': 'removed',
    'stays>comes': 'added',
  });
});

it('takes the word of the API for what changed', () => {
  const said = decodeDifference({ kinds: [{ kind: 'containers', changed: [{ id: 'stays', label: 'stays', before: {}, after: {} }] }] });
  expect(marksOf(BEFORE, AFTER, said).get('stays')).toBe('changed');
  expect(marksOf(BEFORE, BEFORE, DIFFERENCE).size).toBe(0);
});

it('lays both over each other, the later one above', () => {
  const both = unionOf(BEFORE, AFTER);
  expect([...both.nodes.keys()].sort()).toEqual(['comes', 'goes', 'hidden', 'pauses', 'stays']);
  expect(both.nodes.get('pauses')?.state).toBe('paused');
  expect(both.edges.size).toBe(3);
});
