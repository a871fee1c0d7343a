import { describe, expect, it } from 'vitest';
import { decodeTopology } from '../../src/model/store';
import { Motion } from '../../src/scene/bubble';
import { Tree } from '../../src/scene/tree';
import { group, nested, node, raw, topology } from '../topologies';

describe('Tree', () => {
  it('nests nodes in groups and counts their status upwards', () => {
    const tree = new Tree();
    const world = nested() as { nodes: Record<string, unknown>[] };
    world.nodes[0] = { ...world.nodes[0], status: 'critical' };
    tree.update(decodeTopology(world));
    expect(tree.roots.map(({ id }) => id)).toEqual(['left', 'right']);
    expect(tree.get('left')).toMatchObject({ count: 4, status: 'critical', tally: { critical: 1, healthy: 3 } });
    expect(tree.get('right')?.status).toBe('healthy');
    expect(tree.ordered.indexOf(tree.get('left')!)).toBeLessThan(tree.ordered.indexOf(tree.get('left.one.a')!));
  });

  it('survives groups that contain each other and parents that are not there', () => {
    const tree = new Tree();
    tree.update(topology({ groups: [group('a', 'b'), group('b', 'a'), group('c', 'nowhere')], nodes: [node('n', { group: 'gone' })] }));
    expect(tree.ordered).toHaveLength(4);
    expect(tree.get('n')?.parent).toBeNull();
  });

  it('moves survivors smoothly and grows newcomers; the gone fade and are swept', () => {
    const tree = new Tree();
    const motion = new Motion(false);
    tree.update(topology({ nodes: [node('stays', { position: [0, 0] }), node('goes')] }));
    tree.update(topology({ nodes: [node('stays', { position: [100, 0] }), node('comes', { position: [50, 50] })] }));
    motion.begin(tree.ordered, 0);
    motion.advance(150);
    expect(tree.get('stays')?.now.x).toBeCloseTo(50);
    expect(tree.get('comes')?.now.alpha).toBeCloseTo(0.5);
    expect(tree.ordered).toHaveLength(3);
    expect(motion.advance(301)).toBe(true);
    tree.sweep();
    expect(tree.get('stays')?.now.x).toBe(100);
    expect(tree.ordered.map(({ id }) => id).sort()).toEqual(['comes', 'stays']);
  });

  it('jumps under reduced motion', () => {
    const tree = new Tree();
    const motion = new Motion(true);
    tree.update(topology({ nodes: [node('a')] }));
    tree.update(topology({ nodes: [node('a', { position: [100, 0] })] }));
    motion.begin(tree.ordered, 0);
    motion.advance(1);
    expect(tree.get('a')?.now.x).toBe(100);
  });

  it('does not move anybody when only numbers change', () => {
    const tree = new Tree();
    const world = decodeTopology(nested());
    tree.update(world);
    const before = tree.ordered.map(({ now }) => [now.x, now.y, now.r]);
    tree.refresh(new Map([...world.nodes].map(([id, one]) => [id, { ...one, metrics: { cpu: 5 } }])));
    tree.scale('cpu', 'none');
    expect(tree.ordered.map(({ to }) => [to.x, to.y, to.r])).toEqual(before);
  });

  it('draws sizes by the chosen metric within each kind', () => {
    const tree = new Tree();
    tree.update(decodeTopology(raw({ nodes: [node('small', { metrics: { cpu: 0.1 } }), node('large', { metrics: { cpu: 2 } }), node('unknown', { metrics: { cpu: null } }), node('machine', { kind: 'host', metrics: { cpu: 64 } })] })));
    tree.scale('cpu', 'none');
    const size = (id: string): number => tree.get(id)?.to.size ?? 0;
    expect(size('large')).toBeGreaterThan(size('small'));
    expect(size('small')).toBeGreaterThan(size('unknown'));
    expect(size('machine')).toBe(size('large'));
  });

  it('fills by the share of the limit, and not at all what was not measured', () => {
    const tree = new Tree();
    tree.update(topology({ nodes: [node('a', { metrics: { memory: 50 }, limits: { memory: 100 } }), node('b', { metrics: { memory: null } })] }));
    tree.scale('none', 'memory');
    expect(tree.get('a')?.level).toBe(0.5);
    expect(tree.get('b')?.level).toBeNull();
  });
});

describe('what did not change', () => {
  const world = (cpu: Record<string, number>): ReturnType<typeof topology> => topology({ nodes: Object.entries(cpu).map(([id, value]) => node(id, { group: 'g', metrics: { cpu: value } })), groups: [group('g', null)] });

  it('is left alone, and so are its sizes while the largest stays', () => {
    const tree = new Tree();
    const before = world({ large: 4, a: 1, b: 1 });
    expect(tree.update(before)).toBe(true);
    expect(tree.scale('cpu', 'none')).toHaveLength(4);
    expect(tree.update(before)).toBe(false);
    expect(tree.scale('cpu', 'none')).toEqual([]);
    const size = tree.get('b')?.to.size;
    const nodes = new Map(before.nodes).set('a', world({ a: 2 }).nodes.get('a')!);
    expect(tree.update({ ...before, nodes })).toBe(false);
    expect(tree.scale('cpu', 'none').map(({ id }) => id)).toEqual(['a']);
    expect(tree.get('a')!.to.size).toBeGreaterThan(size!);
    tree.update({ ...before, nodes: new Map(nodes).set('a', world({ a: 16 }).nodes.get('a')!) });
    expect(tree.scale('cpu', 'none')).toHaveLength(4);
    expect(tree.get('b')!.to.size).toBeLessThan(size!);
  });

  it('does not hide who comes, goes, worsens or moves to another group', () => {
    const tree = new Tree();
    tree.update(world({ a: 1, b: 1 }));
    expect(tree.update(world({ b: 1, c: 1 }))).toBe(true);
    expect([...tree.bubbles.keys()].sort()).toEqual(['b', 'c', 'g']);
    expect(tree.get('g')).toMatchObject({ count: 2, holdsNodes: true, largest: 10 });
    tree.refresh(topology({ nodes: [node('b', { group: 'g', status: 'critical' }), node('new', { group: 'g' })] }).nodes);
    expect(tree.get('g')).toMatchObject({ status: 'critical', tally: { critical: 1, healthy: 1 } });
    expect(tree.update(topology({ nodes: [node('b'), node('new', { group: 'g' })], groups: [group('g', null)] }))).toBe(true);
    expect(tree.get('b')?.parent).toBeNull();
    expect(tree.get('g')).toMatchObject({ count: 1, status: 'healthy' });
  });
});
