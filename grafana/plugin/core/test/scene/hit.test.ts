import { expect, it } from 'vitest';
import { decodeTopology } from '../../src/model/store';
import { nodesWithin } from '../../src/scene/hit';
import { Scene } from '../../src/scene/scene';
import { DARK } from '../../src/theme/palette';
import { nested } from '../topologies';

const SCREEN = { width: 1200, height: 800 };

function scene(k: number): Scene {
  const made = new Scene(true);
  made.update(decodeTopology(nested()), 0);
  made.compose({ x: 600, y: 400, k }, SCREEN, DARK, 1000);
  return made;
}

it('finds the nodes in a box', () => {
  const camera = { x: 600, y: 400, k: 1 };
  expect(nodesWithin(scene(1), camera, { x: 260, y: 300, width: 80, height: 40 })).toEqual(['left.one.a', 'left.one.b']);
  expect(nodesWithin(scene(1), camera, { x: 0, y: 0, width: 10, height: 10 })).toEqual([]);
});

it('takes all that is in a closed group', () => {
  const camera = { x: 600, y: 400, k: 0.01 };
  expect(nodesWithin(scene(0.01), camera, { x: 590, y: 390, width: 10, height: 20 })).toHaveLength(4);
});
