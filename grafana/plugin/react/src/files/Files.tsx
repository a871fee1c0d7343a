/** The files of a container: folders are walked through, files looked at and downloaded. */

import { format, joined, type FileEntry } from '@promscope/core';
import { useCallback, useState, type JSX } from 'react';
import type { App } from '../state/app';
import { useAnswer } from '../state/hooks';
import { FileView } from './FileView';

export default function Files({ app, node }: { readonly app: App; readonly node: string }): JSX.Element {
  const [path, setPath] = useState('/');
  const [viewed, setViewed] = useState<string | null>(null);
  const ask = useCallback((signal: AbortSignal) => app.client.folder(node, path, signal), [app, node, path]);
  const { value, problem } = useAnswer(ask);
  const open = ({ name, kind, target }: FileEntry): void => {
    if (kind === 'directory') setPath(joined(path, name));
    else if (kind === 'link') setPath(joined(path, target));
    else setViewed(joined(path, name));
  };
  return (
    <>
      <nav className="ps-files-bar" aria-label="Folder">
        <Way path={path} onGo={setPath} />
        <a className="ps-link" href={app.client.fileAddress(node, path, 'archive')} download>
          Download as tar
        </a>
      </nav>
      {problem !== '' && (
        <p className="ps-empty" role="alert">
          {problem}
        </p>
      )}
      {value === null && problem === '' && <p className="ps-empty">Asking the engine…</p>}
      {value?.entries.length === 0 && <p className="ps-empty">This folder is empty.</p>}
      {value !== null && value.entries.length > 0 && (
        <ul className="ps-code ps-files" tabIndex={0} aria-label={`Files in ${path}`}>
          {value.entries.map((entry) => (
            <Row
              key={entry.name}
              entry={entry}
              address={entry.kind === 'file' ? app.client.fileAddress(node, joined(path, entry.name), 'content') : ''}
              onOpen={() => {
                open(entry);
              }}
            />
          ))}
        </ul>
      )}
      {value?.truncated === true && <p className="ps-empty">There may be more: this folder is too large to be looked through.</p>}
      {viewed !== null && (
        <FileView
          app={app}
          node={node}
          path={viewed}
          onClose={() => {
            setViewed(null);
          }}
        />
      )}
    </>
  );
}

interface RowProps {
  readonly entry: FileEntry;
  readonly address: string;
  readonly onOpen: () => void;
}

function Row({ entry: { name, kind, size, mode, modified, owner, target }, address, onOpen }: RowProps): JSX.Element {
  const when = modified === null ? '' : new Date(modified).toLocaleString();
  return (
    <li title={`${mode} ${owner} ${when}`}>
      {kind === 'file' || kind === 'directory' || kind === 'link' ? (
        <button type="button" className="ps-link" dir="auto" onClick={onOpen}>
          {name}
          {kind === 'directory' && '/'}
        </button>
      ) : (
        <span dir="auto">{name}</span>
      )}
      <span className="ps-faint ps-cut" dir="auto">
        {kind === 'link' ? `→ ${target}` : kind === 'file' ? format.bytes(size) : kind === 'directory' ? '' : kind}
      </span>
      {address !== '' && (
        <a className="ps-link" href={address} download aria-label={`Download ${name}`}>
          ↓
        </a>
      )}
    </li>
  );
}

/** The way to a folder; each step leads there. */
function Way({ path, onGo }: { readonly path: string; readonly onGo: (path: string) => void }): JSX.Element {
  const steps = path.split('/').filter(Boolean);
  return (
    <span className="ps-files-way" dir="ltr">
      {['', ...steps].map((step, at) => (
        <button
          key={at}
          type="button"
          className="ps-link"
          aria-current={at === steps.length ? 'location' : undefined}
          onClick={() => {
            onGo(`/${steps.slice(0, at).join('/')}`);
          }}
        >
          {step}/
        </button>
      ))}
    </span>
  );
}
