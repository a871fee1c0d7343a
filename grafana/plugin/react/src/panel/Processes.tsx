/** The live processes of a node, asked from the probe when the panel is opened. */

import { format, type NodeDetails, type ProcessRow } from '@promscope/core';
import { Fragment, useState, type JSX } from 'react';
import { Pairs } from './Facts';
import { Section } from './Section';

const SHOWN = 100;
const DEEPEST = 6;

export function Processes({ details }: { readonly details: NodeDetails }): JSX.Element | null {
  const { processes } = details;
  const [open, setOpen] = useState<number | null>(null);
  if (processes === null) return null;
  const rows = ordered(processes.items);
  return (
    <Section name="Processes" count={processes.items.length} open={rows.length <= 12}>
      <table className="ps-mini">
        <thead>
          <tr>
            <th scope="col">Pid</th>
            <th scope="col">Command</th>
            <th scope="col">User</th>
            <th scope="col" className="ps-number">
              Memory
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.slice(0, SHOWN).map(({ row, depth }) => (
            <Fragment key={row.pid}>
              <tr title={row.commandLine}>
                <td className="ps-number">
                  <button
                    type="button"
                    className="ps-process"
                    aria-expanded={open === row.pid}
                    aria-label={`More of process ${row.pid}`}
                    onClick={() => {
                      setOpen(open === row.pid ? null : row.pid);
                    }}
                  >
                    {row.pid}
                  </button>
                </td>
                <td className={`ps-cut ps-indent-${depth}`}>{row.command}</td>
                <td className="ps-cut">{row.user}</td>
                <td className="ps-number">{format.bytes(row.residentBytes)}</td>
              </tr>
              {open === row.pid && (
                <tr className="ps-process-more">
                  <td colSpan={4}>
                    <Pairs rows={more(row)} />
                  </td>
                </tr>
              )}
            </Fragment>
          ))}
        </tbody>
      </table>
      {(processes.truncated || rows.length > SHOWN) && <p className="ps-empty">More processes run than are listed here.</p>}
    </Section>
  );
}

/** What is known of one process beside its line; what is not known is left out. */
function more(row: ProcessRow): (readonly [string, string])[] {
  const { NOT_MEASURED } = format;
  const rows: readonly (readonly [string, string])[] = [
    ['Command line', row.commandLine],
    ['Executable', row.executable],
    ['Working directory', row.workingDirectory],
    ['State', row.state],
    ['Started', row.started === null ? '' : new Date(row.started).toLocaleString()],
    ['CPU time', format.duration(row.cpuSeconds)],
    ['Threads', format.count(row.threads)],
    ['Open files', format.count(row.openFds)],
    ['Read from storage', format.bytes(row.readBytes)],
    ['Written to storage', format.bytes(row.writtenBytes)],
  ];
  return rows.filter(([, value]) => value !== '' && value !== NOT_MEASURED);
}

/** Children after their parents, with how deep they are. */
function ordered(items: readonly ProcessRow[]): { row: ProcessRow; depth: number }[] {
  const pids = new Set(items.map(({ pid }) => pid));
  const children = new Map<number, ProcessRow[]>();
  for (const row of items) {
    const parent = pids.has(row.parent) && row.parent !== row.pid ? row.parent : 0;
    children.set(parent, [...(children.get(parent) ?? []), row]);
  }
  const found: { row: ProcessRow; depth: number }[] = [];
  const visit = (parent: number, depth: number): void => {
    for (const row of children.get(parent) ?? []) {
      found.push({ row, depth: Math.min(depth, DEEPEST) });
      if (found.length <= items.length) visit(row.pid, depth + 1);
    }
  };
  visit(0, 0);
  return found;
}
