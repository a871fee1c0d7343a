/** The node that is chosen, kept in a variable of the dashboard so that other panels follow it. */

import { getTemplateSrv, locationService } from '@grafana/runtime';
import type { Topology, TopologyNode } from '@promscope/core';
import type { PanelOptions } from './options';

/** What Grafana writes for a variable of which every value is chosen. */
const ALL = '$__all';

/** The text that stands for a node in the variable. */
export function valueOf(node: Pick<TopologyNode, 'id' | 'label'>, { value = 'name' }: Pick<PanelOptions, 'value'>): string {
  return value === 'id' ? node.id : node.label;
}

/** The node that the variable's text stands for; null: none, or all. */
export function nodeOf(topology: Topology | null, text: string, options: Pick<PanelOptions, 'value'>): string | null {
  if (text === '') return null;
  for (const node of topology?.nodes.values() ?? []) if (valueOf(node, options) === text) return node.id;
  return null;
}

/** Write the choice to the address of the dashboard, which every panel follows. */
export function choose(node: TopologyNode | null, { variable = '', value = 'name' }: PanelOptions): void {
  if (variable === '') return;
  locationService.partial({ [`var-${variable}`]: node === null ? none(variable) : valueOf(node, { value }) }, true);
}

function none(name: string): string {
  const found = getTemplateSrv().getVariables().find((variable) => variable.name === name);
  return found !== undefined && 'includeAll' in found && found.includeAll ? ALL : '';
}
