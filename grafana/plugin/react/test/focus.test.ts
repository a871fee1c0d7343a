import { TopologyStore } from '@promscope/core';
import { expect, it } from 'vitest';
import { focusOf } from '../src/map/Focus';

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
