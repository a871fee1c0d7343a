import { beforeEach, expect, it, vi } from 'vitest';
import { Arrangement } from '../../src/layout/arrangement';
import { FLAT_LIMIT } from '../../src/layout/force';
import { TopologyStore } from '../../src/model/store';
import { edge, nested, node, raw } from '../topologies';

let source: TopologyStore;
let arrangement: Arrangement;
let told: string[];

beforeEach(() => {
  source = new TopologyStore();
  source.apply({ ...nested(), version: 'v1' });
  arrangement = new Arrangement(source);
  told = [];
  arrangement.subscribe((change) => told.push(change));
});

const until = (condition: () => boolean): Promise<void> =>
  vi.waitFor(
    () => {
      expect(condition()).toBe(true);
    },
    { timeout: 30_000 },
  );
const there = (): Promise<void> => until(() => arrangement.topology !== null);

it('hands the nested circles through untouched', () => {
  source.apply({ type: 'metrics', base: 'v1', version: 'v2', nodes: {} });
  expect(arrangement.topology).toBe(source.topology);
  expect(told).toEqual(['numbers']);
});

it('lays out by force, keeps places when something comes, and takes new numbers at once', async () => {
  arrangement.choose('force', null);
  await there();
  const before = arrangement.topology!;
  expect(before.groups.size).toBe(0);
  expect(before.nodes.size).toBe(8);
  source.apply({ type: 'metrics', base: 'v1', version: 'v2', nodes: { 'left.one.a': { cpu: 7 } } });
  expect(arrangement.topology?.nodes.get('left.one.a')).toMatchObject({ metrics: { cpu: 7 }, position: before.nodes.get('left.one.a')?.position });
  source.apply({ type: 'delta', base: 'v2', version: 'v3', nodes: { upsert: [node('new')], remove: ['right.two.b'] } });
  await until(() => arrangement.topology?.nodes.has('new') === true);
  expect(arrangement.topology?.nodes.has('right.two.b')).toBe(false);
  const [x, y] = arrangement.topology!.nodes.get('left.one.a')!.position!;
  const [u, v] = before.nodes.get('left.one.a')!.position!;
  expect(Math.hypot(x - u, y - v)).toBeLessThan(70);
  expect(told.at(-1)).toBe('structure');
});

it('makes layers of a neighbourhood, and nested circles again', () => {
  arrangement.choose('layered', new Set(['left.one.a', 'left.two.a', 'right.one.a']));
  expect([...(arrangement.topology?.nodes.keys() ?? [])].sort()).toEqual(['left.one.a', 'left.two.a', 'right.one.a']);
  arrangement.choose('layered', null);
  expect(arrangement.topology?.nodes.size).toBe(8);
  arrangement.choose('nested', null);
  expect(arrangement.topology).toBe(source.topology);
});

it('says nothing when the same is chosen again', () => {
  arrangement.choose('layered', new Set(['left.one.a']));
  told.length = 0;
  arrangement.choose('layered', new Set(['left.one.a']));
  expect(told).toEqual([]);
});

it('stays nested above what a flat picture can show, but for the neighbourhood of a node', () => {
  const many = Array.from({ length: FLAT_LIMIT + 1 }, (_, index) => node(`n${index}`));
  source.apply(raw({ nodes: many, edges: [edge('n0', 'n1')] }));
  arrangement.choose('force', null);
  expect(arrangement.own).toBe('nested');
  expect(arrangement.topology).toBe(source.topology);
  arrangement.choose('layered', new Set(['n0', 'n1']));
  expect(arrangement.own).toBe('layered');
  expect(arrangement.topology?.nodes.size).toBe(2);
});
