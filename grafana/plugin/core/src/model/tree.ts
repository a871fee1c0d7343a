/** Any JSON as a tree of names and values, with what a search leaves of it. */

export interface Branch {
  readonly name: string;
  /** Of a leaf; null: it has branches. */
  readonly value: string | null;
  readonly branches: readonly Branch[];
}

/** Branches whose name or value has the wanted text, case aside, with all that is below them, and the way to them. */
export function tree(value: unknown, wanted = ''): readonly Branch[] {
  const text = wanted.trim().toLowerCase();
  return entries(value).flatMap(([name, below]) => branch(name, below, text) ?? []);
}

function branch(name: string, value: unknown, wanted: string): Branch | null {
  const below = entries(value);
  if (name.toLowerCase().includes(wanted)) return { name, value: below.length === 0 ? leaf(value) : null, branches: tree(value) };
  if (below.length === 0) {
    const text = leaf(value);
    return text.toLowerCase().includes(wanted) ? { name, value: text, branches: [] } : null;
  }
  const branches = below.flatMap(([one, item]) => branch(one, item, wanted) ?? []);
  return branches.length === 0 ? null : { name, value: null, branches };
}

function entries(value: unknown): [string, unknown][] {
  return typeof value === 'object' && value !== null ? Object.entries(value) : [];
}

function leaf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
