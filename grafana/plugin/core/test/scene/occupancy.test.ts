import { expect, it } from 'vitest';
import { Occupancy } from '../../src/scene/occupancy';

const box = (left: number, top: number, right: number, bottom: number): { left: number; top: number; right: number; bottom: number } => ({ left, top, right, bottom });

it('finds overlaps over cell borders, in the negative too, and not mere touching', () => {
  const taken = new Occupancy();
  taken.add(box(-10, -10, 130, 10), null);
  expect(taken.hits(box(120, 0, 140, 20))).toBe(true);
  expect(taken.hits(box(130, 0, 140, 20))).toBe(false);
  expect(taken.hits(box(-50, -50, -10, -10))).toBe(false);
});

it('forgives the owner', () => {
  const owner = {};
  const taken = new Occupancy();
  taken.add(box(0, 0, 10, 10), owner);
  expect(taken.hits(box(5, 5, 6, 6), owner)).toBe(false);
  expect(taken.hits(box(5, 5, 6, 6), {})).toBe(true);
});
