/** The API over HTTP: one place that knows paths, problem documents and timeouts. */

import { Refused, type LiveTransport, type Socket, type SocketHandlers } from '../live/connection';
import { hangUp, openStream, type Stream, type StreamHandlers } from '../live/stream';
import { beginning, type Content } from '../files/content';
import { decodeChanges, decodeFolder, type Folder } from '../files/files';
import { list, object, text } from '../model/decode';
import { decodeOutcomes, type ActionOutcome } from './bulk';
import { decodeOverview, decodeSearch, decodeSession, decodeSparklines } from './answers';
import { decodeDetails, decodeLiveConnections, type NodeDetails } from './details';
import { decodeCompletions, decodeSavedFilter, decodeSavedFilters, type Completions, type SavedFilter } from './filters';
import { decodeDifference, decodeTimeline, type Difference, type Timeline } from './history';
import { atOf, lensPath, queryOf, type Lens } from './lens';
import type { LiveConnection, Overview, SearchAnswer, Session, Sparklines } from './types';

const TIMEOUT_MS = 15_000;
/** The API begins what it can of a bulk within a minute, and slow ones take a while. */
const BULK_TIMEOUT_MS = 90_000;
/** An engine looks through a large folder for a while. */
const FILES_TIMEOUT_MS = 40_000;
/** Asking again changes nothing: the wrong filter, not signed in, no such view. */
const REFUSALS = [400, 401, 403, 404];

/** What the API said instead of doing it (RFC 9457), in words for the user. */
export class Problem extends Error {
  constructor(
    readonly status: number,
    readonly title: string,
    readonly detail: string,
  ) {
    super(detail || title);
  }
}

/** What proves who signs in: a one-time code, or a local user's name and password. */
export type SignIn = { readonly code: string } | { readonly name: string; readonly password: string };

export interface ClientOptions {
  /** Where the API is, without a slash at the end; empty: where this page came from. */
  readonly base?: string;
  readonly fetch?: typeof fetch;
  readonly location?: { readonly origin: string };
}

interface Question {
  readonly body?: unknown;
  readonly method?: string;
  readonly signal?: AbortSignal | undefined;
  readonly timeout?: number;
}

export class Client implements LiveTransport {
  private readonly base: string;
  private readonly get: typeof fetch;

  constructor(private readonly options: ClientOptions = {}) {
    this.base = `${options.base ?? ''}/api/v1`;
    this.get = options.fetch ?? ((input, init) => fetch(input, init));
  }

  async overview(signal?: AbortSignal): Promise<Overview> {
    return decodeOverview(await this.ask('/topology', { signal }));
  }

  async fetchTopology(lens: Lens, signal: AbortSignal): Promise<unknown> {
    try {
      return await this.ask(lensPath(lens), { signal });
    } catch (error) {
      if (error instanceof Problem && REFUSALS.includes(error.status)) throw new Refused(error.message, error.status);
      throw error;
    }
  }

  async details(id: string, moment: number | null, signal?: AbortSignal): Promise<NodeDetails> {
    const details = decodeDetails(await this.ask(`/nodes/${encodeURIComponent(id)}${queryOf({ at: atOf(moment) })}`, { signal }));
    if (details === null) throw new Problem(502, 'Unreadable answer', 'The API sent something that is not a node.');
    return details;
  }

  async sparklines(id: string, range: string, moment: number | null, signal?: AbortSignal): Promise<Sparklines> {
    const path = `/nodes/${encodeURIComponent(id)}/metrics${queryOf({ range, at: atOf(moment) })}`;
    return decodeSparklines(await this.ask(path, { signal }));
  }

  async liveConnections(id: string, signal?: AbortSignal): Promise<readonly LiveConnection[]> {
    return decodeLiveConnections(await this.ask(`/nodes/${encodeURIComponent(id)}/connections`, { signal }));
  }

  /** What the engine itself says of a container; what looks like a secret is masked by its probe. */
  async inspection(id: string, signal?: AbortSignal): Promise<unknown> {
    return this.ask(`/nodes/${encodeURIComponent(id)}/inspection`, { signal });
  }

  async search(query: string, moment: number | null, signal?: AbortSignal): Promise<SearchAnswer> {
    return decodeSearch(await this.ask(`/search${queryOf({ q: query, at: atOf(moment) })}`, { signal }));
  }

