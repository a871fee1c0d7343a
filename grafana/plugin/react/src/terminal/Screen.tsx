/** One terminal: what its shell shows, and the bar above it. */

import { useEffect, useRef, useState, type JSX } from 'react';
import { Icon } from '../icon';
import type { App } from '../state/app';
import type { Tab } from '../state/terminals';
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
    return emulator.current?.attach(
      (size, handlers) => app.client.openTerminal(node, { ...wish, ...size }, handlers),
      (problem, { exit_code: code }) => {
        app.terminals.ended(key, problem || `The shell ended${typeof code === 'number' ? ` with exit code ${code}` : ''}.`);
      },
    );
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
      {phase === 'asking' && <WishForm key={`${key} ${tab.ending}`} tab={tab} onStart={(chosen) => { app.terminals.start(key, chosen); }} />}
    </div>
  );
}
