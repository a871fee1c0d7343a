/** The panel plugin, as Grafana loads it. */

import { PanelPlugin } from '@grafana/data';
import { SIZE_METRICS, type SizeMetric } from '@promscope/core';
import type { Detail, PanelOptions } from './options';
import { TopologyPanel } from './TopologyPanel';

const METRICS: { value: SizeMetric; label: string }[] = SIZE_METRICS.map(({ id, label }) => ({ value: id, label }));
const VALUES: { value: 'name' | 'id'; label: string }[] = [
  { value: 'name', label: 'Its name' },
  { value: 'id', label: 'Its id' },
];

const DETAIL: { value: Detail; label: string }[] = [
  { value: 'less', label: 'Less: groups as a whole' },
  { value: 'normal', label: 'As fits' },
  { value: 'more', label: 'More: what is inside of groups' },
];

export const plugin = new PanelPlugin<PanelOptions>(TopologyPanel).setPanelOptions((builder) => {
  builder
    .addSelect({ path: 'size', name: 'Size', description: 'What the size of a circle shows', defaultValue: 'cpu', settings: { options: METRICS } })
    .addSelect({ path: 'fill', name: 'Fill', description: 'What the level in a circle shows', defaultValue: 'none', settings: { options: METRICS } })
    .addNumberInput({ path: 'warning', name: 'Warning above', description: 'In cores, bytes or bytes per second, as the size; a node above it is a warning', settings: { placeholder: 'never' } })
    .addNumberInput({ path: 'critical', name: 'Critical above', description: 'As above; a node above it is critical', settings: { placeholder: 'never' } })
    .addSelect({ path: 'detail', name: 'Detail', description: 'How soon a group shows what is inside while you zoom in', defaultValue: 'normal', settings: { options: DETAIL } })
    .addBooleanSwitch({ path: 'flows', name: 'Flows', description: 'Bytes are seen to move along the lines', defaultValue: true })
    .addTextInput({
      path: 'variable',
      name: 'Variable',
      description: 'The variable of the dashboard that a click on a node is written to, so that other panels follow it. Empty: none',
      defaultValue: '',
      settings: { placeholder: 'container' },
    })
    .addSelect({ path: 'value', name: 'What is written', description: 'What of the node goes into the variable', defaultValue: 'name', settings: { options: VALUES } });
});
