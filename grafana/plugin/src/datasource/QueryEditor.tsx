/** What to look at. */

import type { QueryEditorProps } from '@grafana/data';
import { Combobox, InlineField } from '@grafana/ui';
import type { JSX } from 'react';
import { DEFAULT_VIEW, VIEWS, type TopologyDataSource, type TopologyQuery } from './TopologyDataSource';

const OPTIONS = VIEWS.map((view) => ({ value: view, label: view.charAt(0).toUpperCase() + view.slice(1) }));

export function QueryEditor({ query, onChange, onRunQuery }: QueryEditorProps<TopologyDataSource, TopologyQuery>): JSX.Element {
  return (
    <InlineField label="View" labelWidth={12}>
      <Combobox
        value={query.view ?? DEFAULT_VIEW}
        width={26}
        options={OPTIONS}
        onChange={({ value }) => {
          onChange({ ...query, view: value });
          onRunQuery();
        }}
      />
    </InlineField>
  );
}
