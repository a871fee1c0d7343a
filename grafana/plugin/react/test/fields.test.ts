import { decode, type TopologyNode } from '@promscope/core';
import { expect, it } from 'vitest';
import { offered } from '../src/filter/fields';

const NODES = ['healthy', 'healthy', 'critical'].map((status, at) => decode.decodeNode({ id: String(at), status })).filter((node): node is TopologyNode => node !== null);

it('offers what is there, and what is chosen although nothing has it', () => {
  expect(offered(NODES, 'status', ['warning', 'critical'])).toEqual([
    { value: 'healthy', count: 2 },
    { value: 'critical', count: 1 },
    { value: 'warning', count: 0 },
  ]);
});
