import { expect, it } from 'vitest';
import { FLAT_LIMIT, NODE_RADIUS } from '../../src/layout/force';
import { placeLayered } from '../../src/layout/layered';
import type { Topology } from '../../src/model/topology';
import { edge, group, node, topology } from '../topologies';

const names = Array.from({ length: 90 }, (_, index) => `n${index}`);
/** Each node asks up to three later ones; ten have no edges. */
const forward = names.slice(0, 80).flatMap((name, index) => [1, 7, 20].map((far) => index + far).filter((to) => to < 80).map((to) => edge(name, names[to]!)));

function spots(placed: Topology): Map<string, readonly [number, number]> {
  return new Map([...placed.nodes.values()].map(({ id, position }) => [id, position!]));
}

it('puts every client left of its servers', () => {
  const at = spots(placeLayered(topology({ nodes: names.map((id) => node(id)), edges: forward })));
  for (const { source, target } of forward) expect(at.get(String(source))![0]).toBeLessThan(at.get(String(target))![0]);
});

it('lets no two nodes overlap, and puts what has no edges below', () => {
  const at = spots(placeLayered(topology({ nodes: names.map((id) => node(id)), edges: forward })));
  const all = [...at.values()];
  all.forEach(([x, y], index) => {
    for (const [u, v] of all.slice(index + 1)) expect(Math.hypot(x - u, y - v)).toBeGreaterThan(NODE_RADIUS * 2.5);
  });
  const lowest = Math.max(...names.slice(0, 80).map((id) => at.get(id)![1]));
  for (const id of names.slice(80)) expect(at.get(id)![1]).toBeGreaterThan(lowest);
});

it('is the same for the same topology, in whatever order it came', () => {
  const there = placeLayered(topology({ nodes: names.map((id) => node(id)), edges: forward }));
  const back = placeLayered(topology({ nodes: [...names].reverse().map((id) => node(id)), edges: [...forward].reverse() }));
  expect(spots(back)).toEqual(spots(there));
});

it('survives circles, loops and edges to nowhere; the way from the client stays', () => {
  const edges = [edge('client', 'a'), edge('a', 'b'), edge('b', 'c'), edge('c', 'a'), edge('a', 'a'), edge('c', 'gone')];
  const at = spots(placeLayered(topology({ nodes: ['client', 'a', 'b', 'c'].map((id) => node(id)), edges })));
  const across = ['client', 'a', 'b', 'c'].map((id) => at.get(id)![0]);
  expect(across).toEqual([...across].sort((one, other) => one - other));
  expect(new Set(across).size).toBe(4);
});

it('crosses fewer edges than the alphabet would', () => {
  // a..d ask z..w: by name all six pairs of edges cross.
  const pairs = ['az', 'by', 'cx', 'dw'].map((pair) => edge(pair[0]!, pair[1]!));
  const at = spots(placeLayered(topology({ nodes: ['a', 'b', 'c', 'd', 'w', 'x', 'y', 'z'].map((id) => node(id)), edges: pairs })));
  for (const { source, target } of pairs) expect(at.get(String(source))![1]).toBe(at.get(String(target))![1]);
});

it('takes the groups away, and refuses what would be a hairball', () => {
  const placed = placeLayered(topology({ nodes: [node('a', { group: 'g' })], groups: [group('g', null)] }));
  expect(placed.groups.size).toBe(0);
  expect(placed.nodes.get('a')?.group).toBeNull();
  const many = topology({ nodes: Array.from({ length: FLAT_LIMIT + 1 }, (_, index) => node(`n${index}`)) });
  expect(() => placeLayered(many)).toThrow(/at most 2000 nodes/);
  expect(placeLayered(topology({})).nodes.size).toBe(0);
});
