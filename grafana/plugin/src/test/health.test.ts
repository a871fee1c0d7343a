import { describe, expect, it } from 'vitest';
import { healthOf, reasonOf, troubleOf } from '../datasource/health';

const PROBE = { host_id: '1', hostname: 'a', instance: 'a:1', up: true, tunnel: true };
const OVERVIEW = { views: [{ id: 'containers', label: 'Containers', counts: { nodes: 3 } }], probes: [PROBE, { ...PROBE, host_id: '2', up: false }] };

describe('healthOf', () => {
  it('says how much there is', () => {
    expect(healthOf(OVERVIEW)).toEqual({ status: 'success', message: 'The Promscope API answers: 3 containers on 1 host. 1 hosts do not answer.' });
  });

  it('says what is wrong though it answers', () => {
    expect(healthOf('<html>').message).toContain('not the Promscope API');
    expect(healthOf({ ...OVERVIEW, stale_since: 1, stale_reason: 'Prometheus is down.' }).message).toContain('stale: Prometheus is down.');
    expect(healthOf({ ...OVERVIEW, probes: [] }).message).toContain('scrape job');
  });
});

describe('troubleOf', () => {
  it.each([
    [400, 'tokens create'],
    [403, 'permission view'],
    [404, 'address of promscope-api'],
    [502, 'cannot reach'],
  ])('names the remedy of %d', (status, words) => {
    const { status: result, message } = troubleOf({ status, data: { message: 'what the proxy said' } });
    expect(result).toBe('error');
    expect(message).toContain(words);
    expect(message).toContain('(what the proxy said)');
  });

  it('bears whatever is thrown', () => {
    for (const thrown of [null, undefined, 'text', new Error('broken'), { data: null }]) expect(troubleOf(thrown).status).toBe('error');
  });
});

it('gives the words of the API itself where there are some', () => {
  expect(reasonOf({ status: 400, data: { detail: 'column 3: no such field' } })).toBe('column 3: no such field');
});
