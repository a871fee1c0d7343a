import { describe, expect, it } from 'vitest';
import { fit, flight, lookAt, lookOf, MAX_SCALE, NO_INSETS, zoomAt, type Camera } from '../../src/scene/camera';

const SIZE = { width: 1000, height: 600 };
const screen = ({ x, y, k }: Camera, wx: number, wy: number): [number, number] => [wx * k + x, wy * k + y];

describe('fit', () => {
  it('shows every circle whole, clear of insets', () => {
    const insets = { top: 10, right: 300, bottom: 20, left: 0 };
    const circles = [{ x: -500, y: 0, r: 100 }, { x: 900, y: 200, r: 50 }];
    const camera = fit(circles, SIZE, insets, 10);
    for (const { x, y, r } of circles) {
      const [sx, sy] = screen(camera, x, y);
      expect(sx - r * camera.k).toBeGreaterThanOrEqual(0);
      expect(sx + r * camera.k).toBeLessThanOrEqual(700);
      expect(sy - r * camera.k).toBeGreaterThanOrEqual(10);
      expect(sy + r * camera.k).toBeLessThanOrEqual(580);
    }
  });

  it('does not blow up a single small thing, nor fail on none', () => {
    expect(fit([{ x: 0, y: 0, r: 1 }], SIZE, NO_INSETS, 3).k).toBe(3);
    expect(fit([], SIZE, NO_INSETS, 3).k).toBe(1);
  });
});

it('zooms around the point under the pointer', () => {
  const before: Camera = { x: 30, y: 40, k: 1.5 };
  const after = zoomAt(before, 200, 100, 2);
  const [wx, wy] = [(200 - before.x) / before.k, (100 - before.y) / before.k];
  expect(screen(after, wx, wy)[0]).toBeCloseTo(200);
  expect(screen(after, wx, wy)[1]).toBeCloseTo(100);
  expect(zoomAt(before, 0, 0, 1e9).k).toBe(MAX_SCALE);
});

it('keeps a look through a camera and back', () => {
  const look = { x: 12, y: -7, k: 0.8 };
  const back = lookOf(lookAt(look, SIZE, { top: 5, right: 60, bottom: 0, left: 0 }), SIZE, { top: 5, right: 60, bottom: 0, left: 0 });
  expect(back.x).toBeCloseTo(look.x);
  expect(back.y).toBeCloseTo(look.y);
  expect(back.k).toBeCloseTo(look.k);
});

describe('flight', () => {
  it.each([
    [{ x: 0, y: 0, k: 1 }, { x: 800, y: 300, k: 4 }],
    [{ x: 0, y: 0, k: 1 }, { x: 0, y: 0, k: 6 }],
    [{ x: 5, y: 5, k: 2 }, { x: 5, y: 5, k: 2 }],
  ])('starts and ends where it should', (from, to) => {
    const { at, seconds } = flight(from, to, 1000);
    for (const [t, goal] of [[0, from], [1, to]] as const) {
      expect(at(t).k).toBeCloseTo(goal.k, 4);
      expect(Math.abs(at(t).x - goal.x)).toBeLessThan(0.01 * 1000 / goal.k);
    }
    expect(seconds).toBeGreaterThan(0);
    expect(seconds).toBeLessThan(2);
  });

  it('rises on a long way', () => {
    const { at } = flight({ x: 0, y: 0, k: 4 }, { x: 5000, y: 0, k: 4 }, 1000);
    expect(at(0.5).k).toBeLessThan(2);
  });
});
