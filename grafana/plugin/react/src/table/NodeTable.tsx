/** The same nodes as a table: sortable, walked by keyboard, and only what is in sight is in the page. */

import type { TopologyNode } from '@promscope/core';
import { useEffect, useMemo, useRef, useState, type JSX, type KeyboardEvent } from 'react';
import { Icon } from '../icon';
import type { App } from '../state/app';
import { useTopology } from '../state/hooks';
import type { Sort } from '../state/state';
import { useStore } from '../state/store';
import { StatusChip } from '../status';
import { columnsOf, sorted, type Column } from './columns';
import { TableTools } from './TableTools';

const ROW = 38;
const OVERSCAN = 8;

interface NodeTableProps {
  readonly app: App;
  readonly matched: ReadonlySet<string> | null;
}

export function NodeTable({ app, matched }: NodeTableProps): JSX.Element {
  const view = useStore(app.state, (state) => state.view);
  const sort = useStore(app.state, (state) => state.sort);
  const selected = useStore(app.state, (state) => state.selected);
  const topology = useTopology(app.topology);
  const hidden = useStore(app.state, (state) => state.hidden);
  const all = useMemo(() => columnsOf(view), [view]);
  const columns = useMemo(() => all.filter((column, index) => index === 0 || !hidden.includes(column.id)), [all, hidden]);
  const rows = useMemo(() => {
    const column = columns.find(({ id }) => id === sort.column) ?? columns[0];
    const nodes = [...(topology?.nodes.values() ?? [])].filter((node) => matched === null || matched.has(node.id));
    return column === undefined ? nodes : sorted(nodes, column, sort.descending);
  }, [topology, columns, sort, matched]);
  const picked = useStore(app.state, (state) => state.picked);
  const scroller = useRef<HTMLDivElement>(null);
  const [range, onScroll] = useRange(scroller, rows.length);
  const largest = useMemo(() => largestOf(rows, columns), [rows, columns]);

  const move = (event: KeyboardEvent): void => {
    if (event.key === ' ' && selected !== null) {
      event.preventDefault();
      app.pickNodes([selected], true);
      return;
    }
    const steps: Readonly<Record<string, number>> = { ArrowDown: 1, ArrowUp: -1, PageDown: 15, PageUp: -15 };
    const step = Object.hasOwn(steps, event.key) ? steps[event.key] : undefined;
    if (step === undefined || rows.length === 0) return;
    event.preventDefault();
    const at = rows.findIndex(({ id }) => id === selected);
    const next = Math.min(rows.length - 1, Math.max(0, at + step));
    const row = rows[next];
    if (row === undefined || scroller.current === null) return;
    app.select(row.id);
    const { scrollTop, clientHeight } = scroller.current;
    const top = next * ROW;
    if (top < scrollTop) scroller.current.scrollTop = top;
    else if (top + 2 * ROW > scrollTop + clientHeight) scroller.current.scrollTop = top + 2 * ROW - clientHeight;
  };
  const template = { gridTemplateColumns: ['14px', ...columns.map(({ width }) => width)].join(' ') };
  return (
    <div className="ps-table-place">
      <TableTools app={app} view={view} rows={rows} all={all} shown={columns} />
      <div
        ref={scroller}
        className="ps-table"
        role="grid"
        aria-label={`All ${view}`}
        aria-rowcount={rows.length + 1}
        tabIndex={0}
        aria-activedescendant={selected === null ? undefined : rowId(selected)}
        onScroll={onScroll}
        onKeyDown={move}
      >
        <div className="ps-table-head" role="row" aria-rowindex={1} style={template}>
          <div role="columnheader">
            <input
              type="checkbox"
              aria-label="Pick all rows"
              checked={rows.length > 0 && rows.every(({ id }) => picked.has(id))}
              onChange={(event) => {
                if (event.target.checked) app.pickNodes(rows.map(({ id }) => id), false);
                else app.clearPicked();
              }}
            />
          </div>
          {columns.map((column) => (
            <Header
              key={column.id}
              column={column}
              sort={sort}
              onSort={(next) => {
                app.setSort(next);
              }}
            />
          ))}
        </div>
        <div role="rowgroup" className="ps-table-body" style={{ height: rows.length * ROW }}>
          {rows.slice(range.first, range.last).map((node, offset) => (
            <Row
              key={node.id}
              node={node}
              columns={columns}
              largest={largest}
              index={range.first + offset}
              selected={node.id === selected}
              picked={picked.has(node.id)}
              onPick={() => {
                app.pickNodes([node.id], true);
              }}
              template={template}
              onSelect={() => {
                app.select(node.id);
              }}
            />
          ))}
        </div>
        {rows.length === 0 && topology !== null && <p className="ps-empty">{matched === null ? 'Nothing here yet.' : 'Nothing matches the search.'}</p>}
      </div>
    </div>
  );
}

