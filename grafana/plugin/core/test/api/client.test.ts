import { describe, expect, it, vi } from 'vitest';
import { Client, Problem } from '../../src/api/client';
import { Refused } from '../../src/live/connection';

interface Call {
  readonly url: string;
  readonly init: RequestInit;
}

function client(status: number, body: unknown): { api: Client; calls: Call[] } {
  const calls: Call[] = [];
  const api = new Client({
    location: { origin: 'http://map.example' },
    fetch: (url, init = {}) => {
      calls.push({ url: typeof url === 'string' ? url : 'not a path', init });
      return Promise.resolve(new Response(typeof body === 'string' ? body : JSON.stringify(body), { status }));
    },
  });
  return { api, calls };
}

const HOSTS = { view: 'hosts', filter: '', moment: null };
const never = new AbortController().signal;

describe('Client', () => {
  it('encodes what it puts into a path', async () => {
    const { api, calls } = client(200, { operation_id: '1', status: 'done' });
    await api.act('container:../../x?y', 'stop');
    expect(calls[0]?.url).toBe('/api/v1/nodes/container%3A..%2F..%2Fx%3Fy/actions/stop');
    expect(calls[0]?.init).toMatchObject({ method: 'POST', body: '{}', credentials: 'same-origin' });
    expect(new Headers(calls[0]?.init.headers).get('content-type')).toBe('application/json');
  });

  it('tells what is done from what is under way', async () => {
    expect(await client(200, { status: 'done' }).api.act('container:1', 'stop')).toBe('done');
    expect(await client(202, { status: 'running' }).api.act('container:1', 'stop')).toBe('running');
  });

  it('asks for one action on many at once', async () => {
    const { api, calls } = client(200, { bulk_id: 'b', items: [{ node: 'container:1', status: 'done', operation_id: '1', problem: null }] });
    expect(await api.actMany('stop', ['container:1'])).toEqual([{ node: 'container:1', status: 'done', kind: '', detail: '' }]);
    expect(calls[0]?.url).toBe('/api/v1/actions');
    expect(calls[0]?.init.body).toBe('{"action":"stop","nodes":["container:1"]}');
  });

  it('puts, lists and frees pins of a view', async () => {
    const { api, calls } = client(200, { items: [{ node: 'container:1', x: 1, y: 2 }] });
    expect(await api.pins('by label')).toEqual(['container:1']);
    await api.pin('containers', 'container:1', 10, -4);
    await api.unpin('containers', 'container:1');
    expect(calls.map(({ url, init }) => `${init.method} ${url}`)).toEqual([
      'GET /api/v1/topology/by%20label/pins',
      'PUT /api/v1/topology/containers/pins/container%3A1',
      'DELETE /api/v1/topology/containers/pins/container%3A1',
    ]);
    expect(calls[1]?.init.body).toBe('{"x":10,"y":-4}');
  });

  it('carries the code in the body, never in the address', async () => {
    const { api, calls } = client(200, { user: { name: 'operator', roles: [] }, permissions: [] });
    expect((await api.signIn({ code: 'otter' })).user?.name).toBe('operator');
    expect(calls[0]?.url).not.toContain('otter');
    expect(calls[0]?.init.body).toBe('{"code":"otter"}');
  });

  it('raises the problem in the words of the API', async () => {
    const { api } = client(409, { title: 'Conflict', detail: 'the container is paused' });
    await expect(api.act('container:1', 'pause')).rejects.toMatchObject({ status: 409, message: 'the container is paused' });
  });

  it('has words of its own for a proxy that answers in HTML', async () => {
    const { api } = client(502, '<html>bad gateway</html>');
    await expect(api.overview()).rejects.toMatchObject({ status: 502, message: 'The API answered 502.' });
  });

  it('has words for an API that cannot be reached', async () => {
    const api = new Client({ fetch: () => Promise.reject(new TypeError('Failed to fetch')) });
    await expect(api.session()).rejects.toMatchObject({ message: 'The API cannot be reached.' });
    await expect(api.session()).rejects.toBeInstanceOf(Problem);
  });

  it('tells a refusal from a failure', async () => {
    await expect(client(403, { detail: 'Sign in.' }).api.fetchTopology({ view: 'hosts', filter: '', moment: null }, never)).rejects.toBeInstanceOf(Refused);
    await expect(client(503, {}).api.fetchTopology({ view: 'hosts', filter: '', moment: null }, never)).rejects.toBeInstanceOf(Problem);
  });

  it('reads the live connections of a node', async () => {
    const { api, calls } = client(200, { items: [{ protocol: 'tcp', state: 'established', local_ip: 'fd00::1', local_port: 40000, remote_ip: '10.0.0.2', remote_port: 80, sent_bytes: 5 }] });
    const [found] = await api.liveConnections('container:1');
    expect(calls[0]?.url).toBe('/api/v1/nodes/container%3A1/connections');
    expect(found).toMatchObject({ local: '[fd00::1]:40000', remote: '10.0.0.2:80', sent: 5, received: null, rttSeconds: null });
  });

  it('does not take any JSON for a node', async () => {
    await expect(client(200, { hello: 1 }).api.details('container:1', null)).rejects.toBeInstanceOf(Problem);
  });

  it('opens a socket with a ticket as a subprotocol, never in the address', async () => {
    const opened: { url: string; protocols: string[] }[] = [];
    vi.stubGlobal(
      'WebSocket',
      class {
        static readonly OPEN = 1;
        readonly readyState = 1;
        onclose: ((event: { reason: string }) => void) | null = null;
        constructor(url: URL, protocols: string[]) {
          opened.push({ url: url.href, protocols });
        }
        close(): void {
          this.onclose?.({ reason: 'left' });
        }
      },
    );
    const { api, calls } = client(201, { ticket: 'once', expires_seconds: 30 });
    const reasons: string[] = [];
    const socket = api.openSocket(HOSTS, { onMessage: () => undefined, onClose: (reason) => reasons.push(reason) });
    await vi.waitFor(() => {
      expect(opened).toHaveLength(1);
    });
    expect(calls[0]).toMatchObject({ url: '/api/v1/tickets', init: { method: 'POST', body: '{"action":"watch","node":"hosts"}' } });
    expect(opened[0]?.protocols).toEqual(['promscope', 'ticket.once']);
    expect(opened[0]?.url).not.toContain('once');
    socket.close();
    expect(reasons).toEqual(['left']);
    vi.unstubAllGlobals();
  });

  it('lets a socket open before it closes it', async () => {
    const made: { onopen: (() => void) | null; readyState: number; closed: boolean }[] = [];
    vi.stubGlobal(
      'WebSocket',
      class {
        static readonly CONNECTING = 0;
        static readonly OPEN = 1;
        readyState = 0;
        closed = false;
        onopen: (() => void) | null = null;
        constructor() {
          made.push(this);
        }
        close(): void {
          this.closed = true;
        }
      },
    );
    const socket = client(201, { ticket: 'once' }).api.openSocket(HOSTS, { onMessage: () => undefined, onClose: () => undefined });
    await vi.waitFor(() => {
      expect(made).toHaveLength(1);
    });
    socket.close();
    expect(made[0]?.closed).toBe(false);
    if (made[0] !== undefined) made[0].readyState = 1;
    made[0]?.onopen?.();
    expect(made[0]?.closed).toBe(true);
    vi.unstubAllGlobals();
  });

  it('says why there is no ticket, and opens nothing after it was let go', async () => {
    const reasons: string[] = [];
    const handlers = { onMessage: () => undefined, onClose: (reason: string) => reasons.push(reason) };
    client(403, { detail: 'sign in first' }).api.openSocket(HOSTS, handlers);
    await vi.waitFor(() => {
      expect(reasons).toEqual(['sign in first']);
    });
    client(201, { ticket: 'once' }).api.openSocket(HOSTS, handlers).close();
    await Promise.resolve();
    expect(reasons).toEqual(['sign in first']);
  });
});
