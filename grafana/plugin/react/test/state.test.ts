import { describe, expect, it } from 'vitest';
import { DEFAULTS, fromSearch, toSearch, type LinkState } from '../src/state/state';

describe('the link', () => {
  it('is empty for the landing view', () => {
    expect(toSearch(DEFAULTS)).toBe('');
    expect(fromSearch('')).toEqual(DEFAULTS);
  });

  it('carries the whole state there and back', () => {
    const state: LinkState = {
      view: 'processes',
      selected: 'processes:container~3aab12:nginx',
      mode: 'table',
      query: 'a=b&c <x>',
      filter: 'image ~ "redis.*" and cpu > 40%',
      filters: true,
      moment: 1_790_000_000_500,
      since: 1_789_999_000_000,
      timeline: true,
      hops: 3,
      goal: 'container:feedfeedfeed',
      layout: 'layered',
      size: 'traffic',
      fill: 'memory',
      sort: { column: 'cpu', descending: true },
      hidden: ['image', 'project'],
      look: { x: -12.5, y: 40, k: 1.5 },
      theme: 'light',
    };
    expect(fromSearch(toSearch(state))).toEqual(state);
  });

  it('has one query for search and filter', () => {
    const filtered: LinkState = { ...DEFAULTS, query: 'redis', filter: 'redis' };
    expect(toSearch(filtered)).toBe('?filter=redis');
    expect(fromSearch('?filter=redis')).toEqual(filtered);
  });

  it('takes nonsense for nothing', () => {
    const hostile = fromSearch('?layout=constructor&size=__proto__&fill=rm&at=1,2,NaN&theme=neon&mode=x&at=;&hops=99&time=-1&filter=');
    expect(hostile).toEqual(DEFAULTS);
    expect(fromSearch(`?q=${'x'.repeat(9999)}`).query).toHaveLength(2000);
    expect(fromSearch('?at=1,2,-3').look).toBeNull();
  });
});
