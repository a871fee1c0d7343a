/** The live processes of a node, asked from the probe when the panel is opened. */

import { format, type NodeDetails, type ProcessRow } from '@promscope/core';
import type { JSX } from 'react';
import { Section } from './Section';

const SHOWN = 100;
const DEEPEST = 6;

export function Processes({ details }: { readonly details: NodeDetails }): JSX.Element | null {
  const { processes } = details;
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
            <tr key={row.pid} title={row.commandLine}>
              <td className="ps-number">{row.pid}</td>
              <td className={`ps-cut ps-indent-${depth}`}>{row.command}</td>
              <td className="ps-cut">{row.user}</td>
              <td className="ps-number">{format.bytes(row.residentBytes)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {(processes.truncated || rows.length > SHOWN) && <p className="ps-empty">More processes run than are listed here.</p>}
    </Section>
  );
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
