/** Saved filters and what may follow in a query, from the wire to the page. */

import { instant, list, number, object, text } from '../model/decode';

export interface SavedFilter {
  readonly id: string;
  readonly name: string;
  readonly view: string;
  readonly query: string;
  readonly owner: string;
  /** Milliseconds. */
  readonly created: number | null;
}

export interface Completion {
  readonly text: string;
  readonly kind: string;
  readonly detail: string;
}

/** Each option stands in for the characters from `start` to `end`. */
export interface Completions {
  readonly start: number;
  readonly end: number;
  readonly options: readonly Completion[];
}

export function decodeSavedFilter(value: unknown): SavedFilter {
  const raw = object(value);
  return {
    id: text(raw.id),
    name: text(raw.name),
    view: text(raw.view),
    query: text(raw.query),
    owner: text(raw.owner),
    created: instant(raw.created),
  };
}

export function decodeSavedFilters(value: unknown): readonly SavedFilter[] {
  return list(object(value).items).map(decodeSavedFilter).filter(({ id }) => id !== '');
}

export function decodeCompletions(value: unknown): Completions {
  const raw = object(value);
  return {
    start: number(raw.start) ?? 0,
    end: number(raw.end) ?? 0,
    options: list(raw.options).map((item) => {
      const option = object(item);
      return { text: text(option.text), kind: text(option.kind), detail: text(option.detail) };
    }),
  };
}
