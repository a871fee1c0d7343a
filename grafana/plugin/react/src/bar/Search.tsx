/** Search over all views, and the query that filters: hits, completions, and the way there. */

import type { Completion, SearchHit } from '@promscope/core';
import { useEffect, useId, useMemo, useState, type JSX, type KeyboardEvent, type RefObject } from 'react';
import { Icon } from '../icon';
import type { App } from '../state/app';
import { completed } from '../state/completion';
import { LONGEST_QUERY } from '../state/state';
import { useStore } from '../state/store';
import { Choices, type Choice } from './Choices';
import { useCompletions } from './completions';

interface SearchProps {
  readonly app: App;
  readonly input: RefObject<HTMLInputElement | null>;
  readonly onReveal: (id: string, view: string) => void;
}

const SHOWN = 30;
/** Fields and words are offered below the hits, so that Enter still goes to the best one. */
const FIELDS_SHOWN = 5;

export function Search({ app, input, onReveal }: SearchProps): JSX.Element {
  const query = useStore(app.state, (state) => state.query);
  const answer = useStore(app.state, (state) => state.search);
  const filters = useStore(app.state, (state) => state.filters);
  const filter = useStore(app.state, (state) => state.filter);
  const view = useStore(app.state, (state) => state.view);
  const [open, setOpen] = useState(false);
  const [active, setActive] = useState(0);
  const list = useId();
  const shown = open && query.trim() !== '';
  const completions = useCompletions(app, query, shown);
  const choices = useMemo(() => choicesOf(nearestFirst(answer?.hits ?? [], view).slice(0, SHOWN), completions?.options ?? []), [answer, view, completions]);
  useEffect(() => {
    setActive(0);
  }, [answer, completions]);

  const choose = (choice: Choice | undefined): void => {
    if (choice === undefined) return;
    if ('hit' in choice) {
      setOpen(false);
      onReveal(choice.hit.id, choice.hit.view);
    } else if (completions !== null) {
      app.search(completed(query, completions, choice.completion));
      input.current?.focus();
    }
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const steps: Readonly<Record<string, number>> = { ArrowDown: 1, ArrowUp: -1 };
    const step = Object.hasOwn(steps, event.key) ? steps[event.key] : undefined;
    if (step !== undefined && choices.length > 0) {
      event.preventDefault();
      setActive((active + step + choices.length) % choices.length);
      setOpen(true);
    } else if (event.key === 'Enter') choose(choices[active]);
    else if (event.key === 'Escape') {
      event.stopPropagation();
      if (open && query !== '') setOpen(false);
      else {
        app.search(filter);
        input.current?.blur();
      }
    }
  };
  return (
    <div className="ps-search" role="search">
      <Icon name="search" size={16} />
      <input
        ref={input}
        type="text"
        role="combobox"
        value={query}
        maxLength={LONGEST_QUERY}
        placeholder="Search, or ask: image ~ redis and cpu &gt; 40%"
        aria-label="Search"
        aria-keyshortcuts="/"
        aria-expanded={shown}
        aria-controls={list}
        aria-activedescendant={shown && choices.length > 0 ? `${list}-${active}` : undefined}
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
            if (query === filter) app.setFilter('');
            else app.search(filter);
            input.current?.focus();
          }}
        >
          <Icon name="close" size={14} />
        </button>
      )}
      <button
        type="button"
        className="ps-bare ps-filter-switch"
        aria-label="Filters"
        title="Filters"
        aria-pressed={filters}
        onClick={() => {
          app.openFilters(!filters);
        }}
      >
        <Icon name="filter" size={16} />
        {filter !== '' && <span className="ps-filter-dot" aria-hidden="true" />}
      </button>
      {shown && (
        <Choices
          app={app}
          id={list}
          choices={choices}
          active={active}
          onActive={setActive}
          onChoose={choose}
          onFilter={() => {
            setOpen(false);
            app.setFilter(query.trim());
          }}
        />
      )}
    </div>
  );
}

/** Values before the hits, as nothing else can follow; fields and words after them. */
function choicesOf(hits: readonly SearchHit[], completions: readonly Completion[]): readonly Choice[] {
  const values = completions.filter(({ kind }) => kind === 'value' || kind === 'operator').map((completion) => ({ completion }));
  const words = completions.filter(({ kind }) => kind === 'field' || kind === 'keyword').slice(0, FIELDS_SHOWN).map((completion) => ({ completion }));
  return [...values.slice(0, SHOWN), ...hits.map((hit) => ({ hit })), ...words];
}

/** Hits of the view that is looked at come first; otherwise as the API ranks them. */
function nearestFirst(hits: readonly SearchHit[], view: string): SearchHit[] {
  return [...hits.filter((hit) => hit.view === view), ...hits.filter((hit) => hit.view !== view)];
}
