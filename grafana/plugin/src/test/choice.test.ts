import { decodeTopology } from '@promscope/core';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { choose, nodeOf } from '../panel/choice';

const partial = vi.hoisted(() => vi.fn());
vi.mock('@grafana/runtime', () => ({
  locationService: { partial },
  getTemplateSrv: () => ({ getVariables: () => [{ name: 'container', includeAll: true }, { name: 'text' }] }),
}));

const TOPOLOGY = decodeTopology({ nodes: [{ id: 'container:1', label: 'web', group: null }], edges: [], groups: [] });
const WEB = TOPOLOGY.nodes.get('container:1')!;
const OPTIONS = { size: 'cpu', fill: 'none' } as const;

beforeEach(() => {
  partial.mockReset();
});

describe('choose', () => {
  it('writes the name or the id of the node', () => {
    choose(WEB, { ...OPTIONS, variable: 'container' });
    choose(WEB, { ...OPTIONS, variable: 'container', value: 'id' });
    expect(partial.mock.calls).toEqual([[{ 'var-container': 'web' }, true], [{ 'var-container': 'container:1' }, true]]);
  });

  it('goes back to all, or to nothing where there is no all', () => {
    choose(null, { ...OPTIONS, variable: 'container' });
    choose(null, { ...OPTIONS, variable: 'text' });
    expect(partial.mock.calls).toEqual([[{ 'var-container': '$__all' }, true], [{ 'var-text': '' }, true]]);
  });

  it('leaves the address alone without a variable', () => {
    choose(WEB, OPTIONS);
    expect(partial).not.toHaveBeenCalled();
  });
});

describe('nodeOf', () => {
  it('finds the node that the variable names', () => {
    expect(nodeOf(TOPOLOGY, 'web', {})).toBe('container:1');
    expect(nodeOf(TOPOLOGY, 'container:1', { value: 'id' })).toBe('container:1');
    expect(nodeOf(TOPOLOGY, '{a,b}', {})).toBeNull();
    expect(nodeOf(null, 'web', {})).toBeNull();
  });
});
