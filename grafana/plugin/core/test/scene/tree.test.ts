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
    motion.advance(tree.ordered, 150);
    expect(tree.get('stays')?.now.x).toBeCloseTo(50);
    expect(tree.get('comes')?.now.alpha).toBeCloseTo(0.5);
    expect(tree.ordered).toHaveLength(3);
    expect(motion.advance(tree.ordered, 301)).toBe(true);
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
    motion.advance(tree.ordered, 1);
    expect(tree.get('a')?.now.x).toBe(100);
  });

  it('does not move anybody when only numbers change', () => {
    const tree = new Tree();
    const world = decodeTopology(nested());
    tree.update(world);
    const before = tree.ordered.map(({ now }) => [now.x, now.y, now.r]);
    tree.refresh([...world.nodes.values()].map((one) => ({ ...one, metrics: { cpu: 5 } })));
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
