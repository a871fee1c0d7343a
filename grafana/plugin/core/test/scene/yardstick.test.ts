import { beforeEach, describe, expect, it } from 'vitest';
import { decodeNode } from '../../src/model/decode';
import { Bubble } from '../../src/scene/bubble';
import { Yardstick } from '../../src/scene/yardstick';
import { node } from '../topologies';

describe('Yardstick', () => {
  let all: Bubble[];
  let yardstick: Yardstick;

  const put = (index: number, cpu: number, more: Record<string, unknown> = {}): Bubble => {
    const bubble = all[index] ?? new Bubble(`${index}`, null, null);
    bubble.be(decodeNode(node(`${index}`, { metrics: { cpu }, ...more }))!);
    all[index] = bubble;
    return bubble;
  };

  beforeEach(() => {
    all = [];
    [1, 4, 2].forEach((cpu, index) => put(index, cpu));
    put(3, 100, { kind: 'host' });
    yardstick = new Yardstick();
    expect(yardstick.take('cpu', all, null)).toBe(true);
  });

  it('knows the largest of each kind', () => {
    expect([yardstick.of('container'), yardstick.of('host')]).toEqual([4, 100]);
  });

  it('stays while the largest stays, grows with a larger one, and shrinks when the largest does', () => {
    expect(yardstick.take('cpu', all, [put(0, 3)])).toBe(false);
    expect(yardstick.take('cpu', all, [put(0, 8)])).toBe(true);
    expect(yardstick.of('container')).toBe(8);
    expect(yardstick.take('cpu', all, [put(0, 1)])).toBe(true);
    expect(yardstick.of('container')).toBe(4);
  });

  it('measures by another metric, and by none', () => {
    put(0, 1, { metrics: { memory: 7 } });
    expect(yardstick.take('memory', all, [])).toBe(true);
    expect(yardstick.of('container')).toBe(7);
    expect(yardstick.take('none', all, [])).toBe(true);
    expect(yardstick.take('none', all, null)).toBe(false);
  });

  it('forgets who is gone when it looks at all', () => {
    expect(yardstick.take('cpu', all, null)).toBe(false);
    expect(yardstick.take('cpu', all.slice(2), null)).toBe(true);
    expect(yardstick.of('container')).toBe(2);
  });
});
