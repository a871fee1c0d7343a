import { describe, expect, it } from 'vitest';
import { decodeTopology } from '../../src/model/store';
import { Levels, represent, representative } from '../../src/scene/level';
import { Tree } from '../../src/scene/tree';
import { nested, node, topology, group } from '../topologies';

function at(tree: Tree, levels: Levels, k: number): string[] {
  levels.decide(tree, k);
  return tree.ordered.filter((bubble) => bubble.node === null && bubble.wantOpen).map(({ id }) => id);
}

describe('Levels', () => {
  it('opens groups from the outside in while zooming in', () => {
    const tree = new Tree();
    tree.update(decodeTopology(nested()));
    const levels = new Levels(true);
    expect(at(tree, levels, 0.01)).toEqual([]);
    expect(at(tree, levels, 0.2)).toEqual(['left', 'right']);
    expect(at(tree, levels, 1)).toHaveLength(6);
  });

  it('opens groups sooner or later where more or less detail is wanted', () => {
    const open = (detail: number, k: number): number => {
      const tree = new Tree();
      tree.update(decodeTopology(nested()));
      const levels = new Levels(true);
      levels.setDetail(detail);
      return at(tree, levels, k).length;
    };
    expect([0.5, 1, 2].map((detail) => open(detail, 0.4))).toEqual([2, 2, 6]);
    expect([0.5, 1, 2].map((detail) => open(detail, 0.8))).toEqual([2, 6, 6]);
  });

  it('does not flicker at the border', () => {
    const tree = new Tree();
    tree.update(decodeTopology(nested()));
    const levels = new Levels(true);
    at(tree, levels, 1);
    const border = 5.5 / 12;
    expect(at(tree, levels, border * 0.95)).toHaveLength(6);
    expect(at(tree, levels, border * 0.8)).toHaveLength(2);
    expect(at(tree, levels, border * 1.05)).toHaveLength(2);
    expect(at(tree, levels, border * 1.2)).toHaveLength(6);
  });

  it('shows the one member of a service instead of the service', () => {
    const tree = new Tree();
    tree.update(topology({ groups: [group('p', null), group('s', 'p')], nodes: [node('n', { group: 's' })] }));
    expect(tree.get('s')?.transparent).toBe(true);
    const levels = new Levels(true);
    levels.decide(tree, 0.2);
    expect(representative(tree.get('n')!).id).toBe('n');
  });

  it('fades in 150 ms', () => {
    const tree = new Tree();
    tree.update(decodeTopology(nested()));
    const levels = new Levels(false);
    levels.decide(tree, 0.001);
    expect(levels.fade(tree, -1000)).toBe(false);
    levels.decide(tree, 1);
    expect(levels.fade(tree, 0)).toBe(true);
    expect(levels.fade(tree, 75)).toBe(true);
    expect(tree.get('left')?.open).toBeCloseTo(0.5, 1);
    expect(levels.fade(tree, 300)).toBe(false);
    expect(tree.get('left')?.open).toBe(1);
  });
});

it('knows of all at once what stands for them', () => {
  const tree = new Tree();
  tree.update(decodeTopology(nested()));
  const levels = new Levels(true);
  for (const k of [0.01, 0.2, 1]) {
    levels.decide(tree, k);
    represent(tree.ordered);
    expect(tree.ordered.map(({ shownAs }) => shownAs.id)).toEqual(tree.ordered.map((bubble) => representative(bubble).id));
  }
});
