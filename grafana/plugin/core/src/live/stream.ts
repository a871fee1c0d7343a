/** A stream of a container over a socket of its own: its log, or a terminal in it. */

import { number, object, text, type Json } from '../model/decode';

export interface StreamOpened {
  /** What was chosen. */
  readonly details: Json;
  /** What one comes back with to a terminal that is kept; empty: nobody does. */
  readonly session: string;
  /** So many of the first bytes were printed before. */
  readonly replayed: number;
}

export interface StreamEnd {
  /** Why, in words for the user; empty: it came to its end. */
  readonly problem: string;
  /** How, such as exit_code. */
  readonly details: Json;
  /** Only the connection was lost. */
  readonly lost: boolean;
}

export interface StreamHandlers {
  readonly onData: (data: Uint8Array) => void;
  readonly onOpened?: (opened: StreamOpened) => void;
  readonly onEnd: (end: StreamEnd) => void;
}

export interface Stream {
  /** A message: pause, resume or resize. */
  say: (message: object) => void;
  /** Bytes, such as what is typed. */
  send: (data: Uint8Array<ArrayBuffer>) => void;
  close: () => void;
}

export type Said = { readonly type: 'opened'; readonly opened: StreamOpened } | { readonly type: 'end'; readonly end: StreamEnd };

/** A message takes no more than this. */
const LONGEST_BYTES = 64 * 1024;
/** From here on close codes are the API's own words. */
const OURS = 4000;

/** What a message of the API says; null: something of a later version. */
export function said(data: string): Said | null {
  let raw: unknown;
  try {
    raw = JSON.parse(data);
  } catch {
    return { type: 'end', end: ended('The API sent something that is not JSON.') };
  }
  const message = object(raw);
  const details = object(message.details);
  if (message.type === 'opened') return { type: 'opened', opened: { details, session: text(message.session), replayed: number(message.replayed) ?? 0 } };
  if (message.type !== 'end') return null;
  const problem = object(message.problem);
  return { type: 'end', end: { problem: text(problem.detail) || text(problem.title), details, lost: false } };
}

/** Says `hello` when the socket is open, and is over once, whatever happens to it. */
export function openStream(dial: () => Promise<WebSocket>, hello: object, handlers: StreamHandlers): Stream {
  let socket: WebSocket | null = null;
  let over = false;
  const end = (how: StreamEnd): void => {
    if (!over) handlers.onEnd(how);
    over = true;
  };
  const hear = (message: Said | null): void => {
    if (message?.type === 'opened') handlers.onOpened?.(message.opened);
    else if (message !== null) end(message.end);
  };
  const open = async (): Promise<void> => {
    const opened = await dial();
    socket = opened;
    opened.binaryType = 'arraybuffer';
    opened.onopen = () => {
      opened.send(JSON.stringify(hello));
    };
    if (over) hangUp(opened);
    opened.onmessage = ({ data }) => {
      if (over) return;
      if (data instanceof ArrayBuffer) handlers.onData(new Uint8Array(data));
      else if (typeof data === 'string') hear(said(data));
    };
    opened.onclose = ({ code, reason }) => {
      end(ended(reason || 'The connection to the API was lost.', code < OURS));
    };
  };
  open().catch((error: unknown) => {
    const unreachable = typeof error === 'object' && error !== null && 'status' in error && error.status === 0;
    end(ended(error instanceof Error ? error.message : String(error), unreachable));
  });
  const put = (data: string | Uint8Array<ArrayBuffer>): void => {
    if (!over && socket?.readyState === WebSocket.OPEN) socket.send(data);
  };
  return {
    say: (message) => {
      put(JSON.stringify(message));
    },
    send: (data) => {
      for (let at = 0; at < data.length; at += LONGEST_BYTES) put(data.subarray(at, at + LONGEST_BYTES));
    },
    close: () => {
      over = true;
      if (socket !== null) hangUp(socket);
    },
  };
}

function ended(problem: string, lost = false): StreamEnd {
  return { problem, details: {}, lost };
}

/** A socket that is not open yet closes as soon as it is: browsers complain of one that is given up before. */
export function hangUp(socket: WebSocket): void {
  if (socket.readyState !== WebSocket.CONNECTING) socket.close(1000);
  else
    socket.onopen = () => {
      socket.close(1000);
    };
}
