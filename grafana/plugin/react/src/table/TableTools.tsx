/** Above the table: how many rows, which columns, and the way out as CSV. */

import type { TopologyNode } from '@promscope/core';
import type { JSX } from 'react';
import { Icon } from '../icon';
import type { App } from '../state/app';
import type { Column } from './columns';
import { csvOf } from './csv';

interface TableToolsProps {
  readonly app: App;
  readonly view: string;
  readonly rows: readonly TopologyNode[];
  readonly all: readonly Column[];
  readonly shown: readonly Column[];
}

export function TableTools({ app, view, rows, all, shown }: TableToolsProps): JSX.Element {
  const toggle = (id: string): void => {
    const visible = all.filter((column) => (column.id === id) !== shown.includes(column));
    app.setHidden(all.filter((column) => !visible.includes(column)).map((column) => column.id));
  };
  return (
    <div className="ps-table-tools">
      <span className="ps-faint" role="status">
        {rows.length} {rows.length === 1 ? 'row' : 'rows'}
      </span>
      <details className="ps-menu">
        <summary className="ps-button">Columns</summary>
        <fieldset className="ps-menu-list">
          <legend className="ps-faint">Columns of {view}</legend>
          {all.slice(1).map((column) => (
            <label key={column.id}>
              <input
                type="checkbox"
                checked={shown.includes(column)}
                onChange={() => {
                  toggle(column.id);
                }}
              />
              {column.label}
            </label>
          ))}
        </fieldset>
      </details>
      <button
        type="button"
        className="ps-button"
        onClick={() => {
          save(csvOf(rows, shown), `${view}.csv`);
        }}
      >
        <Icon name="down" size={13} /> CSV
      </button>
    </div>
  );
}

function save(text: string, name: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: 'text/csv;charset=utf-8' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  URL.revokeObjectURL(url);
}
