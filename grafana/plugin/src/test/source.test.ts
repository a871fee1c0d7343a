import { describe, expect, it, vi } from 'vitest';
import { sourceFor, sources } from '../pages/source';

const THERE = [
  { uid: 'one', name: 'Promscope', type: 'promscope-topology-datasource' },
  { uid: 'two', name: 'Promscope west', type: 'promscope-topology-datasource' },
  { uid: 'other', name: 'Prometheus', type: 'prometheus' },
];

vi.mock('@grafana/runtime', () => ({ getDataSourceSrv: () => ({ getList: ({ type }: { type: string }) => THERE.filter((one) => one.type === type) }) }));

describe('the data source of the pages', () => {
  it('is the one that was chosen, while it is there', () => {
    expect(sources().map(({ uid }) => uid)).toEqual(['one', 'two']);
    expect(sourceFor({ source: 'two' })?.name).toBe('Promscope west');
    expect(sourceFor({ source: 'gone' })?.uid).toBe('one');
    expect(sourceFor({})?.uid).toBe('one');
    expect(sourceFor({ source: 'two' }, [])).toBeUndefined();
  });
});
