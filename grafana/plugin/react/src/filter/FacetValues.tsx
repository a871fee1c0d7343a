/** The values of one field to tick, with how many have each. */

import type { Status, Tallied } from '@promscope/core';
import { useState, type JSX } from 'react';
import { kindWord } from '../kind';
import { StatusMark } from '../status';

interface FacetValuesProps {
  readonly field: string;
  readonly label: string;
  readonly values: readonly Tallied[];
  readonly chosen: readonly string[];
  readonly onChoose: (value: string, chosen: boolean) => void;
}

const SHOWN = 6;
const STATUSES: readonly Status[] = ['healthy', 'warning', 'critical', 'unknown'];

export function FacetValues({ field, label, values, chosen, onChoose }: FacetValuesProps): JSX.Element {
  const [all, setAll] = useState(false);
  const shown = all ? values : values.filter(({ value }, index) => index < SHOWN || chosen.includes(value));
  return (
    <fieldset className="ps-facet" aria-label={label}>
      {shown.map(({ value, count }) => (
        <label key={value} className="ps-facet-value">
          <input
            type="checkbox"
            checked={chosen.includes(value)}
            onChange={(event) => {
              onChoose(value, event.target.checked);
            }}
          />
          {field === 'status' && <Mark value={value} />}
          <span className="ps-cut" title={value}>
            {field === 'kind' ? kindWord(value) : value}
          </span>
          <span className="ps-count">{count}</span>
        </label>
      ))}
      {shown.length < values.length && (
        <button
          type="button"
          className="ps-link"
          onClick={() => {
            setAll(true);
          }}
        >
          {values.length - shown.length} more
        </button>
      )}
    </fieldset>
  );
}

function Mark({ value }: { readonly value: string }): JSX.Element | null {
  const status = STATUSES.find((one) => one === value);
  return status === undefined ? null : <StatusMark status={status} />;
}
