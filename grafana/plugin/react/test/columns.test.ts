import { decode, type TopologyNode } from '@promscope/core';
import { expect, it } from 'vitest';
import { columnsOf, sorted } from '../src/table/columns';

function node(id: string, cpu: number | null, status = 'healthy'): TopologyNode {
  const made = decode.decodeNode({ id, label: id, status, metrics: { cpu } });
  if (made === null) throw new Error('a node has an id');
  return made;
}

function column(id: string): ReturnType<typeof columnsOf>[number] {
  const found = columnsOf('containers').find((one) => one.id === id);
  if (found === undefined) throw new Error(`no column ${id}`);
  return found;
}

const NODES = [node('b', 2), node('a10', null), node('a9', 0.5), node('c', 0)];
const ids = (nodes: readonly TopologyNode[]): string[] => nodes.map(({ id }) => id);

it('sorts what was not measured last, whichever way', () => {
  expect(ids(sorted(NODES, column('cpu'), true))).toEqual(['b', 'a9', 'c', 'a10']);
  expect(ids(sorted(NODES, column('cpu'), false))).toEqual(['c', 'a9', 'b', 'a10']);
});

it('sorts names as people count', () => {
  expect(ids(sorted(NODES, column('label'), false))).toEqual(['a9', 'a10', 'b', 'c']);
});

it('sorts the worst status first', () => {
  const nodes = [node('well', 1), node('bad', 1, 'critical'), node('odd', 1, 'warning')];
  expect(ids(sorted(nodes, column('status'), false))).toEqual(['bad', 'odd', 'well']);
});

it('has columns for a view it never heard of', () => {
  expect(columnsOf('__proto__').map(({ id }) => id)).toContain('cpu');
});
