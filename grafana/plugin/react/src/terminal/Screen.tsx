/** One terminal: what its shell shows, and the bar above it. */

import { useEffect, useRef, useState, type JSX } from 'react';
import { Icon } from '../icon';
import type { App } from '../state/app';
import { KEEP_SECONDS, type Tab } from '../state/terminals';
import { Emulator } from './emulator';
import { WishForm } from './WishForm';

interface ScreenProps {
  readonly app: App;
  readonly tab: Tab;
  readonly shown: boolean;
  readonly letters: number;
}

export function Screen({ app, tab, shown, letters }: ScreenProps): JSX.Element {
  const { key, node, wish, phase } = tab;
  const box = useRef<HTMLDivElement>(null);
  const field = useRef<HTMLInputElement>(null);
  const emulator = useRef<Emulator | null>(null);
  const [search, setSearch] = useState('');
  const [missed, setMissed] = useState(false);
  useEffect(() => {
    if (box.current === null) return undefined;
    const made = new Emulator(box.current, app.terminals.state.get().letters, () => field.current?.focus());
    emulator.current = made;
    return () => {
      made.dispose();
    };
  }, [app]);
  useEffect(() => {
    emulator.current?.enlarge(letters);
  }, [letters]);
  useEffect(() => {
    if (shown) emulator.current?.focus();
  }, [shown]);
  useEffect(() => {
    if (phase !== 'running') return undefined;
    // The session of this moment: the one that is told later belongs to the shell that runs already.
    const { session } = app.terminals.state.get().tabs.find((one) => one.key === key) ?? { session: '' };
    return emulator.current?.attach((size, handlers) => app.client.openTerminal(node, session === '' ? { type: 'exec', wish: { ...wish, ...size }, keep_seconds: KEEP_SECONDS } : { type: 'reattach', session }, handlers), {
      onOpened: (opened) => {
        app.terminals.opened(key, opened.session);
      },
      onEnd: ({ problem, details: { exit_code: code }, lost }) => {
        if (lost) app.terminals.lost(key, problem);
        else app.terminals.ended(key, problem || `The shell ended${typeof code === 'number' ? ` with exit code ${code}` : ''}.`);
      },
    });
  }, [app, key, node, wish, phase]);
  const find = (text: string, backwards = false): void => {
    setMissed(text !== '' && emulator.current?.find(text, backwards) === false);
  };
  return (
    <div className="ps-terminal" hidden={!shown} role="group" aria-label={`Terminal in ${tab.name}`}>
      <div className="ps-terminal-tools" role="toolbar" aria-label="Terminal">
        <input
          ref={field}
          type="search"
          className="ps-logs-search"
          placeholder="Search (Ctrl+Shift+F)"
          aria-label="Search the terminal"
          value={search}
          maxLength={200}
          onChange={({ target }) => {
            setSearch(target.value);
            find(target.value, true);
          }}
          onKeyDown={(event) => {
            if (event.key === 'Enter') find(search, !event.shiftKey);
            else if (event.key === 'Escape') emulator.current?.focus();
            else return;
            event.preventDefault();
            event.stopPropagation();
          }}
        />
        <span className="ps-faint" role="status">
          {missed && 'not found'}
        </span>
        <button type="button" className="ps-button" title="Ctrl+Shift+C" onClick={() => emulator.current?.copy()}>
          Copy
        </button>
        <button
          type="button"
          className="ps-button ps-icon-button"
          aria-label="Smaller letters"
          onClick={() => {
            app.terminals.enlarge(-1);
          }}
        >
          <Icon name="minus" size={14} />
        </button>
        <button
          type="button"
          className="ps-button ps-icon-button"
          aria-label="Larger letters"
          onClick={() => {
            app.terminals.enlarge(1);
          }}
        >
          <Icon name="plus" size={14} />
        </button>
      </div>
      <div ref={box} className="ps-terminal-screen" />
      {phase === 'lost' && (
        <p className="ps-terminal-wish" role="alert">
          The connection was lost; the shell runs on, and is come back to.
        </p>
      )}
      {phase === 'asking' && (
        <WishForm
          key={`${key} ${tab.ending}`}
          tab={tab}
          onStart={(chosen) => {
            app.terminals.start(key, chosen);
          }}
        />
      )}
    </div>
  );
}
