/** Where a searched text is in a line: case does not matter. */

export interface Piece {
  readonly text: string;
  readonly hit: boolean;
}

export function pieces(text: string, wanted: string): readonly Piece[] {
  if (wanted === '') return [{ text, hit: false }];
  const found: Piece[] = [];
  // A letter may change its length with its case; then positions would not be those of the text.
  const lower = text.toLowerCase();
  const line = lower.length === text.length ? lower : text;
  const needle = wanted.toLowerCase();
  let at = 0;
  for (let hit = line.indexOf(needle); hit >= 0; hit = line.indexOf(needle, at)) {
    if (hit > at) found.push({ text: text.slice(at, hit), hit: false });
    at = hit + needle.length;
    found.push({ text: text.slice(hit, at), hit: true });
  }
  if (at < text.length) found.push({ text: text.slice(at), hit: false });
  return found;
}

export function matches(text: string, wanted: string): boolean {
  return wanted === '' || text.toLowerCase().includes(wanted.toLowerCase());
}
