import { describe, expect, it } from 'vitest';
import { lensPath, queryOf } from '../../src/api/lens';

describe('lensPath', () => {
  it('is the bare view for everything there is now', () => {
    expect(lensPath({ view: 'containers', filter: '', moment: null })).toBe('/topology/containers');
    expect(lensPath({ view: 'containers', filter: '', moment: null }, '/ws')).toBe('/topology/containers/ws');
  });

  it('carries filter and moment, in seconds, and nothing can break out of them', () => {
    const path = lensPath({ view: '../nodes', filter: 'image ~ "a&at=1"', moment: 1_500 });
    const url = new URL(`http://api/api/v1${path}`);
    expect(url.pathname).toBe('/api/v1/topology/..%2Fnodes');
    expect([...url.searchParams]).toEqual([
      ['filter', 'image ~ "a&at=1"'],
      ['at', '1.5'],
    ]);
  });
});

it('leaves out what is empty', () => {
  expect(queryOf({ q: 'x y', at: '' })).toBe('?q=x+y');
  expect(queryOf({ at: '' })).toBe('');
});
