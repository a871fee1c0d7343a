/** What became of one action on many nodes. */

import { list, object, text } from '../model/decode';

export interface ActionOutcome {
  readonly node: string;
  readonly status: 'done' | 'running' | 'failed';
  /** Of a failed one: the short word that says of which sort, and what the user is told. */
  readonly kind: string;
  readonly detail: string;
}

export function decodeOutcomes(value: unknown): readonly ActionOutcome[] {
  return list(object(value).items).map((item) => {
    const raw = object(item);
    const problem = object(raw.problem);
    const status = raw.status === 'done' || raw.status === 'running' ? raw.status : 'failed';
    return { node: text(raw.node), status, kind: text(problem.kind), detail: text(problem.detail, text(problem.title)) };
  });
}
