/** The least amount of a metric as a slider, in steps of 1, 2 and 5. */

import { format, ladder, largestOf, type AmountUnit, type TopologyNode } from '@promscope/core';
import { useEffect, useState, type JSX } from 'react';

interface ThresholdProps {
  readonly label: string;
  readonly metric: string;
  readonly unit: AmountUnit;
  readonly nodes: readonly TopologyNode[];
  /** 0: any. */
  readonly amount: number;
  readonly onAmount: (amount: number) => void;
}

/** The map follows when the hand rests, not at every step on the way. */
const SETTLE_MS = 250;

export function Threshold({ label, metric, unit, nodes, amount, onAmount }: ThresholdProps): JSX.Element {
  const steps = ladder(unit, Math.max(largestOf(nodes, metric), amount));
  const [moved, setMoved] = useState<number | null>(null);
  const shown = moved ?? amount;
  useEffect(() => {
    if (moved === null) return undefined;
    const timer = setTimeout(() => {
      setMoved(null);
      if (moved !== amount) onAmount(moved);
    }, SETTLE_MS);
    return () => {
      clearTimeout(timer);
    };
    // Only a move starts the wait anew: numbers change every second.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [moved]);
  const words = shown <= 0 ? 'any' : `≥ ${format.withUnit(shown, unit)}`;
  return (
    <label className="ps-threshold">
      <span>{label}</span>
      <span className={shown > 0 ? 'ps-number' : 'ps-number ps-faint'}>{words}</span>
      <input
        type="range"
        min={0}
        max={steps.length - 1}
        value={nearest(steps, shown)}
        aria-valuetext={words}
        onChange={(event) => {
          setMoved(steps[Number(event.target.value)] ?? 0);
        }}
      />
    </label>
  );
}

function nearest(steps: readonly number[], amount: number): number {
  const at = steps.findIndex((step) => step >= amount);
  return at === -1 ? steps.length - 1 : at;
}