  /** What may follow at the end of a query that is being written. */
  async completions(query: string, cursor: number, signal?: AbortSignal): Promise<Completions> {
    return decodeCompletions(await this.ask(`/query/completions${queryOf({ q: query, cursor: String(cursor) })}`, { signal }));
  }

  async savedFilters(signal?: AbortSignal): Promise<readonly SavedFilter[]> {
    return decodeSavedFilters(await this.ask('/filters', { signal }));
  }

  /** Anybody's filter whose id one has. */
  async savedFilter(id: string): Promise<SavedFilter> {
    return decodeSavedFilter(await this.ask(`/filters/${encodeURIComponent(id)}`, {}));
  }

  async saveFilter(name: string, view: string, query: string): Promise<SavedFilter> {
    return decodeSavedFilter(await this.ask('/filters', { body: { name, view, query } }));
  }

  async deleteFilter(id: string): Promise<void> {
    await this.ask(`/filters/${encodeURIComponent(id)}`, { method: 'DELETE', body: {} });
  }

  /** What happened within `range` (such as 1h) before a moment. */
  async timeline(range: string, moment: number | null, signal?: AbortSignal): Promise<Timeline> {
    return decodeTimeline(await this.ask(`/timeline${queryOf({ range, at: atOf(moment) })}`, { signal }));
  }

  /** What differs between two moments, in milliseconds; the later one null: now. */
  async difference(since: number, until: number | null, signal?: AbortSignal): Promise<Difference> {
    const path = `/topology/diff${queryOf({ from: atOf(since), to: atOf(until), by: 'containers,services,images,edges' })}`;
    return decodeDifference(await this.ask(path, { signal }));
  }

  /** The nodes of a view that users put somewhere. */
  async pins(view: string): Promise<readonly string[]> {
    return list(object(await this.ask(pinsOf(view), {})).items).map((item) => text(object(item).node));
  }

  /** Put a node somewhere, in world units: there it stays for everybody. */
  async pin(view: string, id: string, x: number, y: number): Promise<void> {
    await this.ask(`${pinsOf(view)}/${encodeURIComponent(id)}`, { method: 'PUT', body: { x, y } });
  }

  async unpin(view: string, id: string): Promise<void> {
    await this.ask(`${pinsOf(view)}/${encodeURIComponent(id)}`, { method: 'DELETE', body: {} });
  }

  /** Lay a view out anew, for everybody; pins stay. */
  async relayout(view: string): Promise<void> {
    await this.ask(`/topology/${encodeURIComponent(view)}/layout`, { body: {} });
  }

  /** `running`: the engine took it on and is not through yet, as with a slow stop. */
  async act(id: string, action: string, parameters: object = {}): Promise<'done' | 'running'> {
    const answer = await this.ask(`/nodes/${encodeURIComponent(id)}/actions/${encodeURIComponent(action)}`, { body: parameters });
    return object(answer).status === 'running' ? 'running' : 'done';
  }

  /** One action on many nodes; answers when the last one is through. */
  async actMany(action: string, nodes: readonly string[]): Promise<readonly ActionOutcome[]> {
    return decodeOutcomes(await this.ask('/actions', { body: { action, nodes }, timeout: BULK_TIMEOUT_MS }));
  }

  async session(): Promise<Session> {
    return decodeSession(await this.ask('/session', {}));
  }

  async signIn(by: SignIn): Promise<Session> {
    return decodeSession(await this.ask('/session', { body: by }));
  }

  async signOut(): Promise<void> {
    await this.ask('/session', { method: 'DELETE', body: {} });
  }

  /** The live view. */
  openSocket(lens: Lens, handlers: SocketHandlers): Socket {
    let socket: WebSocket | null = null;
    let closed = false;
    const open = async (): Promise<void> => {
      socket = await this.dial(lensPath(lens, '/ws'), 'watch', lens.view);
      if (closed) hangUp(socket);
      socket.onmessage = ({ data }) => {
        if (typeof data === 'string') handlers.onMessage(data);
      };
      socket.onclose = ({ reason }) => {
        handlers.onClose(reason);
      };
    };
    open().catch((error: unknown) => {
      if (!closed) handlers.onClose(error instanceof Problem ? error.message : '');
    });
    return {
      send: (message) => {
        if (socket?.readyState === WebSocket.OPEN) socket.send(message);
      },
      close: () => {
        closed = true;
        if (socket !== null) hangUp(socket);
      },
    };
  }

