import { describe, expect, it } from 'vitest';
import { decodeTopology } from '../../src/model/store';
import { lookAt, NO_INSETS } from '../../src/scene/camera';
import { overviewOf, viewport, whereabouts, worldOf } from '../../src/scene/overview';
import { Scene } from '../../src/scene/scene';
import { DARK } from '../../src/theme/palette';
import { nested } from '../topologies';

const SCREEN = { width: 1200, height: 800 };

function at(x: number, y: number, k: number): { scene: Scene; inside: string[] } {
  const scene = new Scene(true);
  scene.update(decodeTopology(nested()), 0);
  const camera = lookAt({ x, y, k }, SCREEN, NO_INSETS);
  scene.compose(camera, SCREEN, DARK, 1000);
  return { scene, inside: whereabouts(scene.tree.roots, viewport(camera, SCREEN, NO_INSETS)).map(({ id }) => id) };
}

describe('the overview', () => {
  it('has the outermost circles and those right inside', () => {
    const circles = overviewOf(at(0, 0, 1).scene.tree.roots);
    expect(circles.map(({ id }) => id).sort()).toEqual(['left', 'left.one', 'left.two', 'right', 'right.one', 'right.two']);
    expect(circles.every(({ group }) => group)).toBe(true);
    expect(worldOf(circles)).toEqual({ x: -500, y: -200, width: 1000, height: 400 });
    expect(worldOf([])).toBeNull();
  });

  it('knows what part of the world is on the screen, without what panels cover', () => {
    const camera = { x: 600, y: 400, k: 2 };
    expect(viewport(camera, SCREEN, NO_INSETS)).toEqual({ x: -300, y: -200, width: 600, height: 400 });
    expect(viewport(camera, SCREEN, { top: 0, right: 400, bottom: 0, left: 0 })).toEqual({ x: -300, y: -200, width: 400, height: 400 });
  });
});

describe('whereabouts', () => {
  it('is nowhere in particular while everything is seen', () => {
    expect(at(0, 0, 0.8).inside).toEqual([]);
    expect(at(-300, 0, 0.8).inside).toEqual([]);
  });

  it('names the groups that were zoomed into, outermost first', () => {
    expect(at(-300, 0, 3).inside).toEqual(['left']);
    expect(at(-300, -80, 10).inside).toEqual(['left', 'left.one']);
    expect(at(300, 80, 10).inside).toEqual(['right', 'right.two']);
  });
});
