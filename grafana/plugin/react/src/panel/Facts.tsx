/** The identity of a node as a list of names and values. */

import { format, type NodeDetails } from '@promscope/core';
import type { JSX } from 'react';

const NAMES: Readonly<Record<string, string>> = {
  os: 'OS',
  arch: 'Architecture',
  id: 'Id',
  load1: 'Load (1 min)',
};

export function Facts({ details }: { readonly details: NodeDetails }): JSX.Element {
  const { record, info, node } = details;
  const rows = new Map<string, string>();
  for (const [name, value] of Object.entries({ ...node.facts, ...info })) rows.set(title(name), moment(value));
  if (record !== null) {
    rows.set('Id', record.id);
    rows.set('Image', record.image);
    if (record.imageId !== '') rows.set('Image id', record.imageId);
    if (record.started !== null && node.state === 'running') rows.set('Uptime', format.duration((Date.now() - record.started) / 1000));
    if (record.created !== null) rows.set('Created', moment(new Date(record.created).toISOString()));
    if (record.exitCode !== null) rows.set('Exit code', String(record.exitCode));
    if (record.health !== '') rows.set('Health', record.health);
    if (record.pid !== null && record.pid > 0) rows.set('Pid', String(record.pid));
    if (record.networkMode !== '') rows.set('Network', record.networkMode);
    if (record.restartPolicy !== '') rows.set('Restart policy', record.restartPolicy);
    if (record.restarts !== null && record.restarts > 0) rows.set('Restarts', String(record.restarts));
    rows.set('CPU limit', record.cpuLimit === null ? 'none' : format.withUnit(record.cpuLimit, 'cores'));
    rows.set('Memory limit', record.memoryLimit === null ? 'none' : format.bytes(record.memoryLimit));
    if (record.pidsLimit !== null) rows.set('Process limit', String(record.pidsLimit));
  }
  rows.set('Node', node.id);
  return <Pairs rows={[...rows]} />;
}

export function Pairs({ rows }: { readonly rows: readonly (readonly [string, string])[] }): JSX.Element {
  return (
    <dl className="ps-pairs">
      {rows.map(([name, value]) => (
        <div key={name}>
          <dt title={name}>{name}</dt>
          <dd dir="auto">{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function title(name: string): string {
  const known = Object.hasOwn(NAMES, name) ? NAMES[name] : undefined;
  return known ?? name.charAt(0).toUpperCase() + name.slice(1).replaceAll('_', ' ');
}

/** RFC 3339 as the reader's own clock says it; anything else as it is. */
function moment(value: string): string {
  if (!/^\d{4}-\d\d-\d\dT/.test(value)) return value;
  const date = new Date(value);
  return Number.isNaN(date.getTime()) ? value : date.toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'short' });
}
