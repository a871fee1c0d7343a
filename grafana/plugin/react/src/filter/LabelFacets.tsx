/** Container labels to filter by: first the label, then its values, as the API knows them. */

import { type Query, type Tallied } from '@promscope/core';
import { useEffect, useState, type JSX } from 'react';
import type { App } from '../state/app';
import { valueOf } from '../state/completion';
import { FacetValues } from './FacetValues';

interface LabelFacetsProps {
  readonly app: App;
  readonly query: Query;
  readonly onChoose: (field: string, value: string, chosen: boolean) => void;
}

const PREFIX = 'label.';

export function LabelFacets({ app, query, onChoose }: LabelFacetsProps): JSX.Element {
  const used = [...query.facets.keys()].filter((field) => field.startsWith(PREFIX));
  const [picked, setPicked] = useState('');
  const names = useOptions(app, PREFIX).map(({ value }) => value).filter((name) => name.startsWith(PREFIX) && name !== PREFIX);
  const fields = [...new Set([...used, ...(picked === '' ? [] : [picked])])];
  const left = names.filter((name) => !fields.includes(name));
  return (
    <>
      {fields.map((field) => (
        <LabelValues key={field} app={app} field={field} chosen={query.facets.get(field) ?? []} onChoose={onChoose} />
      ))}
      {left.length > 0 ? (
        <select
          className="ps-select"
          aria-label="Label"
          value=""
          onChange={(event) => {
            setPicked(event.target.value);
          }}
        >
          <option value="" disabled>
            Choose a label…
          </option>
          {left.map((name) => (
            <option key={name} value={name}>
              {name.slice(PREFIX.length)}
            </option>
          ))}
        </select>
      ) : (
        fields.length === 0 && <p className="ps-empty">No labels are known.</p>
      )}
    </>
  );
}

function LabelValues({ app, field, chosen, onChoose }: { readonly app: App; readonly field: string; readonly chosen: readonly string[]; readonly onChoose: LabelFacetsProps['onChoose'] }): JSX.Element {
  const known = useOptions(app, `${field} = `);
  const missing = chosen.filter((value) => !known.some((one) => one.value === value)).map((value) => ({ value, count: 0 }));
  return (
    <div className="ps-facet-label">
      <h4 className="ps-cut" title={field}>
        {field.slice(PREFIX.length)}
      </h4>
      <FacetValues
        field={field}
        label={field}
        values={[...known, ...missing]}
        chosen={chosen}
        onChoose={(value, on) => {
          onChoose(field, value, on);
        }}
      />
    </div>
  );
}

/** What the API would complete a text with, as values and how often each is there. */
function useOptions(app: App, text: string): readonly Tallied[] {
  const [options, setOptions] = useState<readonly Tallied[]>([]);
  useEffect(() => {
    const abort = new AbortController();
    app.client
      .completions(text, text.length, abort.signal)
      .then((answer) => {
        setOptions(answer.options.map((option) => ({ value: valueOf(option), count: Number.parseInt(option.detail, 10) || 0 })));
      })
      .catch(() => undefined);
    return () => {
      abort.abort();
    };
  }, [app, text]);
  return options;
}
