/** Search over all views: hits with what matched, counts per view, and the way there. */

import type { SearchHit } from '@promscope/core';
import { useEffect, useId, useMemo, useState, type JSX, type KeyboardEvent, type RefObject } from 'react';
import { Icon } from '../icon';
import { kindWord } from '../kind';
import type { App } from '../state/app';
import { useStore } from '../state/store';

interface SearchProps {
  readonly app: App;
  readonly input: RefObject<HTMLInputElement | null>;
  readonly onReveal: (id: string, view: string) => void;
}

const SHOWN = 30;

export function Search({ app, input, onReveal }: SearchProps): JSX.Element {
  const query = useStore(app.state, (state) => state.query);
  const answer = useStore(app.state, (state) => state.search);
  const searching = useStore(app.state, (state) => state.searching);
  const problem = useStore(app.state, (state) => state.searchProblem);
  const [open, setOpen] = useState(false);
  const [active, setActive] = useState(0);
  const list = useId();
  const view = useStore(app.state, (state) => state.view);
  const hits = useMemo(() => nearestFirst(answer?.hits ?? [], view).slice(0, SHOWN), [answer, view]);
  useEffect(() => {
    setActive(0);
  }, [answer]);

  const choose = (hit: SearchHit | undefined): void => {
    if (hit === undefined) return;
    setOpen(false);
    onReveal(hit.id, hit.view);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const steps: Readonly<Record<string, number>> = { ArrowDown: 1, ArrowUp: -1 };
    const step = Object.hasOwn(steps, event.key) ? steps[event.key] : undefined;
    if (step !== undefined && hits.length > 0) {
      event.preventDefault();
      setActive((active + step + hits.length) % hits.length);
      setOpen(true);
    } else if (event.key === 'Enter') choose(hits[active]);
    else if (event.key === 'Escape') {
      event.stopPropagation();
      if (open && query !== '') setOpen(false);
      else {
        app.search('');
        input.current?.blur();
      }
    }
  };
  const shown = open && query.trim() !== '';
  return (
    <div className="ps-search" role="search">
      <Icon name="search" size={16} />
      <input
        ref={input}
        type="text"
        role="combobox"
        value={query}
        maxLength={200}
        placeholder="Search, or ask: image ~ redis and cpu &gt; 40%"
        aria-label="Search"
        aria-keyshortcuts="/"
        aria-expanded={shown}
        aria-controls={list}
        aria-activedescendant={shown && hits.length > 0 ? `${list}-${active}` : undefined}
        autoComplete="off"
        spellCheck={false}
        onChange={(event) => {
          setOpen(true);
          app.search(event.target.value);
        }}
        onFocus={() => {
          setOpen(true);
        }}
        onBlur={() => {
          setOpen(false);
        }}
        onKeyDown={onKeyDown}
      />
      {query === '' ? (
        <kbd className="ps-wide" aria-hidden="true">
          /
        </kbd>
      ) : (
        <button
          type="button"
          className="ps-bare"
          aria-label="Clear the search"
          onClick={() => {
            app.search('');
            input.current?.focus();
          }}
        >
          <Icon name="close" size={14} />
        </button>
      )}
      {shown && (
        // Choosing must not take the focus away first: the list would be gone before the click.
        <div
          className="ps-hits"
          onMouseDown={(event) => {
            event.preventDefault();
          }}
        >
          <Counts app={app} />
          <ul id={list} role="listbox" aria-label="Hits">
            {hits.map((hit, index) => (
              <li
                key={`${hit.view} ${hit.id}`}
                id={`${list}-${index}`}
                role="option"
                aria-selected={index === active}
                className="ps-hit"
                onMouseMove={() => {
                  setActive(index);
                }}
                onClick={() => {
                  choose(hit);
                }}
              >
                <span className="ps-hit-name">{hit.label}</span>
                <span className="ps-faint">{kindWord(hit.kind)}</span>
                {hit.value !== '' && hit.value !== hit.label && (
                  <span className="ps-hit-why">
                    {hit.field}: {hit.value.slice(0, 120)}
                  </span>
                )}
              </li>
            ))}
          </ul>
          {hits.length === 0 && <p className="ps-empty" role="status">{searching ? 'Searching…' : problem !== '' ? problem : 'Nothing matches.'}</p>}
          {answer !== null && answer.total > hits.length && <p className="ps-empty">+{answer.total - hits.length} more: type on to narrow it down.</p>}
          {hits.length > 0 && (
            <button
              type="button"
              className="ps-link ps-only"
              onClick={() => {
                setOpen(false);
                app.setFilter(query.trim());
                app.search('');
              }}
            >
              Show only what matches
            </button>
          )}
        </div>
      )}
    </div>
  );
}

/** Hits of the view that is looked at come first; otherwise as the API ranks them. */
function nearestFirst(hits: readonly SearchHit[], view: string): SearchHit[] {
  return [...hits.filter((hit) => hit.view === view), ...hits.filter((hit) => hit.view !== view)];
}

function Counts({ app }: { readonly app: App }): JSX.Element | null {
  const answer = useStore(app.state, (state) => state.search);
  const views = useStore(app.state, (state) => state.overview?.views ?? []);
  const current = useStore(app.state, (state) => state.view);
  if (answer === null || answer.total === 0) return null;
  return (
    <div className="ps-hit-counts">
      {views
        .filter(({ id }) => Object.hasOwn(answer.byView, id))
        .map(({ id, label }) => (
          <button
            key={id}
            type="button"
            className="ps-chip"
            aria-pressed={id === current}
            onClick={() => {
              app.selectView(id);
            }}
          >
            {label} {answer.byView[id]}
          </button>
        ))}
    </div>
  );
}
