/** The panel at the left: what can be chosen, writing the one query that is the search's too. */

import { AMOUNTS, readQuery, withThreshold, withValue, type Query } from '@promscope/core';
import { useMemo, type JSX } from 'react';
import { Icon } from '../icon';
import { Section } from '../panel/Section';
import type { App } from '../state/app';
import { useStore } from '../state/store';
import { useWholeView } from '../state/whole';
import { FacetValues } from './FacetValues';
import { FIELDS, offered } from './fields';
import { LabelFacets } from './LabelFacets';
import { SavedFilters } from './SavedFilters';
import { Threshold } from './Threshold';

const METRICS: readonly { readonly id: string; readonly label: string }[] = [
  { id: 'cpu', label: 'CPU' },
  { id: 'memory', label: 'Memory' },
  { id: 'connections', label: 'Connections' },
  { id: 'network_receive', label: 'Received' },
  { id: 'network_transmit', label: 'Sent' },
];

export function Filters({ app }: { readonly app: App }): JSX.Element | null {
  const open = useStore(app.state, (state) => state.filters);
  return open ? <Panel app={app} /> : null;
}

function Panel({ app }: { readonly app: App }): JSX.Element {
  const filter = useStore(app.state, (state) => state.filter);
  const query = useMemo(() => readQuery(filter), [filter]);
  return (
    <aside className="ps-filters" aria-label="Filters">
      <header className="ps-filters-head">
        <h2>Filters</h2>
        {filter !== '' && (
          <button
            type="button"
            className="ps-link"
            onClick={() => {
              app.setFilter('');
            }}
          >
            Clear
          </button>
        )}
        <button
          type="button"
          className="ps-button ps-icon-button"
          aria-label="Close the filters"
          onClick={() => {
            app.openFilters(false);
          }}
        >
          <Icon name="close" size={16} />
        </button>
      </header>
      {filter !== '' && <p className="ps-filters-query" aria-label="The query">{filter}</p>}
      <Choices app={app} filter={filter} query={query} />
      <Section name="Saved" open>
        <SavedFilters app={app} />
      </Section>
    </aside>
  );
}

function Choices({ app, filter, query }: { readonly app: App; readonly filter: string; readonly query: Query }): JSX.Element {
  const nodes = useWholeView(app);
  const choose = (field: string, value: string, chosen: boolean): void => {
    app.setFilter(withValue(filter, field, value, chosen));
  };
  return (
    <>
      {FIELDS.map(({ id, label, open }) => {
        const chosen = query.facets.get(id) ?? [];
        const values = offered(nodes, id, chosen);
        if (values.length < 2 && chosen.length === 0) return null;
        return (
          <Section key={id} name={label} open={open || chosen.length > 0}>
            <FacetValues
              field={id}
              label={label}
              values={values}
              chosen={chosen}
              onChoose={(value, on) => {
                choose(id, value, on);
              }}
            />
          </Section>
        );
      })}
      <Section name="Labels" open={[...query.facets.keys()].some((field) => field.startsWith('label.'))}>
        <LabelFacets app={app} query={query} onChoose={choose} />
      </Section>
      <Section name="At least" open>
        {METRICS.map(({ id, label }) => {
          const unit = AMOUNTS[id];
          return unit === undefined ? null : (
            <Threshold
              key={id}
              label={label}
              metric={id}
              unit={unit}
              nodes={nodes}
              amount={query.thresholds.get(id) ?? 0}
              onAmount={(amount) => {
                app.setFilter(withThreshold(filter, id, amount));
              }}
            />
          );
        })}
      </Section>
    </>
  );
}
