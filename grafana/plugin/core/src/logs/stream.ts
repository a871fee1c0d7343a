/** The live log of a container, as the page has it. */

import { object, text } from '../model/decode';

export interface StreamHandlers {
  readonly onData: (data: Uint8Array) => void;
  /** `problem`: why, in words for the user; empty: everything was sent. */
  readonly onEnd: (problem: string) => void;
}

export interface Stream {
  /** A message: pause or resume. */
  say: (message: object) => void;
  close: () => void;
}

/** How the stream ended, if a message says that it did: the problem, or an empty text. */
export function ending(data: string): string | null {
  let raw: unknown;
  try {
    raw = JSON.parse(data);
  } catch {
    return 'The API sent something that is not JSON.';
  }
  const message = object(raw);
  if (message.type !== 'end') return null;
  const problem = object(message.problem);
  return text(problem.detail) || text(problem.title);
}
