/** What happened, and what differs between two moments, from the wire to the page. */

import { instant, list, number, object, text, texts, words, type Json } from '../model/decode';

export interface TimelineEvent {
  /** Milliseconds. */
  readonly at: number;
  readonly node: string;
  readonly name: string;
  readonly event: string;
  readonly count: number;
}

/** Times in milliseconds; the newest event first. */
export interface Timeline {
  readonly start: number;
  readonly end: number;
  readonly step: number;
  readonly events: readonly TimelineEvent[];
  readonly truncated: boolean;
}

export interface Thing {
  readonly id: string;
  readonly label: string;
}

/** What is in both moments, with the facts that differ. */
export interface Change extends Thing {
  readonly before: Readonly<Record<string, string>>;
  readonly after: Readonly<Record<string, string>>;
}

export interface Changes {
  readonly kind: string;
  readonly added: readonly Thing[];
  readonly removed: readonly Thing[];
  readonly changed: readonly Change[];
  readonly unknown: readonly Thing[];
  /** How many there are, also of those that are not listed. */
  readonly totals: Readonly<Record<'added' | 'removed' | 'changed' | 'unknown', number>>;
}

export interface Difference {
  readonly since: number | null;
  readonly until: number | null;
  readonly hostsUnknown: readonly string[];
  readonly kinds: readonly Changes[];
}

export function decodeTimeline(value: unknown): Timeline {
  const raw = object(value);
  return {
    start: instant(raw.start) ?? 0,
    end: instant(raw.end) ?? 0,
    step: (number(raw.step) ?? 15) * 1000,
    events: list(raw.events).map((item) => {
      const event = object(item);
      return { at: instant(event.at) ?? 0, node: text(event.node), name: text(event.name), event: text(event.event), count: number(event.count) ?? 1 };
    }),
    truncated: raw.truncated === true,
  };
}

export function decodeDifference(value: unknown): Difference {
  const raw = object(value);
  return {
    since: instant(raw.since),
    until: instant(raw.until),
    hostsUnknown: texts(raw.hosts_unknown),
    kinds: list(raw.kinds).map((item) => changes(object(item))),
  };
}

function changes(raw: Json): Changes {
  const totals = object(raw.totals);
  const things = (value: unknown): readonly Thing[] => list(value).map((item) => thing(object(item)));
  const added = things(raw.added);
  const removed = things(raw.removed);
  const unknown = things(raw.unknown);
  const changed = list(raw.changed).map((item) => {
    const { before, after, ...rest } = object(item);
    return { ...thing(rest), before: words(before), after: words(after) };
  });
  return {
    kind: text(raw.kind),
    added,
    removed,
    changed,
    unknown,
    totals: {
      added: number(totals.added) ?? added.length,
      removed: number(totals.removed) ?? removed.length,
      changed: number(totals.changed) ?? changed.length,
      unknown: number(totals.unknown) ?? unknown.length,
    },
  };
}

function thing(raw: Json): Thing {
  const id = text(raw.id);
  return { id, label: text(raw.label, id) };
}
