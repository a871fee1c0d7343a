import { describe, expect, it } from 'vitest';
import { readQuery, withThreshold, withValue, writeQuery } from '../../src/query/query';

describe('a query', () => {
  it('is read as values, thresholds and the rest', () => {
    const { rest, facets, thresholds } = readQuery('redis (status:critical OR status:warning) host = atlas cpu >= 0.5 memory > 80% NOT pod:*');
    expect(rest).toBe('redis memory > 80% NOT pod:*');
    expect([...facets]).toEqual([['status', ['critical', 'warning']], ['host', ['atlas']]]);
    expect([...thresholds]).toEqual([['cpu', 0.5]]);
  });

  it('is written so that it is read back as the same', () => {
    for (const text of ['', 'redis', 'status:critical', 'a AND b', 'label.app = "two words" cpu >= 0.25', 'image ~ "red(is|uction)" memory >= 100mi']) {
      expect(readQuery(writeQuery(readQuery(text)))).toEqual(readQuery(text));
    }
  });

  it('keeps what its author chose between together', () => {
    expect(withValue('redis OR nginx', 'status', 'critical', true)).toBe('(redis OR nginx) status:critical');
    expect(withValue('(redis OR nginx) status:critical', 'status', 'critical', false)).toBe('(redis OR nginx)');
  });

  it('takes values in and out', () => {
    const one = withValue('', 'host', 'atlas', true);
    expect(one).toBe('host = atlas');
    const two = withValue(one, 'host', 'vega 2', true);
    expect(two).toBe('(host = atlas OR host = "vega 2")');
    expect(withValue(two, 'host', 'atlas', false)).toBe('host = "vega 2"');
    expect(withValue(one, 'host', 'atlas', false)).toBe('');
  });

  it('takes thresholds in and out', () => {
    const cpu = withThreshold('web', 'cpu', 0.5);
    expect(cpu).toBe('web cpu >= 0.5');
    expect(withThreshold(cpu, 'memory', 100 * 2 ** 20)).toBe('web cpu >= 0.5 memory >= 100mi');
    expect(withThreshold(cpu, 'cpu', 0)).toBe('web');
  });

  it('leaves alone what it does not understand', () => {
    for (const text of ['(redis', 'a "b', 'status:', 'NOT', '= x', ')(', 'status = critical OR', 'NOT status:critical', 'status:*', 'cpu >= 40%', 'kind:a state:b (kind:c OR state:d)']) {
      const { rest, facets, thresholds } = readQuery(text);
      if (facets.size + thresholds.size === 0) expect(rest).toBe(text);
    }
    expect(readQuery('kind:a (kind:c OR state:d)').rest).toBe('(kind:c OR state:d)');
    expect(readQuery('kind:a kind:b').rest).toBe('kind:b');
  });

  it('quotes what would end a value, hostile or not', () => {
    const value = 'a" OR name:* OR "\\';
    const text = withValue('', 'label.app', value, true);
    expect(readQuery(text).facets.get('label.app')).toEqual([value]);
    expect(readQuery(withValue('', 'host', 'OR', true)).facets.get('host')).toEqual(['OR']);
    expect(readQuery('__proto__ = constructor').facets.get('__proto__')).toEqual(['constructor']);
  });
});
