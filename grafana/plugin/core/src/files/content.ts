/** The beginning of a file, as text or as the bytes it is made of. */

export interface Content {
  readonly bytes: Uint8Array;
  /** There is more of it. */
  readonly cut: boolean;
}

const WIDTH = 16;

/** Its text; null: it is none. */
export function textOf({ bytes, cut }: Content): string | null {
  if (bytes.includes(0)) return null;
  try {
    // A character that is cut in the middle is waited for.
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: cut });
  } catch {
    return null;
  }
}

/** Offset, bytes and what they are in ASCII, 16 a line. */
export function hexOf(bytes: Uint8Array): string {
  const lines: string[] = [];
  for (let at = 0; at < bytes.length; at += WIDTH) {
    const row = [...bytes.subarray(at, at + WIDTH)];
    const hex = row.map((byte) => byte.toString(16).padStart(2, '0')).join(' ');
    const letters = row.map((byte) => (byte >= 32 && byte < 127 ? String.fromCharCode(byte) : '.')).join('');
    lines.push(`${at.toString(16).padStart(8, '0')}  ${hex.padEnd(WIDTH * 3 - 1)}  ${letters}`);
  }
  return lines.join('\n');
}

/** So many bytes of a body at most; what follows is not read. */
export async function beginning(body: ReadableStream<Uint8Array>, most: number): Promise<Content> {
  const reader = body.getReader();
  const bytes = new Uint8Array(most);
  let length = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return { bytes: bytes.subarray(0, length), cut: false };
    const room = value.subarray(0, most - length);
    bytes.set(room, length);
    length += room.length;
    if (room.length < value.length) {
      await reader.cancel();
      return { bytes, cut: true };
    }
  }
}
