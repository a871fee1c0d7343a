/** The marks of a comparison on circles and links: a group bears what is inside of it. */

import type { Mark } from '../model/difference';
import type { Palette, Rgb } from '../theme/palette';
import type { Bubble } from './bubble';
import type { Link } from './link';

export type Marks = ReadonlyMap<string, Mark>;

export const MARKS: readonly Mark[] = ['added', 'changed', 'removed'];

export function toneOf(palette: Palette, mark: Mark): Rgb {
  return mark === 'added' ? palette.status.healthy : mark === 'removed' ? palette.status.critical : palette.status.warning;
}

/** Give every circle its marks; parents come before children. */
export function markBubbles(ordered: readonly Bubble[], marks: Marks): void {
  for (const bubble of ordered) {
    const mark = bubble.node === null ? undefined : marks.get(bubble.id);
    bubble.marked = { added: 0, changed: 0, removed: 0, ...(mark === undefined ? {} : { [mark]: 1 }) };
  }
  for (let index = ordered.length - 1; index >= 0; index -= 1) {
    const bubble = ordered[index];
    if (bubble === undefined) continue;
    const { marked, parent } = bubble;
    bubble.mark = only(MARKS.filter((kind) => marked[kind] > 0));
    if (parent !== null) parent.marked = { added: parent.marked.added + marked.added, changed: parent.marked.changed + marked.changed, removed: parent.marked.removed + marked.removed };
  }
}

export function markLinks(links: readonly Link[], marks: Marks): void {
  for (const link of links) {
    const found = new Set(link.edges.map(({ id }) => marks.get(id) ?? null));
    found.delete(null);
    const all = link.edges.every(({ id }) => marks.has(id));
    link.mark = found.size === 0 ? null : all ? only([...found].filter((mark) => mark !== null)) : 'changed';
  }
}

/** One kind alone stands for itself; several together are a change. */
function only(kinds: readonly Mark[]): Mark | null {
  return kinds.length === 0 ? null : kinds.length === 1 ? (kinds[0] ?? null) : 'changed';
}
