import { Client, decodeTopology, type Offer } from '@promscope/core';
import { describe, expect, it } from 'vitest';
import { fulfil, mustAsk } from '../panel/wish';

const offer = (action: string, confirm = ''): Offer => ({ action, label: action, allowed: true, reason: '', confirm });
const [NODE] = decodeTopology({ view: 'containers', nodes: [{ id: 'container:0123456789ab', kind: 'container', label: 'web' }], edges: [], groups: [] }).nodes.values();

function answering(status: number, body: object): Client {
  return new Client({ fetch: () => Promise.resolve(new Response(JSON.stringify(body), { status })) });
}

describe('an action of the panel', () => {
  it('is asked about where it interrupts somebody or the API says so', () => {
    expect(['stop', 'restart', 'kill', 'remove'].every((action) => mustAsk(offer(action)))).toBe(true);
    expect(mustAsk(offer('pause'))).toBe(false);
    expect(mustAsk(offer('pause', 'The last one of its kind.'))).toBe(true);
  });

  it('says what came of it, or what was wrong', async () => {
    if (NODE === undefined) throw new Error('no node');
    const wish = { node: NODE, offer: offer('pause'), source: 'uid' };
    expect(await fulfil(wish, answering(200, { status: 'done' }))).toBe('pause web: done');
    expect(await fulfil(wish, answering(403, { title: 'Refused', detail: 'You may not pause it.' }))).toBe('pause web: You may not pause it.');
  });
});
