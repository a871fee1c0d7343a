/** An API that answers from a table, for tests of components: the client is real, its network is not. */

import { Client, type Lens, type Socket, type SocketHandlers } from '@promscope/core';
import { nested } from '../../core/test/topologies';

type Raw = Record<string, unknown>;

export const PROBE: Raw = { host_id: 'a1', hostname: 'vega', instance: 'vega:10180', up: true, tunnel: true, control: [], skew_seconds: 0, degraded: [] };

export function overview(more: Raw = {}): Raw {
  return {
    taken_at: 1000,
    stale_since: null,
    stale_reason: null,
    views: [{ id: 'containers', label: 'Containers', counts: { nodes: 8, edges: 6, unhealthy: 0 } }],
    probes: [PROBE],
    summary: { nodes: 8, unhealthy: 0, edges: 6 },
    ...more,
  };
}

export class Wire extends Client {
  /** What paths answer; a status instead of a body refuses; null: no answer comes. */
  readonly answers: Map<string, Raw | number | null>;
  private socket: SocketHandlers | null = null;
  /** Nothing can be reached. */
  down = false;

  constructor() {
    const answers = new Map<string, Raw | number | null>([
      ['/topology/containers', nested()],
      ['/topology', overview()],
      ['/session', { user: { name: 'operator', roles: [] }, permissions: [], local_viewer: false, oidc: false }],
    ]);
    super({ location: { origin: 'http://map.example' }, fetch: (url) => this.answer(typeof url === 'string' ? url : '') });
    this.answers = answers;
  }

  get containers(): Raw {
    return this.answers.get('/topology/containers') as Raw;
  }

  /** Over the live socket. */
  tell(message: Raw): void {
    this.socket?.onMessage(JSON.stringify(message));
  }

  hangUp(): void {
    this.socket?.onClose('');
  }

  override openSocket(_lens: Lens, handlers: SocketHandlers): Socket {
    this.socket = handlers;
    queueMicrotask(() => {
      handlers.onMessage(JSON.stringify({ type: 'full', ...this.containers }));
    });
    return { send: () => undefined, close: () => undefined };
  }

  private answer(url: string): Promise<Response> {
    if (this.down) return Promise.reject(new TypeError('Failed to fetch'));
    const path = url.replace('/api/v1', '').replace(/\?.*/, '');
    const found = this.answers.has(path) ? this.answers.get(path) : 404;
    if (found === null) return new Promise(() => undefined);
    if (typeof found !== 'number') return Promise.resolve(new Response(JSON.stringify(found)));
    const problem = { title: 'Refused', detail: found === 401 ? 'Sign in to see the map.' : 'There is no such thing.' };
    return Promise.resolve(new Response(JSON.stringify(problem), { status: found }));
  }
}
