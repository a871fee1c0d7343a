/** The fields whose values the filter panel offers, and the values of each. */

import { tallyOf, type Tallied, type TopologyNode } from '@promscope/core';

export interface FacetField {
  readonly id: string;
  readonly label: string;
  /** Open from the start. */
  readonly open: boolean;
}

export const FIELDS: readonly FacetField[] = [
  { id: 'status', label: 'Status', open: true },
  { id: 'kind', label: 'Kind', open: true },
  { id: 'state', label: 'State', open: false },
  { id: 'project', label: 'Project', open: true },
  { id: 'host', label: 'Host', open: false },
  { id: 'service', label: 'Service', open: false },
  { id: 'image', label: 'Image', open: false },
];

/** The values of a field with how many nodes have each; what is chosen stays although none has it. */
export function offered(nodes: readonly TopologyNode[], field: string, chosen: readonly string[]): readonly Tallied[] {
  const known = tallyOf(nodes, field);
  const missing = chosen.filter((value) => !known.some((one) => one.value === value));
  return [...known, ...missing.map((value) => ({ value, count: 0 }))];
}
