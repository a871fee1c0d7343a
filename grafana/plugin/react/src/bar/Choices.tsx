/** What drops down below the search: hits with what matched, completions, counts, mistakes. */

import type { Completion, SearchHit } from '@promscope/core';
import type { JSX } from 'react';
import { kindWord } from '../kind';
import type { App } from '../state/app';
import { useStore } from '../state/store';

export type Choice = { readonly hit: SearchHit } | { readonly completion: Completion };

interface ChoicesProps {
  readonly app: App;
  readonly id: string;
  readonly choices: readonly Choice[];
  readonly active: number;
  readonly onActive: (index: number) => void;
  readonly onChoose: (choice: Choice) => void;
  readonly onFilter: () => void;
}

export function Choices({ app, id, choices, active, onActive, onChoose, onFilter }: ChoicesProps): JSX.Element {
  const answer = useStore(app.state, (state) => state.search);
  const searching = useStore(app.state, (state) => state.searching);
  const problem = useStore(app.state, (state) => state.searchProblem);
  const query = useStore(app.state, (state) => state.query);
  const hits = choices.filter((choice) => 'hit' in choice).length;
  return (
    // Choosing must not take the focus away first: the list would be gone before the click.
    <div
      className="ps-hits"
      onMouseDown={(event) => {
        event.preventDefault();
      }}
    >
      <Counts app={app} />
      <ul id={id} role="listbox" aria-label="Hits">
        {choices.map((choice, index) => (
          <li
            key={'hit' in choice ? `${choice.hit.view} ${choice.hit.id}` : `word ${choice.completion.text}`}
            id={`${id}-${index}`}
            role="option"
            aria-selected={index === active}
            className="ps-hit"
            onMouseMove={() => {
              onActive(index);
            }}
            onClick={() => {
              onChoose(choice);
            }}
          >
            {'hit' in choice ? <Hit hit={choice.hit} /> : <Word completion={choice.completion} />}
          </li>
        ))}
      </ul>
      {problem !== '' && !searching && <Mistake query={query} problem={problem} />}
      {hits === 0 && problem === '' && (
        <p className="ps-empty" role="status">
          {searching ? 'Searching…' : 'Nothing matches.'}
        </p>
      )}
      {answer !== null && answer.total > hits && <p className="ps-empty">+{answer.total - hits} more: type on to narrow it down.</p>}
      {hits > 0 && (
        <button type="button" className="ps-link ps-only" onClick={onFilter}>
          Show only what matches
        </button>
      )}
    </div>
  );
}

function Hit({ hit }: { readonly hit: SearchHit }): JSX.Element {
  return (
    <>
      <span className="ps-hit-name">{hit.label}</span>
      <span className="ps-faint">{kindWord(hit.kind)}</span>
      {hit.value !== '' && hit.value !== hit.label && (
        <span className="ps-hit-why">
          {hit.field}: {hit.value.slice(0, 120)}
        </span>
      )}
    </>
  );
}

function Word({ completion: { text, detail } }: { readonly completion: Completion }): JSX.Element {
  return (
    <>
      <code className="ps-hit-name">{text}</code>
      <span className="ps-faint">{detail}</span>
    </>
  );
}

/** The query with the place of its mistake, which the API counts from 1, and what to write instead. */
function Mistake({ query, problem }: { readonly query: string; readonly problem: string }): JSX.Element {
  const column = Number(/^Column (\d+):/.exec(problem)?.[1] ?? 0);
  return (
    <div className="ps-mistake" role="status">
      {column > 0 && (
        <code dir="ltr">
          {query.slice(Math.max(0, column - 25), column - 1)}
          <mark>{query.slice(column - 1, column) || ' '}</mark>
          {query.slice(column, column + 24)}
        </code>
      )}
      <p className="ps-empty">{problem}</p>
    </div>
  );
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
