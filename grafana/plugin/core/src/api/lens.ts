/** What of the topology is looked at: a view, the part of it that a filter leaves, and when. */

export interface Lens {
  readonly view: string;
  /** In the query language of the search; empty: everything. */
  readonly filter: string;
  /** Milliseconds; null: now, and following. */
  readonly moment: number | null;
}

/** The lens as path and query below `/topology`; `tail` comes after the view. */
export function lensPath({ view, filter, moment }: Lens, tail = ''): string {
  return `/topology/${encodeURIComponent(view)}${tail}${queryOf({ filter, at: atOf(moment) })}`;
}

/** A moment as the API takes it, in seconds; empty: now. */
export function atOf(moment: number | null): string {
  return moment === null ? '' : String(moment / 1000);
}

/** A query string, `?` included, of what is not empty. */
export function queryOf(parameters: Readonly<Record<string, string>>): string {
  const given = new URLSearchParams(Object.entries(parameters).filter(([, value]) => value !== ''));
  return given.size === 0 ? '' : `?${given.toString()}`;
}
