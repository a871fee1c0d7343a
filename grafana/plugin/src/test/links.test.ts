import { describe, expect, it } from 'vitest';
import type { Frame } from '../panel/frames';
import { linksOf } from '../panel/links';

const link = (href: string, target = '_self'): { href: string; title: string; target: string } => ({ href, title: href.slice(0, 5), target });
const NODES: Frame = {
  fields: [
    { name: 'id', values: ['a', 'b'], getLinks: ({ valueRowIndex }) => [link(`/d/x?row=${valueRowIndex}`)] },
    { name: 'title', values: ['A', 'B'], getLinks: () => [link('https://example.org/', '_blank'), link('https://example.org/')] },
    { name: 'mainstat', values: [1, 2] },
  ],
};
const EDGES: Frame = { fields: [{ name: 'id', values: ['b'], getLinks: () => [link('/edge')] }, { name: 'source', values: ['a'] }, { name: 'target', values: ['b'] }] };

describe('linksOf', () => {
  it('gives the links of the row, each once, and none of edges', () => {
    expect(linksOf([EDGES, NODES], 'b').map(({ href }) => href)).toEqual(['/d/x?row=1', 'https://example.org/']);
    expect(linksOf([NODES], 'nobody')).toEqual([]);
  });

  it('leads to pages only', () => {
    for (const href of ['javascript:alert(1)', 'data:text/html,x', '//elsewhere.example', ' javascript:x', 'x']) {
      expect(linksOf([{ fields: [{ name: 'id', values: ['a'], getLinks: () => [link(href)] }] }], 'a')).toEqual([]);
    }
  });
});
