import { beforeEach, describe, expect, it } from 'vitest';
import { decodeTopology } from '../../src/model/store';
import { SPRITE } from '../../src/scene/display';
import { GLYPHS, type GlyphName } from '../../src/scene/glyph';
import { NO_EMPHASIS, Scene, type Emphasis } from '../../src/scene/scene';
import { DARK } from '../../src/theme/palette';
import { nested } from '../topologies';

describe('signs of what the user did', () => {
  let scene: Scene;

  beforeEach(() => {
    scene = new Scene(true);
    scene.update(decodeTopology(nested()), 0);
  });

  /** Where a glyph is drawn at a scale, relative to a node. */
  function places(glyph: GlyphName, emphasis: Partial<Emphasis>, k = 1): number[][] {
    scene.emphasise({ ...NO_EMPHASIS, ...emphasis });
    const camera = { x: 600, y: 400, k };
    scene.compose(camera, { width: 1200, height: 800 }, DARK, 0);
    scene.compose(camera, { width: 1200, height: 800 }, DARK, 1000);
    const { floats, length } = scene.list.sprites;
    const found: number[][] = [];
    for (let at = 0; at < length * SPRITE.stride; at += SPRITE.stride) {
      if (floats[at + SPRITE.glyph] === GLYPHS.indexOf(glyph)) found.push([floats[at]!, floats[at + SPRITE.y]!]);
    }
    return found;
  }

  it('gives a pinned node a pin at its lower right', () => {
    expect(places('pin', {})).toEqual([]);
    const [place, ...more] = places('pin', { pinned: new Set(['left.one.a', 'gone']) });
    const { now } = scene.tree.get('left.one.a')!;
    expect(more).toEqual([]);
    expect(place![0]).toBeGreaterThan(now.x);
    expect(place![1]).toBeGreaterThan(now.y);
  });

  it('gives none to a node that is too small or in a closed group', () => {
    expect(places('pin', { pinned: new Set(['left.one.a']) }, 0.5)).toEqual([]);
    expect(places('pin', { pinned: new Set(['left.one.a']) }, 0.05)).toEqual([]);
  });

  it('ticks what is picked, also the group that stands for it', () => {
    expect(places('healthy', { picked: new Set(['left.one.a']) })).toHaveLength(1);
    expect(places('healthy', { picked: new Set(['left.one.a']) }, 0.05)).toHaveLength(1);
  });

  it('rings what is selected', () => {
    const rings = (): number => scene.list.arcs.length;
    places('pin', {});
    const before = rings();
    places('pin', { selected: 'left.one.a' });
    expect(rings()).toBe(before + 1);
  });
});
