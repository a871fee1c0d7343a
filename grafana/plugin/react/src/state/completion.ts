/** What may follow where a query is being written, and the query with it taken in. */

import { tokenize, type Completion, type Completions } from '@promscope/core';

/** Fields that are compared as numbers: a bare `:` after them is no question. */
const NUMBERS = new Set(['cpu', 'memory', 'network_receive', 'network_transmit', 'disk_read', 'disk_write', 'processes', 'connections', 'open_fds', 'threads']);

/** The query with an option taken in, ready to be written on. */
export function completed(query: string, { start, end }: Completions, option: Completion): string {
  return query.slice(0, start) + option.text + follower(option) + query.slice(end);
}

/** The value that an option stands for, without its quotes. */
export function valueOf({ text }: Completion): string {
  const [token, ...others] = tokenize(`=${text}`)?.slice(1) ?? [];
  return token === undefined || others.length > 0 ? text : token.text;
}

function follower({ text, kind }: Completion): string {
  if (kind !== 'field') return ' ';
  if (text.endsWith('.')) return '';
  return NUMBERS.has(text) ? ' > ' : ':';
}
