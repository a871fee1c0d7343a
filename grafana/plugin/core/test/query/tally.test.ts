import { expect, it } from 'vitest';
import { decodeNode } from '../../src/model/decode';
import type { TopologyNode } from '../../src/model/topology';
import { largestOf, tallyOf } from '../../src/query/tally';

const node = (id: string, status: string, host: string, cpu: number | null): TopologyNode => decodeNode({ id, kind: 'container', status, facts: { host }, metrics: { cpu } })!;
const NODES = [node('a', 'healthy', 'atlas', 0.5), node('b', 'critical', 'vega', null), node('c', 'healthy', 'vega', 2)];

it('counts the values of a field, the most frequent first', () => {
  expect(tallyOf(NODES, 'status')).toEqual([{ value: 'healthy', count: 2 }, { value: 'critical', count: 1 }]);
  expect(tallyOf(NODES, 'host')).toEqual([{ value: 'vega', count: 2 }, { value: 'atlas', count: 1 }]);
  expect(tallyOf(NODES, '__proto__')).toEqual([]);
});

it('knows the largest of what was measured', () => {
  expect(largestOf(NODES, 'cpu')).toBe(2);
  expect(largestOf(NODES, 'memory')).toBe(0);
});
