/** What the engine itself says of a container, asked from its probe when this is opened. */

import { useEffect, useState, type JSX } from 'react';
import { copyText } from '../copy';
import { words, type App } from '../state/app';
import { Section } from './Section';

export function Inspection({ app, node }: { readonly app: App; readonly node: string }): JSX.Element {
  const [open, setOpen] = useState(false);
  const [text, setText] = useState('');
  const [problem, setProblem] = useState('');
  useEffect(() => {
    if (!open) return undefined;
    const abort = new AbortController();
    app.client
      .inspection(node, abort.signal)
      .then((answer) => {
        setText(JSON.stringify(answer, null, 2));
        setProblem('');
      })
      .catch((error: unknown) => {
        if (!abort.signal.aborted) setProblem(words(error));
      });
    return () => {
      abort.abort();
    };
  }, [app, node, open]);
  return (
    <Section name="Inspection" onToggle={setOpen}>
      {problem !== '' && <p className="ps-empty">{problem}</p>}
      {text !== '' && (
        <>
          <button
            type="button"
            className="ps-link"
            onClick={() => {
              void copyText(text);
              app.notify('done', 'The inspection is copied.');
            }}
          >
            Copy
          </button>
          <pre className="ps-code" tabIndex={0}>
            {text}
          </pre>
        </>
      )}
      {text === '' && problem === '' && <p className="ps-empty">Asking the engine…</p>}
    </Section>
  );
}
