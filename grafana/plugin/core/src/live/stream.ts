/** A stream of a container over a socket of its own: its log, or a terminal in it. */

import { object, text, type Json } from '../model/decode';

export interface StreamHandlers {
  readonly onData: (data: Uint8Array) => void;
  /** It stands; `details`: what was chosen. */
  readonly onOpened?: (details: Json) => void;
  /** `problem`: why, in words for the user; empty: it came to its end. `details`: how, such as exit_code. */
  readonly onEnd: (problem: string, details: Json) => void;
}

export interface Stream {
  /** A message: pause, resume or resize. */
  say: (message: object) => void;
  /** Bytes, such as what is typed. */
  send: (data: Uint8Array<ArrayBuffer>) => void;
  close: () => void;
}

export type Said = { readonly type: 'opened'; readonly details: Json } | { readonly type: 'end'; readonly problem: string; readonly details: Json };

/** A message takes no more than this. */
const LONGEST_BYTES = 64 * 1024;
const NOTHING: Json = {};

/** What a message of the API says; null: something of a later version. */
export function said(data: string): Said | null {
  let raw: unknown;
  try {
    raw = JSON.parse(data);
  } catch {
    return { type: 'end', problem: 'The API sent something that is not JSON.', details: NOTHING };
  }
  const message = object(raw);
  const details = object(message.details);
  if (message.type === 'opened') return { type: 'opened', details };
  if (message.type !== 'end') return null;
  const problem = object(message.problem);
  return { type: 'end', problem: text(problem.detail) || text(problem.title), details };
}

/** Says `hello` when the socket is open, and is over once, whatever happens to it. */
export function openStream(dial: () => Promise<WebSocket>, hello: object, handlers: StreamHandlers): Stream {
  let socket: WebSocket | null = null;
  let over = false;
  const end = (problem: string, details = NOTHING): void => {
    if (!over) handlers.onEnd(problem, details);
    over = true;
  };
  const hear = (message: Said | null): void => {
    if (message?.type === 'opened') handlers.onOpened?.(message.details);
    else if (message !== null) end(message.problem, message.details);
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
    opened.onclose = ({ reason }) => {
      end(reason || 'The connection to the API was lost.');
    };
  };
  open().catch((error: unknown) => {
    end(error instanceof Error ? error.message : String(error));
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

/** A socket that is not open yet closes as soon as it is: browsers complain of one that is given up before. */
export function hangUp(socket: WebSocket): void {
  if (socket.readyState !== WebSocket.CONNECTING) socket.close(1000);
  else
    socket.onopen = () => {
      socket.close(1000);
    };
}
