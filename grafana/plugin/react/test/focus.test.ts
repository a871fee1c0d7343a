import { TopologyStore } from '@promscope/core';
import { expect, it } from 'vitest';
import { focusOf, layeredOf } from '../src/map/Focus';

const store = new TopologyStore();
store.apply({
  type: 'full',
  version: 1,
  nodes: ['a', 'b', 'c', 'alone'].map((id) => ({ id, label: id })),
  edges: [
    { id: 'a>b', source: 'a', target: 'b' },
    { id: 'c>b', source: 'c', target: 'b' },
  ],
  groups: [],
});
const TOPOLOGY = store.topology;
const within = (hops: number, goal: string | null = null, selected: string | null = 'a'): string[] | null => {
  const found = focusOf(TOPOLOGY, { selected, hops, goal }).within;
  return found === null ? null : [...found].sort();
};

it('leaves one hop to the map itself', () => {
  expect(within(1)).toBeNull();
  expect(within(2, null, null)).toBeNull();
  expect(within(2, null, 'gone')).toBeNull();
});

it('takes in the neighbours of neighbours', () => {
  expect(within(2)).toEqual(['a', 'b', 'c']);
});

it('shows the way to the goal, or both ends when there is none', () => {
  expect(focusOf(TOPOLOGY, { selected: 'a', hops: 3, goal: 'c' }).path).toEqual(['a', 'b', 'c']);
  expect(within(1, 'c')).toEqual(['a', 'b', 'c']);
  expect(focusOf(TOPOLOGY, { selected: 'a', hops: 1, goal: 'alone' }).path).toBeNull();
  expect(within(1, 'alone')).toEqual(['a', 'alone']);
});

it('makes layers of the neighbourhood, of the way, or of everything', () => {
  const layers = (hops: number, goal: string | null, selected: string | null): string[] | null => {
    const found = layeredOf(TOPOLOGY, { selected, hops, goal });
    return found === null ? null : [...found].sort();
  };
  expect(layers(1, null, 'a')).toEqual(['a', 'b']);
  expect(layers(2, null, 'a')).toEqual(['a', 'b', 'c']);
  expect(layers(1, 'c', 'a')).toEqual(['a', 'b', 'c']);
  expect(layers(1, null, null)).toBeNull();
  expect(layers(1, null, 'gone')).toBeNull();
});
