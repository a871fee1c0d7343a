/** The data links of a node: what its row in the frames leads to. */

import type { Frame } from './frames';

export interface NodeLink {
  readonly href: string;
  readonly title: string;
  readonly target: '_blank' | '_self';
}

/** Links of every field of the node's row, each address once. */
export function linksOf(frames: readonly Frame[], id: string): NodeLink[] {
  const found = new Map<string, NodeLink>();
  for (const frame of frames) {
    const ids = frame.fields.find(({ name }) => name.toLowerCase() === 'id');
    const row = ids === undefined || isEdges(frame) ? -1 : Array.from(ids.values).indexOf(id);
    if (row < 0) continue;
    for (const field of frame.fields) {
      for (const { href, title, target } of field.getLinks?.({ valueRowIndex: row }) ?? []) {
        if (isAddress(href)) found.set(href, { href, title: title === '' ? href : title, target: target === '_blank' ? '_blank' : '_self' });
      }
    }
  }
  return [...found.values()];
}

function isEdges(frame: Frame): boolean {
  return frame.fields.some(({ name }) => name.toLowerCase() === 'source');
}

/** A page; a frame of anybody may name a script instead. */
function isAddress(href: string): boolean {
  return /^(https?:\/\/|\/(?!\/))/i.test(href);
}
