/** From answers of the API that are no graph to a table each. */

import type { DataFrame, Field } from '@grafana/data';
import { decode } from '@promscope/core';
import { numbers, texts, times } from './field';

/** Nodes of a view: what they are, how they are, and what they use. */
export function nodesTable(raw: unknown): DataFrame {
  const nodes = decode.list(decode.object(raw).items).map(decode.decodeNode).filter((node) => node !== null);
  const facts = [...new Set(nodes.flatMap(({ facts: given }) => Object.keys(given)))].sort();
  const metric = (name: string, unit: string, title: string): Field => numbers(name, nodes.map(({ metrics }) => metrics[name] ?? null), unit, title);
  return frame('nodes', [
    texts('label', nodes.map(({ label }) => label), 'Name'),
    texts('kind', nodes.map(({ kind }) => kind), 'Kind'),
    texts('state', nodes.map(({ state }) => state), 'State'),
    texts('status', nodes.map(({ status }) => status), 'Status'),
    texts('reasons', nodes.map(({ reasons }) => reasons.join('; ')), 'Reasons'),
    metric('cpu', 'short', 'CPU'),
    metric('memory', 'bytes', 'Memory'),
    metric('network_receive', 'Bps', 'Received'),
    metric('network_transmit', 'Bps', 'Sent'),
    metric('connections', 'short', 'Connections'),
    ...facts.map((name) => texts(`fact.${name}`, nodes.map((node) => node.facts[name] ?? ''), capital(name))),
    texts('id', nodes.map(({ id }) => id), 'Id'),
  ]);
}

interface Change {
  readonly kind: string;
  readonly change: string;
  readonly label: string;
  readonly before: string;
  readonly after: string;
}

/** What the difference of two moments consists of, a row each. */
export function changesTable(raw: unknown): DataFrame {
  const rows = decode.list(decode.object(raw).kinds).flatMap((item) => {
    const kind = decode.object(item);
    return (['added', 'removed', 'changed', 'unknown'] as const).flatMap((change) => decode.list(kind[change]).map((thing) => changeOf(decode.text(kind.kind), change, decode.object(thing))));
  });
  return frame('changes', [
    texts('kind', rows.map(({ kind }) => kind), 'Kind'),
    texts('change', rows.map(({ change }) => change), 'Change'),
    texts('label', rows.map(({ label }) => label), 'Name'),
    texts('before', rows.map(({ before }) => before), 'Before'),
    texts('after', rows.map(({ after }) => after), 'After'),
  ]);
}

function changeOf(kind: string, change: string, thing: decode.Json): Change {
  const facts = words(thing.facts);
  return {
    kind,
    change,
    label: decode.text(thing.label, decode.text(thing.id)),
    before: change === 'changed' ? words(thing.before) : change === 'removed' ? facts : '',
    after: change === 'changed' ? words(thing.after) : change === 'added' ? facts : '',
  };
}

/** Lifecycle events, in the columns that Grafana's annotations read too: time, text and tags. */
export function eventsTable(raw: unknown): DataFrame {
  const events = decode.list(decode.object(raw).events).map(decode.object);
  return frame('events', [
    times('time', events.map(({ at }) => decode.instant(at)), 'Time'),
    texts('text', events.map(({ name, event, count }) => `${decode.text(name)} ${decode.text(event)}${decode.number(count) === 1 ? '' : ` × ${decode.text(count)}`}`), 'Event'),
    texts('tags', events.map(({ event }) => decode.text(event)), 'Kind'),
    texts('name', events.map(({ name }) => decode.text(name)), 'Container'),
    texts('node', events.map(({ node }) => decode.text(node)), 'Id'),
  ]);
}

const AUDIT: readonly (readonly [field: string, title: string])[] = [
  ['user.name', 'Who'],
  ['event.action', 'Action'],
  ['event.outcome', 'Outcome'],
  ['promscope.operation.phase', 'Phase'],
  ['promscope.node', 'Node'],
  ['container.name', 'Container'],
  ['event.reason', 'Reason'],
  ['source.ip', 'From'],
  ['promscope.authentication', 'Signed in by'],
  ['promscope.operation.id', 'Operation'],
];

/** Records of the audit log, under their names in ECS. */
export function auditTable(raw: unknown): DataFrame {
  const records = decode.list(decode.object(raw).records).map(decode.object);
  return frame('audit', [
    times('@timestamp', records.map((record) => decode.instant(record['@timestamp'])), 'Time'),
    ...AUDIT.map(([field, title]) => texts(field, records.map((record) => decode.text(record[field])), title)),
  ]);
}

function frame(name: string, fields: Field[]): DataFrame {
  return { name, fields, length: fields[0]?.values.length ?? 0, meta: { preferredVisualisationType: 'table' } };
}

function words(value: unknown): string {
  return Object.entries(decode.words(value))
    .map(([name, word]) => `${name} ${word}`)
    .join(', ');
}

function capital(name: string): string {
  const spaced = name.replaceAll('_', ' ');
  return spaced.charAt(0).toUpperCase() + spaced.slice(1);
}
