import { describe, expect, it } from 'vitest';
import { decodeTopology } from '../../src/model/store';
import { Levels } from '../../src/scene/level';
import { linksOf, sides } from '../../src/scene/link';
import { route } from '../../src/scene/route';
import { Tree } from '../../src/scene/tree';
import { edge, nested, node, topology } from '../topologies';

function world(k: number): { tree: Tree; links: ReturnType<typeof linksOf> } {
  const tree = new Tree();
  const now = decodeTopology(nested());
  tree.update(now);
  new Levels(true).decide(tree, k);
  return { tree, links: linksOf(tree, now.edges.values()) };
}

describe('linksOf', () => {
  it('joins edges at what stands for their ends, and drops what stays inside', () => {
    const closed = world(0.01).links;
    expect(closed.map(({ id }) => id)).toEqual(['left>right']);
    expect(closed[0]).toMatchObject({ rate: 2000, connections: 2 });
    expect(world(1).links).toHaveLength(4);
  });

  it('never drops silently: beyond the budget the weak run in trunks', () => {
    const names = Array.from({ length: 40 }, (_, index) => `n${index}`);
    const now = topology({
      nodes: names.map((name) => node(name)),
      edges: names.slice(1).map((name, index) => edge('n0', name, { bytes_per_second: { transmit: index * 1000, receive: 0 } })),
    });
    const tree = new Tree();
    tree.update(now);
    const links = linksOf(tree, now.edges.values(), 10);
    expect(links.filter(({ trunk }) => !trunk)).toHaveLength(10);
    expect(links.reduce((sum, link) => sum + link.edges.length, 0)).toBe(39);
    expect(links[0]?.rate).toBe(38_000);
  });

  it('is red by the share that fails, not by one bad member', () => {
    const now = topology({
      nodes: [node('a'), node('b')],
      edges: [
        edge('a', 'b', { id: '1', connects_per_second: 99, failed_per_second: 0 }),
        edge('a', 'b', { id: '2', connects_per_second: 1, failed_per_second: 1 }),
      ],
    });
    const tree = new Tree();
    tree.update(now);
    expect(linksOf(tree, now.edges.values())[0]?.failing).toBeCloseTo(0.01);
  });

  it('knows bytes that nobody counts', () => {
    const now = topology({ nodes: [node('a'), node('b')], edges: [edge('a', 'b', { protocol: 'udp', bytes_per_second: null })] });
    const tree = new Tree();
    tree.update(now);
    expect(linksOf(tree, now.edges.values())[0]?.rate).toBeNull();
  });

  it('leaves out edges whose ends are not there', () => {
    const now = topology({ nodes: [node('a')], edges: [edge('a', 'gone'), edge('gone', 'a')] });
    const tree = new Tree();
    tree.update(now);
    expect(linksOf(tree, now.edges.values())).toEqual([]);
  });
});

describe('route', () => {
  it('goes from border to border', () => {
    const { tree, links } = world(1);
    const link = links.find(({ id }) => id === 'left.one.a>right.one.a')!;
    for (const bubble of tree.ordered) bubble.drawn = bubble.now.r;
    route(link, 0);
    const { source, target, curve } = link;
    expect(Math.hypot(curve[0] - source.now.x, curve[1] - source.now.y)).toBeCloseTo(12, 3);
    expect(Math.hypot(curve[6] - target.now.x, curve[7] - target.now.y)).toBeCloseTo(12, 3);
  });

  it('leaves the two groups below the common ancestor', () => {
    const { tree } = world(1);
    const [from, to] = sides(tree.get('left.one.a')!, tree.get('right.one.a')!);
    expect([from.id, to.id]).toEqual(['left', 'right']);
    const [near, far] = sides(tree.get('left.one.a')!, tree.get('left.one.b')!);
    expect([near.id, far.id]).toEqual(['left.one.a', 'left.one.b']);
  });
});
