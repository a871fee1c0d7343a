/** The largest value of a metric by kind: sizes and fill levels are shares of it. */

import type { Bubble } from './bubble';
import { measure, type SizeMetric } from './measure';

const LEAST = 1e-9;

interface Largest {
  readonly value: number;
  readonly id: string;
}

export class Yardstick {
  private most = new Map<string, Largest>();
  private metric: SizeMetric | null = null;

  of(kind: string): number {
    return this.most.get(kind)?.value ?? 1;
  }

  /** Look at what changed (null: all may have); true if it measures otherwise than before. */
  take(metric: SizeMetric, all: readonly Bubble[], changed: readonly Bubble[] | null): boolean {
    const other = metric !== this.metric;
    this.metric = metric;
    if (metric === 'none') return other;
    const before = this.most;
    if (other || changed === null || this.wanes(changed)) {
      this.most = new Map();
      this.raise(all);
      return other || this.most.size !== before.size || [...this.most].some(([kind, { value }]) => before.get(kind)?.value !== value);
    }
    return this.raise(changed);
  }

  /** Whether the largest of its kind is smaller now. */
  private wanes(changed: readonly Bubble[]): boolean {
    return changed.some(({ node }) => {
      const held = node === null ? undefined : this.most.get(node.kind);
      return node !== null && held?.id === node.id && this.measured(node) < held.value;
    });
  }

  private raise(bubbles: readonly Bubble[]): boolean {
    let raised = false;
    for (const { node } of bubbles) {
      if (node === null) continue;
      const value = this.measured(node);
      const held = this.most.get(node.kind);
      if (held !== undefined && value <= held.value) continue;
      this.most.set(node.kind, { value, id: node.id });
      raised = true;
    }
    return raised;
  }

  private measured(node: NonNullable<Bubble['node']>): number {
    return Math.max(LEAST, measure(node, this.metric ?? 'none') ?? 0);
  }
}