function Header({ column, sort, onSort }: { readonly column: Column; readonly sort: Sort; readonly onSort: (sort: Sort) => void }): JSX.Element {
  const here = sort.column === column.id;
  return (
    <div role="columnheader" className={column.number === true ? 'ps-number' : undefined} aria-sort={here ? (sort.descending ? 'descending' : 'ascending') : 'none'}>
      <button
        type="button"
        className="ps-sort"
        onClick={() => {
          onSort({ column: column.id, descending: here ? !sort.descending : column.number === true });
        }}
      >
        {column.label}
        {here && <Icon name={sort.descending ? 'down' : 'up'} size={11} />}
      </button>
    </div>
  );
}

interface RowProps {
  readonly node: TopologyNode;
  readonly columns: readonly Column[];
  readonly largest: ReadonlyMap<string, number>;
  readonly index: number;
  readonly selected: boolean;
  readonly picked: boolean;
  readonly onPick: () => void;
  readonly template: { readonly gridTemplateColumns: string };
  readonly onSelect: () => void;
}

function Row({ node, columns, largest, index, selected, picked, onPick, template, onSelect }: RowProps): JSX.Element {
  return (
    <div
      id={rowId(node.id)}
      role="row"
      aria-rowindex={index + 2}
      aria-selected={selected}
      className="ps-row"
      style={{ ...template, transform: `translateY(${index * ROW}px)` }}
      onClick={onSelect}
    >
      <div role="gridcell" className="ps-cell">
        <input
          type="checkbox"
          tabIndex={-1}
          aria-label={`Pick ${node.label}`}
          checked={picked}
          onChange={onPick}
          onClick={(event) => {
            event.stopPropagation();
          }}
        />
      </div>
      {columns.map((column) => (
        <div key={column.id} role="gridcell" className={column.number === true ? 'ps-number ps-cell' : 'ps-cell'} title={column.text(node)}>
          {column.id === 'status' && node.state !== 'outside' ? <StatusChip status={node.status} state={node.state} /> : column.text(node)}
          {column.bar === true && <Bar share={(node.metrics[column.id] ?? 0) / (largest.get(`${node.kind} ${column.id}`) ?? 1)} />}
        </div>
      ))}
    </div>
  );
}

function Bar({ share }: { readonly share: number }): JSX.Element | null {
  return share <= 0.005 ? null : <span className="ps-bar" style={{ width: `${Math.min(100, share * 100)}%` }} aria-hidden="true" />;
}

/** The largest value by kind and column: a host's memory would make every container's bar a dot. */
function largestOf(rows: readonly TopologyNode[], columns: readonly Column[]): Map<string, number> {
  const found = new Map<string, number>();
  for (const { id, bar } of columns) {
    if (bar !== true) continue;
    for (const node of rows) {
      const key = `${node.kind} ${id}`;
      found.set(key, Math.max(found.get(key) ?? 1e-9, node.metrics[id] ?? 0));
    }
  }
  return found;
}

function useRange(scroller: { readonly current: HTMLDivElement | null }, count: number): [{ first: number; last: number }, () => void] {
  const [scroll, setScroll] = useState({ top: 0, height: 800 });
  const read = (): void => {
    const element = scroller.current;
    if (element !== null) setScroll({ top: element.scrollTop, height: element.clientHeight });
  };
  useEffect(() => {
    const element = scroller.current;
    if (element === null) return undefined;
    const observer = new ResizeObserver(() => {
      setScroll({ top: element.scrollTop, height: element.clientHeight });
    });
    observer.observe(element);
    return () => {
      observer.disconnect();
    };
  }, [scroller]);
  const first = Math.max(0, Math.floor(scroll.top / ROW) - OVERSCAN);
  const last = Math.min(count, Math.ceil((scroll.top + scroll.height) / ROW) + OVERSCAN);
  return [{ first, last }, read];
}

function rowId(id: string): string {
  return `row-${id.replace(/[^A-Za-z0-9_-]/g, '_')}`;
}
