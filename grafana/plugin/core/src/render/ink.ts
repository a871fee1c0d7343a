/** Colour words of the display list as CSS colours, remembered: they repeat from frame to frame. */

const known = new Map<number, string>();
const KEEP = 4096;

export function ink(word: number): string {
  const before = known.get(word);
  if (before !== undefined) return before;
  const color = `rgba(${word & 255},${(word >>> 8) & 255},${(word >>> 16) & 255},${((word >>> 24) / 255).toFixed(3)})`;
  if (known.size >= KEEP) known.clear();
  known.set(word, color);
  return color;
}
