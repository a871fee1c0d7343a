/** A table as CSV (RFC 4180): numbers as they were measured, words as they are shown. */

import type { TopologyNode } from '@promscope/core';
import type { Column } from './columns';

/** What a spreadsheet would run as a formula is led by an apostrophe (OWASP, CSV injection). */
const FORMULA = /^[=+\-@\t\r]/;

export function csvOf(nodes: readonly TopologyNode[], columns: readonly Column[]): string {
  const lines = [['id', ...columns.map(({ label }) => label)].map(cell).join(',')];
  for (const node of nodes) lines.push([cell(node.id), ...columns.map((column) => value(node, column))].join(','));
  return `${lines.join('\r\n')}\r\n`;
}

function value(node: TopologyNode, column: Column): string {
  if (column.number !== true) return cell(column.text(node));
  const measured = column.order(node);
  return measured === null ? '' : String(measured);
}

function cell(text: string): string {
  const safe = FORMULA.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
