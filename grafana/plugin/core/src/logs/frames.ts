/**
 * The frames of a container's log → lines. A frame is as the engine sends it: output (1 stdout, 2
 * stderr, 3 a remark of the probe), three zeros, the length in 4 bytes, big-endian, then a piece
 * of a line with its time in front.
 */

export type Output = 'stdout' | 'stderr' | 'remark';

export interface LogLine {
  /** Counts up from 1. */
  readonly number: number;
  /** RFC 3339; empty where none is known. */
  readonly time: string;
  readonly output: Output;
  readonly text: string;
}

const HEAD = 8;
const OUTPUTS: readonly Output[] = ['stdout', 'stdout', 'stderr', 'remark'];
const TIME = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+Z) /;
/** What is shown of one line. */
export const LONGEST = 16_384;

interface Open {
  time: string;
  text: string;
  readonly words: TextDecoder;
}

export class LogDecoder {
  private rest: Uint8Array = new Uint8Array(0);
  private count = 0;
  private readonly open: (Open | null)[] = [null, null, null, null];

  /** The lines that are complete now. */
  feed(data: Uint8Array): LogLine[] {
    const bytes = join(this.rest, data);
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const lines: LogLine[] = [];
    let at = 0;
    while (bytes.length - at >= HEAD) {
      const length = view.getUint32(at + 4);
      if (bytes.length - at < HEAD + length) break;
      this.piece(view.getUint8(at), bytes.subarray(at + HEAD, at + HEAD + length), lines);
      at += HEAD + length;
    }
    this.rest = bytes.slice(at);
    return lines;
  }

  private piece(output: number, bytes: Uint8Array, lines: LogLine[]): void {
    const index = output < OUTPUTS.length ? output : 1;
    const before = this.open[index] ?? null;
    const words = before?.words ?? new TextDecoder();
    const ends = bytes.at(-1) === 10;
    const text = words.decode(bytes, { stream: !ends });
    const found = TIME.exec(text);
    const rest = found === null ? text : text.slice(found[0].length);
    const open = before ?? { time: found?.[1] ?? '', text: '', words };
    if (open.text.length < LONGEST) open.text += rest;
    this.open[index] = ends ? null : open;
    if (ends) lines.push({ number: ++this.count, time: open.time, output: OUTPUTS[index] ?? 'stdout', text: cut(open.text) });
  }
}

function cut(text: string): string {
  const line = text.replace(/\r?\n$/, '');
  return line.length > LONGEST ? `${line.slice(0, LONGEST)} …` : line;
}

function join(one: Uint8Array, other: Uint8Array): Uint8Array {
  if (one.length === 0) return other;
  const both = new Uint8Array(one.length + other.length);
  both.set(one);
  both.set(other, one.length);
  return both;
}
