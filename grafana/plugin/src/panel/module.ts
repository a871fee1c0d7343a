/** The panel plugin, as Grafana loads it. */

import { PanelPlugin } from '@grafana/data';
import { SIZE_METRICS, type SizeMetric } from '@promscope/core';
import { TopologyPanel, type PanelOptions } from './TopologyPanel';

const METRICS: { value: SizeMetric; label: string }[] = SIZE_METRICS.map(({ id, label }) => ({ value: id, label }));

export const plugin = new PanelPlugin<PanelOptions>(TopologyPanel).setPanelOptions((builder) => {
  builder
    .addSelect({ path: 'size', name: 'Size', description: 'What the size of a circle shows', defaultValue: 'cpu', settings: { options: METRICS } })
    .addSelect({ path: 'fill', name: 'Fill', description: 'What the level in a circle shows', defaultValue: 'none', settings: { options: METRICS } });
});
