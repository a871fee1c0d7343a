/** The connections of a node one by one, asked from its probe while this is open. */

import { format, type LiveConnection } from '@promscope/core';
import { useEffect, useState, type JSX } from 'react';
import type { App } from '../state/app';
import { Section } from './Section';

const SHOWN = 100;
const EVERY_MS = 5000;

export function LiveConnections({ app, node }: { readonly app: App; readonly node: string }): JSX.Element {
  const [open, setOpen] = useState(false);
  const [rows, setRows] = useState<readonly LiveConnection[] | null>(null);
  const [problem, setProblem] = useState('');
  useEffect(() => {
    if (!open) return undefined;
    const abort = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const load = async (): Promise<void> => {
      try {
        setRows(await app.client.liveConnections(node, abort.signal));
        setProblem('');
      } catch (error) {
        if (abort.signal.aborted) return;
        setProblem(error instanceof Error ? error.message : String(error));
      }
      timer = setTimeout(() => void load(), EVERY_MS);
    };
    void load();
    return () => {
      abort.abort();
      clearTimeout(timer);
    };
  }, [app, node, open]);
  return (
    <Section name="Live connections" onToggle={setOpen} {...(rows === null ? {} : { count: rows.length })}>
      {problem !== '' && <p className="ps-empty">{problem}</p>}
      {rows !== null && rows.length === 0 && <p className="ps-empty">There are none just now.</p>}
      {rows !== null && rows.length > 0 && <Table rows={rows} />}
    </Section>
  );
}

function Table({ rows }: { readonly rows: readonly LiveConnection[] }): JSX.Element {
  return (
    <>
      <table className="ps-mini">
        <thead>
          <tr>
            <th scope="col">Process</th>
            <th scope="col">Peer</th>
            <th scope="col" className="ps-number">
              Sent
            </th>
            <th scope="col" className="ps-number">
              Received
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.slice(0, SHOWN).map((row) => (
            <tr key={`${row.protocol} ${row.local} ${row.remote}`} title={explain(row)}>
              <td className="ps-cut">{row.process || '?'}</td>
              <td className="ps-cut">{`${row.remote} ${row.protocol}`}</td>
              <td className="ps-number">{format.bytes(row.sent)}</td>
              <td className="ps-number">{format.bytes(row.received)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {rows.length > SHOWN && <p className="ps-empty">More connections are open than are listed here.</p>}
    </>
  );
}

function explain(row: LiveConnection): string {
  const words = [`${row.local} → ${row.remote}`, `${row.protocol} ${row.state}`];
  if (row.pid !== null && row.pid > 0) words.push(`pid ${row.pid}`);
  if (row.retransmits !== null) words.push(`${row.retransmits} retransmits`);
  if (row.rttSeconds !== null) words.push(`RTT ${format.duration(row.rttSeconds)}`);
  return words.join('\n');
}
