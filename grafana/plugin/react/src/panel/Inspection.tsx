/** What the engine itself says of a container, asked from its probe when this is opened: a tree. */

import { tree, type Branch } from '@promscope/core';
import { useCallback, useMemo, useState, type JSX } from 'react';
import { copyText } from '../copy';
import type { App } from '../state/app';
import { useAnswer } from '../state/hooks';
import { Section } from './Section';

export function Inspection({ app, node }: { readonly app: App; readonly node: string }): JSX.Element {
  const [open, setOpen] = useState(false);
  const [search, setSearch] = useState('');
  const ask = useCallback((signal: AbortSignal) => app.client.inspection(node, signal), [app, node]);
  const { value, problem } = useAnswer(open ? ask : null);
  const branches = useMemo(() => tree(value, search), [value, search]);
  return (
    <Section name="Inspection" onToggle={setOpen}>
      {problem !== '' && <p className="ps-empty">{problem}</p>}
      {value === null && problem === '' && <p className="ps-empty">Asking the engine…</p>}
      {value !== null && (
        <>
          <div className="ps-files-bar">
            <input
              type="search"
              className="ps-logs-search"
              placeholder="Search names and values"
              aria-label="Search the inspection"
              value={search}
              maxLength={200}
              onChange={({ target }) => {
                setSearch(target.value);
              }}
            />
            <button
              type="button"
              className="ps-link"
              onClick={() => {
                void copyText(JSON.stringify(value, null, 2));
                app.notify('done', 'The inspection is copied.');
              }}
            >
              Copy
            </button>
          </div>
          {branches.length === 0 && <p className="ps-empty">Nothing in it is like that.</p>}
          <div className="ps-code ps-tree" tabIndex={0} role="group" aria-label="Inspection">
            <Branches key={search} branches={branches} open={search !== ''} />
          </div>
        </>
      )}
    </Section>
  );
}

function Branches({ branches, open }: { readonly branches: readonly Branch[]; readonly open: boolean }): JSX.Element {
  return (
    <ul>
      {branches.map(({ name, value, branches: below }) => (
        <li key={name}>
          {value === null ? (
            <details open={open}>
              <summary>
                {name} <span className="ps-faint">{below.length}</span>
              </summary>
              <Branches branches={below} open={open} />
            </details>
          ) : (
            <>
              <span className="ps-faint">{name}</span> <span dir="auto">{value}</span>
            </>
          )}
        </li>
      ))}
    </ul>
  );
}
