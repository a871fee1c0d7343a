import { expect, it } from 'vitest';
import { FrameMeter } from '../../src/render/choice';

function judged(interval: number, hiccup = 0): FrameMeter {
  const meter = new FrameMeter();
  let now = 0;
  for (let frame = 0; frame <= 20; frame += 1) {
    meter.tick(now);
    now += interval + (frame < 5 ? hiccup : 0);
  }
  return meter;
}

it('keeps a GPU that keeps up, even if it starts slowly', () => {
  expect(judged(16).slow).toBe(false);
  expect(judged(16, 300).slow).toBe(false);
});

it('gives up on one that does not, and not before it has seen enough', () => {
  expect(judged(70).slow).toBe(true);
  const meter = new FrameMeter();
  meter.tick(0);
  meter.tick(500);
  expect(meter.slow).toBe(false);
});
