import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { openStream, said, type Stream } from '../../src/live/stream';

/** The browser's side of a socket, moved by hand. */
class Wire {
  static readonly CONNECTING = 0;
  static readonly OPEN = 1;
  readyState = Wire.CONNECTING;
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: unknown }) => void) | null = null;
  onclose: ((event: { code: number; reason: string }) => void) | null = null;
  readonly sent: (string | Uint8Array)[] = [];
  closed = 0;

  send(data: string | Uint8Array): void {
    this.sent.push(data);
  }

  close(): void {
    this.closed++;
  }

  opens(): void {
    this.readyState = Wire.OPEN;
    this.onopen?.();
  }
}

let wire: Wire;
let heard: string[];

beforeEach(() => {
  vi.stubGlobal('WebSocket', Wire);
  wire = new Wire();
  heard = [];
});

afterEach(() => {
  vi.unstubAllGlobals();
});

async function opened(dial = (): Promise<WebSocket> => Promise.resolve(wire as unknown as WebSocket)): Promise<Stream> {
  const stream = openStream(dial, { type: 'exec' }, {
    onData: (data) => heard.push(`data ${data.join(' ')}`),
    onOpened: ({ details, session, replayed }) => heard.push(`opened ${JSON.stringify(details)} ${session} ${replayed}`),
    onEnd: ({ problem, details, lost }) => heard.push(`${lost ? 'lost' : 'end'} ${problem}${JSON.stringify(details)}`),
  });
  await Promise.resolve();
  await Promise.resolve();
  await Promise.resolve();
  return stream;
}

it('understands what the API says', () => {
  const opened = { details: { shell: '/bin/sh' }, session: 's', replayed: 7 };
  expect(said(JSON.stringify({ type: 'opened', ...opened }))).toEqual({ type: 'opened', opened });
  expect(said('{"type":"opened"}')).toEqual({ type: 'opened', opened: { details: {}, session: '', replayed: 0 } });
  expect(said('{"type":"end","problem":null,"details":{"exit_code":1}}')).toEqual({ type: 'end', end: { problem: '', details: { exit_code: 1 }, lost: false } });
  expect(said('{"type":"end","problem":{"title":"Gone","detail":""}}')).toMatchObject({ end: { problem: 'Gone' } });
  expect(said('{"type":"end","problem":{"title":"Gone","detail":"It was removed."}}')).toMatchObject({ end: { problem: 'It was removed.' } });
  expect(said('{"type":"from the future"}')).toBeNull();
  expect(said('{')).toMatchObject({ end: { problem: expect.stringContaining('not JSON') as string } });
});

it('says what is wished once it is open, and passes on what comes', async () => {
  await opened();
  expect(wire.sent).toEqual([]);
  wire.opens();
  expect(wire.sent).toEqual(['{"type":"exec"}']);
  wire.onmessage?.({ data: '{"type":"opened","details":{"user":"1000"}}' });
  wire.onmessage?.({ data: Uint8Array.of(104, 105).buffer });
  wire.onmessage?.({ data: '{"type":"end","problem":null,"details":{"exit_code":0}}' });
  wire.onclose?.({ code: 1000, reason: 'ended' });
  expect(heard).toEqual(['opened {"user":"1000"}  0', 'data 104 105', 'end {"exit_code":0}']);
});

it('sends what is pasted in pieces that a message may have', async () => {
  const stream = await opened();
  wire.opens();
  stream.send(new Uint8Array(150_000));
  expect(wire.sent.slice(1).map((piece) => piece.length)).toEqual([65_536, 65_536, 18_928]);
  stream.say({ type: 'pause' });
  expect(wire.sent.at(-1)).toBe('{"type":"pause"}');
});

it('tells a lost connection from a refusal', async () => {
  await opened();
  wire.onclose?.({ code: 1006, reason: '' });
  await opened();
  wire.onclose?.({ code: 4409, reason: 'elsewhere' });
  await opened(() => Promise.reject(new Error('You may not.')));
  await opened(() => Promise.reject(Object.assign(new Error('No answer.'), { status: 0 })));
  expect(heard).toEqual(['lost The connection to the API was lost.{}', 'end elsewhere{}', 'end You may not.{}', 'lost No answer.{}']);
});

it('hears nothing any more when it was closed, and closes what opens late', async () => {
  const stream = await opened();
  stream.close();
  expect(wire.closed).toBe(0);
  wire.opens();
  wire.onmessage?.({ data: Uint8Array.of(1).buffer });
  wire.onclose?.({ code: 1006, reason: '' });
  stream.send(Uint8Array.of(1));
  expect([wire.closed, wire.sent, heard]).toEqual([1, [], []]);
});
