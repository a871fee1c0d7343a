/** What can be chosen about the panel. */

import type { SizeMetric } from '@promscope/core';

export const DETAILS = { less: 0.5, normal: 1, more: 2 } as const;
export type Detail = keyof typeof DETAILS;

export interface PanelOptions {
  /** What the size of a circle shows, and the level in it. */
  readonly size: SizeMetric;
  readonly fill: SizeMetric;
  /** Above these, in the unit of the size, a node is a warning, or critical; none: as the data says. */
  readonly warning?: number | null;
  readonly critical?: number | null;
  /** How soon groups show what is inside. */
  readonly detail?: Detail;
  /** Whether bytes are seen to move along the lines. */
  readonly flows?: boolean;
  /** The dashboard variable that a click on a node is written to; empty: none. */
  readonly variable?: string;
  /** What of the node is written. */
  readonly value?: 'name' | 'id';
}
