/**
 * A query as the filter panel edits it: chosen values and thresholds that must all hold, beside
 * what only its author can change. The text stays the one truth; this reads and writes it.
 */

import { readAmount, writeAmount, type AmountUnit } from './quantity';
import { tokenize, written, type Token } from './tokens';

export interface Query {
  /** What the panel does not know, as it was written. */
  readonly rest: string;
  /** Field → values of which one must be. */
  readonly facets: ReadonlyMap<string, readonly string[]>;
  /** Metric → least amount, in its base unit. */
  readonly thresholds: ReadonlyMap<string, number>;
}

/** Fields whose values are words of a fixed set. */
const CHOICES = new Set(['kind', 'status', 'state', 'health']);

export const AMOUNTS: Readonly<Record<string, AmountUnit>> = {
  cpu: 'cores',
  memory: 'bytes',
  connections: 'count',
  network_receive: 'bytes_per_second',
  network_transmit: 'bytes_per_second',
};

interface Condition {
  readonly field: string;
  readonly operator: string;
  readonly value: string;
}

interface Part {
  readonly text: string;
  /** One of these must hold; empty: the panel does not know this part. */
  readonly conditions: readonly Condition[];
}

export function readQuery(text: string): Query {
  const facets = new Map<string, readonly string[]>();
  const thresholds = new Map<string, number>();
  const rest: string[] = [];
  for (const { text: part, conditions } of partsOf(text)) {
    const [first] = conditions;
    const amount = first === undefined ? null : thresholdOf(conditions);
    if (first !== undefined && isFacet(conditions) && !facets.has(first.field)) {
      facets.set(first.field, [...new Set(conditions.map(({ value }) => value))]);
    } else if (first !== undefined && amount !== null && !thresholds.has(first.field)) thresholds.set(first.field, amount);
    else rest.push(part);
  }
  return { rest: rest.join(' '), facets, thresholds };
}

export function writeQuery({ rest, facets, thresholds }: Query): string {
  const known: string[] = [];
  for (const [field, values] of facets) {
    const each = values.map((value) => (CHOICES.has(field) ? `${field}:${written(value)}` : `${field} = ${written(value)}`));
    if (each.length > 0) known.push(each.length === 1 ? each.join('') : `(${each.join(' OR ')})`);
  }
  for (const [metric, amount] of thresholds) {
    const unit = Object.hasOwn(AMOUNTS, metric) ? AMOUNTS[metric] : undefined;
    if (unit !== undefined) known.push(`${metric} >= ${writeAmount(amount, unit)}`);
  }
  if (rest.trim() === '') return known.join(' ');
  const guarded = known.length > 0 && hasChoice(rest) ? `(${rest.trim()})` : rest.trim();
  return [guarded, ...known].join(' ');
}

/** The query with a value of a field chosen, or not any more. */
export function withValue(text: string, field: string, value: string, chosen: boolean): string {
  const query = readQuery(text);
  const others = (query.facets.get(field) ?? []).filter((one) => one !== value);
  const facets = new Map(query.facets);
  const values = chosen ? [...others, value] : others;
  if (values.length === 0) facets.delete(field);
  else facets.set(field, values);
  return writeQuery({ ...query, facets });
}

/** The query with a least amount of a metric; null or 0: any amount. */
export function withThreshold(text: string, metric: string, amount: number | null): string {
  const query = readQuery(text);
  const thresholds = new Map(query.thresholds);
  if (amount === null || amount <= 0) thresholds.delete(metric);
  else thresholds.set(metric, amount);
  return writeQuery({ ...query, thresholds });
}

function isFacet(conditions: readonly Condition[]): boolean {
  const [first] = conditions;
  if (first === undefined || Object.hasOwn(AMOUNTS, first.field)) return false;
  return conditions.every(({ field, operator, value }) => field === first.field && value !== '*' && (operator === '=' || (operator === ':' && CHOICES.has(field))));
}

function thresholdOf([first, ...others]: readonly Condition[]): number | null {
  const unit = first !== undefined && Object.hasOwn(AMOUNTS, first.field) ? AMOUNTS[first.field] : undefined;
  if (first === undefined || unit === undefined || others.length > 0 || first.operator !== '>=') return null;
  return readAmount(first.value, unit);
}

/** What must all hold, each as it was written; a text that is no such list is one part. */
function partsOf(text: string): readonly Part[] {
  const whole = [{ text: text.trim(), conditions: [] }];
  const tokens = tokenize(text);
  if (tokens === null || !balanced(tokens) || choiceAt(tokens)) return text.trim() === '' ? [] : whole;
  const parts: Part[] = [];
  let at = 0;
  while (at < tokens.length) {
    if (tokens[at]?.kind === 'AND') {
      at += 1;
      continue;
    }
    const end = partEnd(tokens, at);
    const own = tokens.slice(at, end);
    parts.push({ text: text.slice(own[0]?.start ?? 0, own.at(-1)?.end ?? 0), conditions: conditionsOf(own) });
    at = end;
  }
  return parts;
}

function partEnd(tokens: readonly Token[], start: number): number {
  let at = start;
  while (tokens[at]?.kind === 'NOT') at += 1;
  if (tokens[at]?.kind !== '(') return tokens[at + 1]?.kind === 'operator' ? Math.min(at + 3, tokens.length) : at + 1;
  let depth = 0;
  do {
    depth += tokens[at]?.kind === '(' ? 1 : tokens[at]?.kind === ')' ? -1 : 0;
    at += 1;
  } while (depth > 0 && at < tokens.length);
  return at;
}

function conditionsOf(tokens: readonly Token[]): readonly Condition[] {
  const inner = tokens[0]?.kind === '(' && tokens.at(-1)?.kind === ')' ? tokens.slice(1, -1) : tokens;
  const found: Condition[] = [];
  for (let at = 0; at < inner.length; at += 4) {
    const [field, operator, value, or] = inner.slice(at, at + 4);
    if (field?.kind !== 'word' || operator?.kind !== 'operator' || value === undefined || (value.kind !== 'word' && value.kind !== 'phrase')) return [];
    if (or !== undefined && (or.kind !== 'OR' || at + 4 >= inner.length)) return [];
    found.push({ field: field.text, operator: operator.text, value: value.text });
  }
  return found;
}

function balanced(tokens: readonly Token[]): boolean {
  let depth = 0;
  for (const { kind } of tokens) {
    depth += kind === '(' ? 1 : kind === ')' ? -1 : 0;
    if (depth < 0) return false;
  }
  return depth === 0;
}

function choiceAt(tokens: readonly Token[]): boolean {
  let depth = 0;
  return tokens.some(({ kind }) => {
    depth += kind === '(' ? 1 : kind === ')' ? -1 : 0;
    return kind === 'OR' && depth === 0;
  });
}

function hasChoice(text: string): boolean {
  const tokens = tokenize(text);
  return tokens !== null && choiceAt(tokens);
}
