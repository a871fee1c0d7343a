import { expect, it } from 'vitest';
import { FLAT_LIMIT, placeFlat, unplaced } from '../../src/layout/force';
import { edge, node, topology } from '../topologies';

const bare = (id: string): Record<string, unknown> => ({ id, label: id });
const names = Array.from({ length: 60 }, (_, index) => `n${index}`);
const world = topology({ nodes: names.map(bare), edges: names.slice(1).map((name, index) => edge(names[Math.floor(index / 3)]!, name)) });

it('gives every node a place of its own', () => {
  expect(unplaced(world)).toBe(true);
  const placed = placeFlat(world, new Map());
  const spots = [...placed.nodes.values()].map(({ position }) => position!);
  expect(unplaced(placed)).toBe(false);
  spots.forEach(([x, y], index) => {
    for (const [u, v] of spots.slice(index + 1)) expect(Math.hypot(x - u, y - v)).toBeGreaterThan(14);
  });
});

it('leaves survivors where they are when one comes and one goes', () => {
  const placed = placeFlat(world, new Map());
  const known = new Map([...placed.nodes.values()].map(({ id, position }) => [id, position!]));
  const next = placeFlat(topology({ nodes: [...names.slice(1), 'new'].map(bare), edges: [...world.edges.values()].map(({ source, target }) => edge(source, target)) }), known);
  const spots = [...known.values()];
  const diagonal = Math.hypot(Math.max(...spots.map(([x]) => x)) - Math.min(...spots.map(([x]) => x)), Math.max(...spots.map(([, y]) => y)) - Math.min(...spots.map(([, y]) => y)));
  const moved = [...next.nodes.values()].filter(({ id }) => known.has(id)).map(({ id, position }) => Math.hypot(position![0] - known.get(id)![0], position![1] - known.get(id)![1]));
  expect(moved.reduce((sum, one) => sum + one, 0) / moved.length / diagonal).toBeLessThan(0.05);
});

it('tolerates edges to nowhere and refuses what would be a hairball', () => {
  expect(placeFlat(topology({ nodes: [bare('a')], edges: [edge('a', 'gone'), edge('a', 'a')] }), new Map()).nodes.size).toBe(1);
  const many = topology({ nodes: Array.from({ length: FLAT_LIMIT + 1 }, (_, index) => node(`n${index}`)) });
  expect(() => placeFlat(many, new Map())).toThrow(/at most 2000 nodes/);
});
