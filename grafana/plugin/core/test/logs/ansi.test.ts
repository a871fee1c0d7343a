import { describe, expect, it } from 'vitest';
import { PLAIN, plain, segments } from '../../src/logs/ansi';

describe('segments', () => {
  it('has the colours of a line', () => {
    expect(segments('a\x1b[1;31mred\x1b[0m b\x1b[92;44mc\x1b[39md')).toEqual([
      { text: 'a', style: PLAIN },
      { text: 'red', style: { ...PLAIN, bold: true, colour: 1 } },
      { text: ' b', style: PLAIN },
      { text: 'c', style: { ...PLAIN, colour: 10, background: 4 } },
      { text: 'd', style: { ...PLAIN, background: 4 } },
    ]);
  });

  it('takes what it can of 256 colours and true colour', () => {
    expect(segments('\x1b[38;5;9mx')[0]?.style.colour).toBe(9);
    expect(segments('\x1b[38;5;200;1mx')[0]?.style).toEqual({ ...PLAIN, bold: true });
    expect(segments('\x1b[48;2;1;2;3;4mx')[0]?.style).toEqual({ ...PLAIN, underline: true });
  });

  it.each([
    ['\x1b[2J\x1b[Hcleared', 'cleared'],
    ['\x1b]0;title\x07a', 'a'],
    ['\x1b]8;;http://evil\x1b\\link\x1b]8;;\x1b\\', 'link'],
    ['\x1b]52;c;cm0gLXJm\x1b\\b', 'b'],
    ['\x1bP1$r\x1b\\d', 'd'],
    ['\x9b6nquery\x1bc', 'query'],
    ['back\x08 \x00\u202eevil', 'back\ufffd \ufffd\ufffdevil'],
    ['tab\tstays', 'tab\tstays'],
  ])('L1: nothing else is obeyed: %j', (line, shown) => {
    expect(plain(line)).toBe(shown);
  });
});
