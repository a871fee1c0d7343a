/** The beginning of one file, as text or byte by byte. */

import { format, hexOf, textOf } from '@promscope/core';
import { useCallback, useState, type JSX } from 'react';
import { Dialog } from '../dialog/Dialog';
import type { App } from '../state/app';
import { useAnswer } from '../state/hooks';

const MOST_BYTES = 256 * 1024;
/** Byte by byte it takes five times the room. */
const MOST_HEX = 32 * 1024;

interface FileViewProps {
  readonly app: App;
  readonly node: string;
  readonly path: string;
  readonly onClose: () => void;
}

export function FileView({ app, node, path, onClose }: FileViewProps): JSX.Element {
  const [wanted, setWanted] = useState<'text' | 'hex' | null>(null);
  const ask = useCallback((signal: AbortSignal) => app.client.fileContent(node, path, MOST_BYTES, signal), [app, node, path]);
  const { value, problem } = useAnswer(ask);
  const text = value === null ? null : textOf(value);
  const as = wanted ?? (text === null ? 'hex' : 'text');
  const cut = value !== null && (value.cut || (as === 'hex' && value.bytes.length > MOST_HEX));
  return (
    <Dialog label={`File ${path}`} onClose={onClose}>
      <h2 dir="auto">{path}</h2>
      {problem !== '' && <p className="ps-problem">{problem}</p>}
      {value === null && problem === '' && <p>Reading…</p>}
      {value?.bytes.length === 0 && <p>It is empty.</p>}
      {value !== null && value.bytes.length > 0 && (
        <pre className="ps-code ps-file" tabIndex={0} data-as={as}>
          {as === 'hex' ? hexOf(value.bytes.subarray(0, MOST_HEX)) : (text ?? new TextDecoder().decode(value.bytes))}
        </pre>
      )}
      {cut && <p>This is the beginning, {format.bytes(as === 'hex' ? MOST_HEX : MOST_BYTES)} of it; download has the whole.</p>}
      <div className="ps-dialog-buttons">
        <button
          type="button"
          className="ps-button"
          aria-pressed={as === 'hex'}
          onClick={() => {
            setWanted(as === 'hex' ? 'text' : 'hex');
          }}
        >
          Bytes
        </button>
        <a className="ps-button" href={app.client.fileAddress(node, path, 'content')} download>
          Download
        </a>
        <button type="button" className="ps-button" onClick={onClose}>
          Close
        </button>
      </div>
    </Dialog>
  );
}
