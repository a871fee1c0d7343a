import { decode, type TopologyNode } from '@promscope/core';
import { expect, it } from 'vitest';
import { columnsOf } from '../src/table/columns';
import { csvOf } from '../src/table/csv';

function node(label: string, cpu: number | null): TopologyNode {
  const made = decode.decodeNode({ id: `container:${label.length}`, label, status: 'healthy', metrics: { cpu } });
  if (made === null) throw new Error('a node has an id');
  return made;
}

const COLUMNS = columnsOf('containers').filter(({ id }) => id === 'label' || id === 'cpu');
const rows = (...nodes: TopologyNode[]): string[] => csvOf(nodes, COLUMNS).split('\r\n').slice(1, -1);

it('has a head, and numbers as they were measured', () => {
  expect(csvOf([node('web', 0.25)], COLUMNS)).toBe('id,Name,CPU\r\ncontainer:3,web,0.25\r\n');
});

it('leaves empty what was not measured', () => {
  expect(rows(node('web', null), node('none', 0))).toEqual(['container:3,web,', 'container:4,none,0']);
});

it('quotes what would end a cell, and disarms formulas', () => {
  expect(rows(node('a,b', 1))).toEqual(['container:3,"a,b",1']);
  expect(rows(node('say "hi"', 1))).toEqual(['container:8,"say ""hi""",1']);
  expect(rows(node('=cmd()', 1), node('-1+1', 1), node('@x', 1))).toEqual(["container:6,'=cmd(),1", "container:4,'-1+1,1", "container:2,'@x,1"]);
});
