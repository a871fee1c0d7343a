/** Colours of a line of a log; every other control of a terminal (ECMA-48) is made harmless. */

export interface Style {
  /** 0 to 15, the colours of a terminal; null: that of the text. */
  readonly colour: number | null;
  readonly background: number | null;
  readonly bold: boolean;
  readonly faint: boolean;
  readonly italic: boolean;
  readonly underline: boolean;
}

export interface Segment {
  readonly text: string;
  readonly style: Style;
}

export const PLAIN: Style = { colour: null, background: null, bold: false, faint: false, italic: false, underline: false };

/** A colour sequence, or anything else that controls: sequences, strings such as titles and links. */
const SEQUENCE =
  // eslint-disable-next-line no-control-regex -- controls are what this is about
  /(?:\x1b\[|\x9b)([\d;]*)m|(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]|(?:\x1b[\]PX^_]|[\x90\x98\x9d-\x9f])[^\x1b\x07\x9c]*(?:\x07|\x1b\\|\x9c)?|\x1b[ -/]*[0-~]/g;
// eslint-disable-next-line no-control-regex -- and those that stand alone
const CONTROL = /[\x00-\x08\x0a-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/** The pieces of a line, each of one style; controls that are left are shown as U+FFFD. */
export function segments(line: string): readonly Segment[] {
  const found: Segment[] = [];
  let style = PLAIN;
  let at = 0;
  const add = (text: string): void => {
    if (text !== '') found.push({ text: text.replace(CONTROL, '\ufffd'), style });
  };
  for (const match of line.matchAll(SEQUENCE)) {
    add(line.slice(at, match.index));
    at = match.index + match[0].length;
    if (match[1] !== undefined) style = coloured(style, match[1]);
  }
  add(line.slice(at));
  return found;
}

/** The text alone. */
export function plain(line: string): string {
  return segments(line)
    .map(({ text }) => text)
    .join('');
}

function coloured(style: Style, parameters: string): Style {
  const codes = parameters.split(';').map(Number);
  let next = style;
  for (let at = 0; at < codes.length; at++) {
    const code = codes[at] ?? 0;
    if (code === 38 || code === 48) {
      // 256 colours (5;n) and true colour (2;r;g;b): the first sixteen are those of everybody.
      const named = codes[at + 1] === 5 ? (codes[at + 2] ?? 16) : 16;
      const colour = named < 16 ? named : null;
      next = code === 38 ? { ...next, colour } : { ...next, background: colour };
      at += codes[at + 1] === 5 ? 2 : 4;
    } else next = one(next, code);
  }
  return next;
}

function one(style: Style, code: number): Style {
  if (code === 0) return PLAIN;
  if (code === 1) return { ...style, bold: true };
  if (code === 2) return { ...style, faint: true };
  if (code === 3) return { ...style, italic: true };
  if (code === 4) return { ...style, underline: true };
  if (code === 22) return { ...style, bold: false, faint: false };
  if (code === 23) return { ...style, italic: false };
  if (code === 24) return { ...style, underline: false };
  if (code === 39) return { ...style, colour: null };
  if (code === 49) return { ...style, background: null };
  if (code >= 30 && code <= 37) return { ...style, colour: code - 30 };
  if (code >= 40 && code <= 47) return { ...style, background: code - 40 };
  if (code >= 90 && code <= 97) return { ...style, colour: code - 82 };
  if (code >= 100 && code <= 107) return { ...style, background: code - 92 };
  return style;
}
