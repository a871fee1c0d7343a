import { describe, expect, it } from 'vitest';
import { decodeTopology } from '../../src/model/store';
import { hitTest, neighbour } from '../../src/scene/hit';
import { NO_EMPHASIS, Scene } from '../../src/scene/scene';
import { CURVE, DISC, pack } from '../../src/scene/display';
import { DARK, LIGHT } from '../../src/theme/palette';
import { edge, nested, node, raw } from '../topologies';

const SCREEN = { width: 1200, height: 800 };
const CENTRE = { x: 600, y: 400, k: 1 };

function scene(k = 1, world = nested(), reduced = true): Scene {
  const made = new Scene(reduced);
  made.update(decodeTopology(world), 0);
  made.compose({ ...CENTRE, k }, SCREEN, DARK, 1000);
  return made;
}

describe('Scene', () => {
  it('draws hulls, curves and discs for what is open', () => {
    const { list } = scene(1);
    expect(list.hulls.length).toBe(6);
    expect(list.curves.length).toBe(4);
    expect(list.discs.length).toBe(8);
  });

  it('draws donuts for what is closed', () => {
    const { list, visible } = scene(0.01);
    expect(visible.map(({ id }) => id)).toEqual(['left', 'right']);
    expect(list.hulls.length).toBe(0);
    expect(list.curves.length).toBe(1);
  });

  it('draws the same list for the same state: nothing is left over from before', () => {
    const made = scene(1);
    const first = made.list.discs.floats.slice(0, made.list.discs.length * DISC.stride);
    made.compose({ ...CENTRE, k: 4 }, SCREEN, LIGHT, 1000);
    made.compose(CENTRE, SCREEN, DARK, 1000);
    expect(made.list.discs.floats.slice(0, made.list.discs.length * DISC.stride)).toEqual(first);
  });

  it('leaves out what is far outside the screen', () => {
    const made = scene(1);
    made.compose({ x: 600 - 3000 * 6, y: 400, k: 6 }, SCREEN, DARK, 1000);
    expect(made.visible).toEqual([]);
    expect(made.list.discs.length).toBe(0);
  });

  it('flows only where there is traffic, and nowhere under reduced motion', () => {
    const world = raw({
      nodes: [node('a'), node('b', { position: [300, 0] }), node('c', { position: [0, 300] })],
      edges: [edge('a', 'b'), edge('a', 'c', { bytes_per_second: null, protocol: 'udp' })],
    });
    const moving = scene(1, world, false);
    const speeds = [0, 1].map((item) => moving.list.curves.floats[item * CURVE.stride + CURVE.speed]);
    expect(speeds.filter((speed) => (speed ?? 0) > 0)).toHaveLength(1);
    expect(moving.list.flowing).toBe(true);
    expect(scene(1, world, true).list.flowing).toBe(false);
  });

  it('lights the selected one and what it talks to, and dims the rest', () => {
    const made = scene(1);
    made.emphasise({ ...NO_EMPHASIS, selected: 'left.one.a' });
    made.compose(CENTRE, SCREEN, DARK, 1000);
    const lit = made.tree.ordered.filter((bubble) => bubble.node !== null && bubble.lit).map(({ id }) => id);
    expect(lit.sort()).toEqual(['left.one.a', 'left.two.a', 'right.one.a']);
    expect(made.tree.get('right')?.lit).toBe(true);
  });

  it('lights what a search found', () => {
    const made = scene(1);
    made.emphasise({ ...NO_EMPHASIS, matched: new Set(['right.two.b']) });
    made.compose(CENTRE, SCREEN, DARK, 1000);
    expect(made.tree.ordered.filter(({ lit }) => lit).map(({ id }) => id).sort()).toEqual(['right', 'right.two', 'right.two.b']);
  });

  it('lights a path with the edges between its nodes, and no others of theirs', () => {
    const made = scene(1);
    made.emphasise({ ...NO_EMPHASIS, selected: 'left.one.a', within: new Set(['left.two.a', 'left.one.a', 'right.one.a']) });
    made.compose(CENTRE, SCREEN, DARK, 1000);
    const lit = made.tree.ordered.filter((bubble) => bubble.node !== null && bubble.lit).map(({ id }) => id);
    expect(lit.sort()).toEqual(['left.one.a', 'left.two.a', 'right.one.a']);
    expect(made.links.filter((link) => link.lit).map(({ id }) => id).sort()).toEqual(['left.one.a>left.two.a', 'left.one.a>right.one.a']);
    made.emphasise({ ...NO_EMPHASIS, within: new Set(['left.one.a', 'nowhere']) });
    made.compose(CENTRE, SCREEN, DARK, 1000);
    expect(made.links.some(({ lit }) => lit)).toBe(false);
    expect(made.tree.get('right')?.lit).toBe(false);
  });

  it('says when it has come to rest', () => {
    const made = new Scene(false);
    made.update(decodeTopology(nested()), 0);
    expect(made.compose(CENTRE, SCREEN, DARK, 100)).toBe(false);
    const moved = nested() as { nodes: Record<string, unknown>[] };
    moved.nodes[0] = { ...moved.nodes[0], position: [-310, -70] };
    made.update(decodeTopology(moved), 200);
    expect(made.compose(CENTRE, SCREEN, DARK, 300)).toBe(true);
    expect(made.compose(CENTRE, SCREEN, DARK, 1000)).toBe(false);
  });
});

describe('hitTest', () => {
  const at = (made: Scene, x: number, y: number): string => {
    const hit = hitTest(made, CENTRE, x, y, 4);
    return hit === null ? 'nothing' : hit.type === 'link' ? `link ${hit.link.id}` : `${hit.type} ${hit.bubble.id}`;
  };

  it('finds nodes before links before hulls', () => {
    const made = scene(1);
    const target = made.tree.get('left.one.a')!;
    expect(at(made, 600 + target.now.x, 400 + target.now.y)).toBe('node left.one.a');
    const [link] = made.links;
    const { curve } = link!;
    const middle = [0, 1].map((axis) => (curve[axis]! + 3 * curve[2 + axis]! + 3 * curve[4 + axis]! + curve[6 + axis]!) / 8);
    expect(at(made, 600 + middle[0]!, 400 + middle[1]!)).toMatch(/^(link|node)/);
    expect(at(made, 600 - 300 - 150, 400)).toBe('hull left');
    expect(at(made, 600, 20)).toBe('nothing');
  });

  it('finds a closed group', () => {
    const made = scene(0.05);
    expect(hitTest(made, { ...CENTRE, k: 0.05 }, 585, 400, 4)).toMatchObject({ type: 'group' });
  });

  it('walks to the neighbour in a direction', () => {
    const made = scene(1);
    const from = made.tree.get('left.one.a')!;
    expect(neighbour(made, from, 1, 0)?.id).toBe('left.one.b');
    expect(neighbour(made, from, 0, 1)?.id).toBe('left.two.a');
    expect(neighbour(made, from, -1, 0)).toBeNull();
  });
});

it('packs colours as WebGL reads them', () => {
  const word = pack(0x112233, 1);
  expect([word & 255, (word >>> 8) & 255, (word >>> 16) & 255, word >>> 24]).toEqual([0x11, 0x22, 0x33, 255]);
  expect(pack(0xffffff, 2) >>> 24).toBe(255);
});
