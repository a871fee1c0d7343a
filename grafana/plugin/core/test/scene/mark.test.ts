import { expect, it } from 'vitest';
import type { Mark } from '../../src/model/difference';
import { decodeTopology } from '../../src/model/store';
import { GLYPHS } from '../../src/scene/glyph';
import { SPRITE } from '../../src/scene/display';
import { NO_EMPHASIS, Scene } from '../../src/scene/scene';
import { DARK } from '../../src/theme/palette';
import { nested } from '../topologies';

const SCREEN = { width: 1200, height: 800 };
const MARKS = new Map<string, Mark>([['left.one.a', 'added'], ['left.one.b', 'removed'], ['right.two.a', 'changed'], ['left.one.a>left.two.a:80/tcp', 'added']]);

function compared(k: number, marks: ReadonlyMap<string, Mark> | null = MARKS): Scene {
  const scene = new Scene(true);
  scene.update(decodeTopology(nested()), 0);
  scene.emphasise({ ...NO_EMPHASIS, marks });
  scene.compose({ x: 600, y: 400, k }, SCREEN, DARK, 1000);
  return scene;
}

function signs({ list: { sprites } }: Scene): (string | undefined)[] {
  return Array.from({ length: sprites.length }, (_, item) => GLYPHS[sprites.floats[item * SPRITE.stride + SPRITE.glyph] ?? -1]);
}

it('says with a sign what came, went and changed, not with colour alone', () => {
  const shown = signs(compared(1));
  for (const mark of ['added', 'removed', 'changed']) expect(shown.filter((sign) => sign === mark)).toHaveLength(1);
});

it('lights what is marked, the links too, and dims the rest', () => {
  const scene = compared(1);
  const lit = scene.tree.ordered.filter((bubble) => bubble.node !== null && bubble.lit).map(({ id }) => id);
  expect(lit.sort()).toEqual(['left.one.a', 'left.one.b', 'right.two.a']);
  expect(scene.links.filter((link) => link.lit).map(({ id, mark }) => [id, mark])).toEqual([['left.one.a>left.two.a', 'added']]);
});

it('lets a group bear what is inside of it', () => {
  const { tree } = compared(0.01);
  expect(tree.get('left')?.marked).toEqual({ added: 1, changed: 0, removed: 1 });
  expect([tree.get('left')?.mark, tree.get('left.two')?.mark, tree.get('right')?.mark]).toEqual(['changed', null, 'changed']);
});

it('leaves nothing behind when the comparison ends', () => {
  const scene = compared(1);
  scene.emphasise(NO_EMPHASIS);
  scene.compose({ x: 600, y: 400, k: 1 }, SCREEN, DARK, 1000);
  expect(scene.tree.ordered.some(({ mark }) => mark !== null)).toBe(false);
  expect(signs(scene)).not.toContain('added');
});
