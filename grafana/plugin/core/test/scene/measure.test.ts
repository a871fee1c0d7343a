import { expect, it } from 'vitest';
import { decodeNode } from '../../src/model/decode';
import { measure } from '../../src/scene/measure';
import { node } from '../topologies';

it('adds up traffic, and knows what was not measured', () => {
  const busy = decodeNode(node('a', { metrics: { network_receive: 3, network_transmit: null } }))!;
  expect(measure(busy, 'traffic')).toBe(3);
  expect(measure(busy, 'cpu')).toBeNull();
  expect(measure(busy, 'none')).toBeNull();
  expect(measure(decodeNode(node('b'))!, 'traffic')).toBeNull();
});

it('takes the one figure of a foreign frame for any metric', () => {
  const foreign = decodeNode(node('a', { metrics: { figure: 7 } }))!;
  expect(measure(foreign, 'memory')).toBe(7);
});
