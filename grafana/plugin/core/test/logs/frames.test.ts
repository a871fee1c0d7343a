import { describe, expect, it } from 'vitest';
import { LONGEST, LogDecoder, type LogLine } from '../../src/logs/frames';

const AT = '2026-11-30T12:00:00.123456789Z';

function frame(output: number, text: string | Uint8Array): Uint8Array {
  const bytes = typeof text === 'string' ? new TextEncoder().encode(text) : text;
  const whole = new Uint8Array(8 + bytes.length);
  whole[0] = output;
  new DataView(whole.buffer).setUint32(4, bytes.length);
  whole.set(bytes, 8);
  return whole;
}

function fed(step: number, ...frames: Uint8Array[]): LogLine[] {
  const bytes = new Uint8Array(frames.flatMap((one) => [...one]));
  const decoder = new LogDecoder();
  const lines: LogLine[] = [];
  for (let at = 0; at < bytes.length; at += step) lines.push(...decoder.feed(bytes.slice(at, at + step)));
  return lines;
}

describe('LogDecoder', () => {
  it.each([1, 7, 1000])('gives whole lines however the bytes come (%i at a time)', (step) => {
    const lines = fed(step, frame(1, `${AT} öne\n`), frame(2, `${AT} be`), frame(1, `${AT} two\r\n`), frame(2, `${AT} gin\n`), frame(3, 'left out\n'));
    expect(lines).toEqual([
      { number: 1, time: AT, output: 'stdout', text: 'öne' },
      { number: 2, time: AT, output: 'stdout', text: 'two' },
      { number: 3, time: AT, output: 'stderr', text: 'begin' },
      { number: 4, time: '', output: 'remark', text: 'left out' },
    ]);
  });

  it('joins a letter that two frames share', () => {
    const [first, second] = [new Uint8Array([0xc3]), new Uint8Array([0xb6, 10])];
    expect(fed(100, frame(1, first), frame(1, second))[0]?.text).toBe('ö');
  });

  it('shows what is no UTF-8, and cuts what is too long', () => {
    expect(fed(100, frame(1, new Uint8Array([0xff, 10])))[0]?.text).toBe('\ufffd');
    const lines = fed(1e6, ...Array.from({ length: 10 }, () => frame(1, 'x'.repeat(10_000))), frame(1, 'end\n'));
    expect(lines[0]?.text).toBe(`${'x'.repeat(LONGEST)} …`);
  });
});
