import { describe, expect, it } from 'vitest';
import { reach, shortestPath } from '../../src/model/walk';
import { edge, node, topology } from '../topologies';

const CHAIN = topology({
  nodes: ['a', 'b', 'c', 'd', 'x', 'alone', '__proto__'].map((id) => node(id)),
  edges: [edge('a', 'b'), edge('c', 'b'), edge('c', 'd'), edge('a', 'x'), edge('x', 'c'), edge('d', 'gone'), edge('d', '__proto__')],
});

describe('reach', () => {
  it('goes both ways along the edges, so far and no further', () => {
    expect([...reach(CHAIN, 'a', 0)]).toEqual(['a']);
    expect([...reach(CHAIN, 'a', 1)].sort()).toEqual(['a', 'b', 'x']);
    expect([...reach(CHAIN, 'a', 2)].sort()).toEqual(['a', 'b', 'c', 'x']);
    expect([...reach(CHAIN, 'd', 1)].sort()).toEqual(['__proto__', 'c', 'd']);
  });

  it('is empty for what is not there', () => {
    expect(reach(CHAIN, 'nowhere', 3).size).toBe(0);
    expect(reach(CHAIN, 'gone', 3).size).toBe(0);
  });
});

describe('shortestPath', () => {
  it('is one of the shortest ways, always the same one', () => {
    expect(shortestPath(CHAIN, 'a', 'd')).toEqual(['a', 'b', 'c', 'd']);
    expect(shortestPath(CHAIN, 'd', 'a')).toEqual(['d', 'c', 'b', 'a']);
    expect(shortestPath(CHAIN, 'a', 'a')).toEqual(['a']);
  });

  it('is null when no way leads there', () => {
    expect(shortestPath(CHAIN, 'a', 'alone')).toBeNull();
    expect(shortestPath(CHAIN, 'a', 'gone')).toBeNull();
    expect(shortestPath(CHAIN, 'nowhere', 'a')).toBeNull();
  });
});
