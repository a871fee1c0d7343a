import { describe, expect, it } from 'vitest';
import { decodeEdge, decodeNode, instant, metrics, words } from '../../src/model/decode';
import { edge, node } from '../topologies';

describe('decodeNode', () => {
  it('keeps what it knows and says null for what was not measured', () => {
    const found = decodeNode(node('container:1', { metrics: { cpu: 0, memory: null, connections: 'many' } }));
    expect(found?.metrics).toMatchObject({ cpu: 0, memory: null, connections: null });
  });

  it('leaves out what has no id', () => {
    expect(decodeNode({ label: 'nameless' })).toBeNull();
    expect(decodeNode('text')).toBeNull();
    expect(decodeNode(null)).toBeNull();
  });

  it('takes an unknown status and a broken position for unknown', () => {
    const found = decodeNode({ id: 'a', status: 'splendid', position: [1, 'x'] });
    expect(found).toMatchObject({ status: 'unknown', position: null, radius: 0, label: 'a' });
  });
});

describe('hostile keys (H1)', () => {
  const hostile = JSON.parse('{"__proto__": 7, "constructor": 8, "cpu": 1}') as unknown;

  it('stay data and never reach a prototype', () => {
    const found = metrics(hostile);
    expect(found.cpu).toBe(1);
    expect('toString' in found).toBe(false);
    expect(found).toHaveProperty(['constructor'], 8);
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
    expect(words(JSON.parse('{"__proto__": "x"}'))).toHaveProperty(['__proto__'], 'x');
  });

  it('are not found where nothing was said', () => {
    expect(metrics({}).constructor).toBeUndefined();
  });
});

describe('decodeEdge', () => {
  it('tells bytes that are not counted from no bytes', () => {
    expect(decodeEdge(edge('a', 'b', { bytes_per_second: null }))?.bytesPerSecond).toBeNull();
    expect(decodeEdge(edge('a', 'b', { bytes_per_second: { transmit: 0, receive: 0 } }))?.bytesPerSecond).toEqual({ transmit: 0, receive: 0 });
  });

  it('needs two ends', () => {
    expect(decodeEdge({ source: 'a' })).toBeNull();
  });
});

it('reads a moment from Unix seconds and from RFC 3339', () => {
  expect(instant(12.5)).toBe(12_500);
  expect(instant('1970-01-01T00:00:02Z')).toBe(2000);
  expect(instant('yesterday')).toBeNull();
  expect(instant(0)).toBeNull();
});
