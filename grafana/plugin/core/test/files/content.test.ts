import { expect, it } from 'vitest';
import { beginning, hexOf, textOf } from '../../src/files/content';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const body = (...pieces: string[]): ReadableStream<Uint8Array> =>
  new ReadableStream({
    start: (controller) => {
      for (const piece of pieces) controller.enqueue(bytes(piece));
      controller.close();
    },
  });

it('tells text from other bytes', () => {
  expect(textOf({ bytes: bytes('é\n'), cut: false })).toBe('é\n');
  expect(textOf({ bytes: Uint8Array.of(104, 0), cut: false })).toBeNull();
  expect(textOf({ bytes: Uint8Array.of(0xff, 0xfe), cut: false })).toBeNull();
  expect(textOf({ bytes: bytes('aé').subarray(0, 2), cut: true })).toBe('a');
  expect(textOf({ bytes: bytes('aé').subarray(0, 2), cut: false })).toBeNull();
});

it('writes bytes as they are looked at', () => {
  expect(hexOf(bytes('0123456789abcdef\n')).split('\n')).toEqual([
    '00000000  30 31 32 33 34 35 36 37 38 39 61 62 63 64 65 66  0123456789abcdef',
    `00000010  0a${' '.repeat(45)}  .`,
  ]);
  expect(hexOf(new Uint8Array(0))).toBe('');
});

it('reads no more of a file than is looked at', async () => {
  expect(await beginning(body('ab', 'cd'), 10)).toEqual({ bytes: bytes('abcd'), cut: false });
  expect(await beginning(body('ab', 'cd'), 4)).toEqual({ bytes: bytes('abcd'), cut: false });
  expect(await beginning(body('ab', 'cd'), 3)).toEqual({ bytes: bytes('abc'), cut: true });
});
