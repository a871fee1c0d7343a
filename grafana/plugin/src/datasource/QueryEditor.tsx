/** What to ask: the kind of answer, the view, and the part of it that a filter leaves. */

import type { QueryEditorProps } from '@grafana/data';
import { Combobox, InlineField, Input } from '@grafana/ui';
import { useState, type JSX } from 'react';
import { DEFAULT_VIEW, kindOf, type Kind, type TopologyQuery } from './query';
import type { TopologyDataSource } from './TopologyDataSource';

const LABEL = 12;
const WIDE = 50;
const NARROW = 26;
const KINDS: { value: Kind; label: string }[] = [
  { value: 'map', label: 'Map' },
  { value: 'table', label: 'Table of nodes' },
  { value: 'numbers', label: 'Numbers of a node' },
  { value: 'changes', label: 'Changes in the time range' },
  { value: 'events', label: 'Lifecycle events' },
  { value: 'audit', label: 'Audit log' },
];
const CHANGES = [
  { value: 'services,images', label: 'Services and images' },
  { value: 'services,images,edges', label: 'Services, images and edges' },
  { value: 'containers', label: 'Containers' },
  { value: 'services,images,containers,edges', label: 'Everything' },
];
const FILTER = 'Such as: image:redis status:critical. What may follow is offered while you write; variables may be used';

export function QueryEditor({ datasource, query, onChange, onRunQuery }: QueryEditorProps<TopologyDataSource, TopologyQuery>): JSX.Element {
  const kind = kindOf(query);
  const change = (part: Partial<TopologyQuery>): void => {
    onChange({ ...query, ...part });
    onRunQuery();
  };
  return (
    <>
      <InlineField label="Show" labelWidth={LABEL}>
        <Combobox value={kind} width={NARROW} options={KINDS} onChange={({ value }) => { change({ kind: value }); }} />
      </InlineField>
      {(kind === 'map' || kind === 'table') && (
        <>
          <InlineField label="View" labelWidth={LABEL} tooltip="What a node is; views that sum up are the groupings">
            <Combobox value={query.view ?? DEFAULT_VIEW} width={NARROW} createCustomValue options={() => datasource.views()} onChange={({ value }) => { change({ view: value }); }} />
          </InlineField>
          <InlineField label="Filter" labelWidth={LABEL} tooltip={FILTER}>
            <Combobox
              value={query.filter === '' ? null : (query.filter ?? null)}
              width={WIDE}
              isClearable
              createCustomValue
              placeholder="everything"
              options={(written) => datasource.completions(written)}
              onChange={(option) => { change({ filter: option?.value ?? '' }); }}
            />
          </InlineField>
        </>
      )}
      {kind === 'changes' && (
        <InlineField label="Of" labelWidth={LABEL} tooltip="From the beginning of the time range to its end">
          <Combobox value={query.by ?? CHANGES[0]?.value ?? ''} width={NARROW} options={CHANGES} onChange={({ value }) => { change({ by: value }); }} />
        </InlineField>
      )}
      {(kind === 'numbers' || kind === 'events' || kind === 'audit') && <NodeField given={query.node ?? ''} onDone={(node) => { change({ node }); }} />}
    </>
  );
}

function NodeField({ given, onDone }: { readonly given: string; readonly onDone: (node: string) => void }): JSX.Element {
  const [written, setWritten] = useState(given);
  return (
    <InlineField label="Node" labelWidth={LABEL} tooltip="A node id, such as container:0123456789ab; empty: all">
      <Input value={written} width={WIDE} placeholder="all" onChange={(event) => { setWritten(event.currentTarget.value); }} onBlur={() => { onDone(written.trim()); }} />
    </InlineField>
  );
}
