/** What can be chosen about the panel. */

import type { SizeMetric } from '@promscope/core';

export interface PanelOptions {
  /** What the size of a circle shows, and the level in it. */
  readonly size: SizeMetric;
  readonly fill: SizeMetric;
  /** Whether bytes are seen to move along the lines. */
  readonly flows?: boolean;
  /** The dashboard variable that a click on a node is written to; empty: none. */
  readonly variable?: string;
  /** What of the node is written. */
  readonly value?: 'name' | 'id';
}