  /** The log of a container, live; `wish` as the API documents it. */
  openLogs(id: string, wish: object, handlers: StreamHandlers): Stream {
    return openStream(() => this.dial(`/nodes/${encodeURIComponent(id)}/logs/ws`, 'logs', id), { type: 'logs', wish }, handlers);
  }

  /** A terminal in a container; `first`: a wish for a new one, or the session of one, as the API documents them. */
  openTerminal(id: string, first: object, handlers: StreamHandlers): Stream {
    return openStream(() => this.dial(`/nodes/${encodeURIComponent(id)}/exec/ws`, 'exec', id), first, handlers);
  }

  /** Where the whole log of a container can be downloaded from. */
  logFile(id: string): string {
    return `${this.base}/nodes/${encodeURIComponent(id)}/logs${queryOf({ tail: 'all', download: 'true' })}`;
  }

  /** The entries of a folder of a container. */
  async folder(id: string, path: string, signal?: AbortSignal): Promise<Folder> {
    return decodeFolder(await this.ask(`/nodes/${encodeURIComponent(id)}/files${queryOf({ path })}`, { signal, timeout: FILES_TIMEOUT_MS }));
  }

  /** What a container changed of its image's files. */
  async changedFiles(id: string, signal?: AbortSignal): Promise<ReturnType<typeof decodeChanges>> {
    return decodeChanges(await this.ask(`/nodes/${encodeURIComponent(id)}/changes`, { signal, timeout: FILES_TIMEOUT_MS }));
  }

  /** So many bytes of a file at most. */
  async fileContent(id: string, path: string, most: number, signal?: AbortSignal): Promise<Content> {
    const limit = AbortSignal.timeout(FILES_TIMEOUT_MS);
    const url = `/nodes/${encodeURIComponent(id)}/files/content${queryOf({ path })}`;
    const response = await this.reach(url, { credentials: 'same-origin', signal: signal === undefined ? limit : AbortSignal.any([limit, signal]) });
    if (!response.ok) throw await problem(response);
    return response.body === null ? { bytes: new Uint8Array(0), cut: false } : beginning(response.body, most);
  }

  /** Where a file (content) or a whole folder (archive, a tar) can be downloaded from. */
  fileAddress(id: string, path: string, as: 'content' | 'archive'): string {
    return `${this.base}/nodes/${encodeURIComponent(id)}/files/${as}${queryOf({ path })}`;
  }

  /** A socket opens with a ticket, which a page needs beside its cookie; it is a subprotocol. */
  private async dial(path: string, action: string, node: string): Promise<WebSocket> {
    const url = new URL(this.base + path, this.options.location?.origin ?? location.origin);
    url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
    const { ticket } = object(await this.ask('/tickets', { body: { action, node } }));
    return new WebSocket(url, ['promscope', `ticket.${text(ticket)}`]);
  }

  private async ask(path: string, { body, method, signal, timeout = TIMEOUT_MS }: Question): Promise<unknown> {
    const limits = [AbortSignal.timeout(timeout), ...(signal === undefined ? [] : [signal])];
    const response = await this.reach(path, {
      method: method ?? (body === undefined ? 'GET' : 'POST'),
      headers: body === undefined ? { accept: 'application/json' } : { accept: 'application/json', 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      credentials: 'same-origin',
      signal: AbortSignal.any(limits),
    });
    if (response.ok) return response.status === 204 ? {} : await response.json();
    throw await problem(response);
  }

  /** fetch says "Failed to fetch" to users; and an abort must stay an abort. */
  private async reach(path: string, init: RequestInit): Promise<Response> {
    try {
      return await this.get(this.base + path, init);
    } catch (error) {
      if (error instanceof DOMException && error.name === 'TimeoutError') {
        throw new Problem(0, 'No answer', 'The API did not answer in time.');
      }
      if (error instanceof TypeError) throw new Problem(0, 'Not reachable', 'The API cannot be reached.');
      throw error;
    }
  }
}

function pinsOf(view: string): string {
  return `/topology/${encodeURIComponent(view)}/pins`;
}

async function problem(response: Response): Promise<Problem> {
  let raw: unknown = {};
  try {
    raw = await response.json();
  } catch {
    // A proxy in between answers in its own words; the status still tells.
  }
  const { title, detail } = object(raw);
  return new Problem(response.status, text(title, `The API answered ${response.status}.`), text(detail));
}
