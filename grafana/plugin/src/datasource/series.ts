/** From a node's recent numbers to time series. */

import type { DataFrame } from '@grafana/data';
import { decodeSparklines } from '@promscope/core';
import { numbers, times } from './field';

/** Grafana's names of the API's units. */
const UNITS: Readonly<Record<string, string>> = { cores: 'short', bytes: 'bytes', bytes_per_second: 'Bps', count: 'short' };

/** A frame for each number; a moment that was not measured is a hole. */
export function seriesOf(raw: unknown, refId: string): DataFrame[] {
  return decodeSparklines(raw).series.map(({ name, label, unit, points }) => ({
    name: label,
    refId,
    length: points.length,
    fields: [times('time', points.map(([time]) => time * 1000), 'Time'), numbers(name, points.map(([, value]) => value), UNITS[unit] ?? 'short', label)],
  }));
}
