/** What can be asked of the data source, and the address below `/api/v1` that answers it. */

import type { DataQuery } from '@grafana/data';
import { queryOf } from '@promscope/core';

/** The graph; its nodes as rows; a node's numbers; the difference of two moments; lifecycle events;
 *  the audit log. */
export const KINDS = ['map', 'table', 'numbers', 'changes', 'events', 'audit'] as const;
export type Kind = (typeof KINDS)[number];

export const DEFAULT_VIEW = 'containers';
/** Rows of one page of a table; a dashboard shows no more. */
const ROWS = '1000';
const AUDIT_ROWS = '500';
/** What the API tells of at most, in seconds. */
const MAX_EVENTS = 7 * 86_400;
const MAX_NUMBERS = 6 * 3600;

export interface TopologyQuery extends DataQuery {
  kind?: Kind;
  view?: string;
  /** In Promscope's query language; variables are replaced. */
  filter?: string;
  /** Of changes: services, images, containers, edges. */
  by?: string;
  /** Of numbers: the id of a node; of events: of a container or host; of the audit log: that, or a
   *  container's name. */
  node?: string;
}

/** The time range of a dashboard in Unix seconds. `live`: it ends now. */
export interface Span {
  readonly from: number;
  readonly to: number;
  readonly live: boolean;
}

export function kindOf({ kind }: TopologyQuery): Kind {
  return kind !== undefined && KINDS.includes(kind) ? kind : 'map';
}

/** The address that answers the query. A range that ends now asks for now; any other for its end. */
export function addressOf(query: TopologyQuery, span: Span): string {
  const { view = DEFAULT_VIEW, filter = '', by = '', node = '' } = query;
  const at = span.live ? '' : String(span.to);
  const place = `topology/${encodeURIComponent(view === '' ? DEFAULT_VIEW : view)}`;
  switch (kindOf(query)) {
    case 'map':
      return place + queryOf({ filter, at });
    case 'table':
      return `${place}/nodes${queryOf({ filter, at, limit: ROWS })}`;
    case 'numbers':
      return `nodes/${encodeURIComponent(node)}/metrics${queryOf({ range: lengthOf(span, MAX_NUMBERS), at })}`;
    case 'changes':
      return `topology/diff${queryOf({ from: String(span.from), to: at, by })}`;
    case 'events':
      return `timeline${queryOf({ range: lengthOf(span, MAX_EVENTS), node, at })}`;
    case 'audit':
      return `audit${queryOf({ limit: AUDIT_ROWS, node, before: span.live ? '' : new Date(span.to * 1000).toISOString() })}`;
  }
}

function lengthOf({ from, to }: Span, most: number): string {
  const minutes = Math.ceil(Math.min(most, Math.max(60, to - from)) / 60);
  return `${minutes}m`;
}
