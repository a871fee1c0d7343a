import { decodeTopology, OWN_FIGURE, type Topology } from '@promscope/core';
import { describe, expect, it } from 'vitest';
import { topologyOf } from '../panel/frames';
import { judged } from '../panel/thresholds';

const node = (id: string, cpu: number | null, status = 'healthy'): object => ({ id, kind: 'container', label: id, status, state: 'running', metrics: { cpu } });

function statuses(topology: Topology): Record<string, string> {
  return Object.fromEntries([...topology.nodes.values()].map(({ id, status, reasons }) => [id, [status, ...reasons].join(': ')]));
}

const MAP = decodeTopology({ view: 'containers', nodes: [node('idle', 0.1), node('busy', 1.5), node('hot', 3), node('dark', null), node('ill', 0.1, 'critical')], edges: [], groups: [] });

describe('judged', () => {
  it('makes a status of a figure above a limit, and says which', () => {
    expect(statuses(judged(MAP, { size: 'cpu', warning: 1, critical: 2 }))).toEqual({
      idle: 'healthy',
      busy: 'warning: CPU 1.50 cores is above 1.00 cores',
      hot: 'critical: CPU 3.00 cores is above 2.00 cores',
      dark: 'healthy',
      ill: 'critical',
    });
  });

  it('never makes a status better, and 0 is a limit', () => {
    const found = judged(MAP, { size: 'cpu', warning: 0, critical: null });
    expect(found.nodes.get('ill')?.status).toBe('critical');
    expect(found.nodes.get('idle')?.status).toBe('warning');
    expect(found.nodes.get('dark')?.status).toBe('healthy');
  });

  it('leaves the topology alone without limits', () => {
    expect(judged(MAP, { size: 'cpu', warning: null, critical: null })).toBe(MAP);
  });

  it('takes the figure of frames of others in their own unit', () => {
    const found = topologyOf([{ fields: [{ name: 'id', values: ['a'] }, { name: 'mainstat', values: [12] }] }]);
    expect(found?.nodes.get('a')?.metrics[OWN_FIGURE]).toBe(12);
    if (found !== null) expect(statuses(judged(found, { size: 'memory', warning: 10, critical: null }))).toEqual({ a: 'warning: Figure 12 is above 10' });
  });
});
