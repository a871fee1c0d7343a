/**
 * Level of detail: which groups are open at this zoom. A group opens when its largest member
 * would be big enough on the screen to be read; hysteresis keeps it from flickering.
 */

import type { Bubble } from './bubble';
import type { Tree } from './tree';

/** Radius in pixels from which members are worth drawing: nodes, and groups of nodes. */
const NODE_PIXELS = 5.5;
const GROUP_PIXELS = 3.5;
const HYSTERESIS = 0.1;
const FADE_MS = 150;

export class Levels {
  private last: number | null = null;
  /** Something was shown before: the first picture does not fade in piece by piece. */
  private shown = false;
  private detail = 1;

  constructor(private reduced: boolean) {}

  setReduced(reduced: boolean): void {
    this.reduced = reduced;
  }

  /** How many times sooner than usual a group opens while zooming in. */
  setDetail(detail: number): void {
    this.detail = detail;
  }

  /** Decide for a scale; true when a group changed its mind, so that edges must be regrouped. */
  decide(tree: Tree, k: number): boolean {
    let changed = false;
    for (const bubble of tree.groups) {
      const open = bubble.transparent || this.wantsOpen(bubble, k);
      if (open !== bubble.wantOpen) {
        bubble.wantOpen = open;
        changed = true;
      }
    }
    return changed;
  }

  /** Fade towards what was decided; true while anything is still fading. */
  fade(tree: Tree, now: number): boolean {
    const step = this.reduced || !this.shown ? 1 : this.last === null ? 0 : (now - this.last) / FADE_MS;
    let fading = false;
    for (const bubble of tree.groups) {
      const goal = bubble.wantOpen ? 1 : 0;
      if (bubble.open === goal) continue;
      bubble.open = goal > bubble.open ? Math.min(goal, bubble.open + step) : Math.max(goal, bubble.open - step);
      fading ||= bubble.open !== goal;
    }
    this.last = fading ? now : null;
    this.shown ||= tree.ordered.length > 0;
    return fading;
  }

  private wantsOpen(bubble: Bubble, k: number): boolean {
    const needed = (bubble.holdsNodes ? NODE_PIXELS : GROUP_PIXELS) / this.detail;
    const bias = bubble.wantOpen ? 1 - HYSTERESIS : 1 + HYSTERESIS;
    return bubble.children.length > 0 && bubble.largest * k >= needed * bias;
  }
}

/** The circle that stands for `bubble` on the screen: itself, or the outermost closed group. */
export function representative(bubble: Bubble): Bubble {
  let shown = bubble;
  for (let at = bubble.parent; at !== null; at = at.parent) if (!at.wantOpen) shown = at;
  return shown;
}

/** `representative` of all at once, kept in `shownAs`; parents come before children. */
export function represent(ordered: readonly Bubble[]): void {
  for (const bubble of ordered) {
    const { parent } = bubble;
    bubble.shownAs = parent === null || (parent.shownAs === parent && parent.wantOpen) ? bubble : parent.shownAs;
  }
}
