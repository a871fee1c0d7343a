/** What a container changed of its image's files, asked from its engine when this is opened. */

import { useCallback, useState, type JSX } from 'react';
import type { App } from '../state/app';
import { useAnswer } from '../state/hooks';
import { Section } from './Section';

const SIGNS = { added: '+', modified: '~', deleted: '−' };

export function ChangedFiles({ app, node }: { readonly app: App; readonly node: string }): JSX.Element {
  const [open, setOpen] = useState(false);
  const ask = useCallback((signal: AbortSignal) => app.client.changedFiles(node, signal), [app, node]);
  const { value, problem } = useAnswer(open ? ask : null);
  return (
    <Section name="Changed files" onToggle={setOpen}>
      {problem !== '' && <p className="ps-empty">{problem}</p>}
      {value === null && problem === '' && <p className="ps-empty">Asking the engine…</p>}
      {value?.changes.length === 0 && <p className="ps-empty">It has the files of its image.</p>}
      {value !== null && value.changes.length > 0 && (
        <ul className="ps-code ps-files" tabIndex={0} aria-label="Changed files">
          {value.changes.map(({ path, kind }) => (
            <li key={path} data-change={kind} title={kind}>
              <span aria-label={kind}>{SIGNS[kind]}</span> <span dir="auto">{path}</span>
            </li>
          ))}
        </ul>
      )}
      {value?.truncated === true && <p className="ps-empty">There are more.</p>}
    </Section>
  );
}
