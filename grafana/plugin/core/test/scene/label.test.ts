import { describe, expect, it } from 'vitest';
import { decodeTopology } from '../../src/model/store';
import { Labels, linkText, shorten, type Label } from '../../src/scene/label';
import { NO_EMPHASIS, Scene } from '../../src/scene/scene';
import { DARK } from '../../src/theme/palette';
import { edge, nested, node, raw, type Raw } from '../topologies';

const SCREEN = { width: 1200, height: 800 };
const measure = (text: string): number => text.length * 0.55;

function labels(world: Raw, k: number, focus: string | null = null): Label[] {
  const scene = new Scene(true);
  scene.update(decodeTopology(world), 0);
  scene.emphasise({ ...NO_EMPHASIS, selected: focus });
  const camera = { x: 600, y: 400, k };
  scene.compose(camera, SCREEN, DARK, 1000);
  return new Labels(measure).place({ bubbles: scene.visible, links: scene.links, camera, screen: SCREEN, palette: DARK, metric: 'cpu', focus, dim: scene.dimmed });
}

function boxes(found: readonly Label[]): { left: number; right: number; top: number; bottom: number }[] {
  return found.map(({ x, y, width, size, second, plate }) => ({
    left: x - width / 2,
    right: x + width / 2,
    top: y - (size * 1.28) / 2 - (plate ? 3 : 0),
    bottom: y + (size * 1.28) / 2 + (second === '' ? 0 : size * 1.28) + (plate ? 3 : 0),
  }));
}

describe('Labels', () => {
  it.each([0.05, 0.2, 0.5, 1, 2, 6])('never lie over one another at scale %d', (k) => {
    const found = boxes(labels(nested(), k));
    found.forEach((one, index) => {
      for (const other of found.slice(index + 1)) {
        const apart = one.right <= other.left + 0.01 || other.right <= one.left + 0.01 || one.bottom <= other.top + 0.01 || other.bottom <= one.top + 0.01;
        expect(apart).toBe(true);
      }
    });
  });

  it('keep to a budget', () => {
    const nodes = Array.from({ length: 2000 }, (_, index) => node(`n${index}`, { position: [(index % 50) * 24 - 600, Math.floor(index / 50) * 20 - 400], radius: 8 }));
    expect(labels(raw({ nodes }), 1).length).toBeLessThanOrEqual(110);
  });

  it('name the selected one first of all', () => {
    const nodes = Array.from({ length: 60 }, (_, index) => node(`twin${index}`, { position: [index * 2, 0] }));
    expect(labels(raw({ nodes }), 1, 'twin33').map(({ text }) => text)).toContain('twin33');
  });

  it('stand inside a circle that is large enough', () => {
    const [label] = labels(raw({ nodes: [node('inside', { radius: 30 })] }), 2);
    expect(label).toMatchObject({ text: 'inside', x: 600 });
    expect(label!.y).toBeLessThan(400 + 30);
  });

  it('say the figures of links in focus', () => {
    const world = raw({ nodes: [node('a', { position: [-200, 0] }), node('b', { position: [200, 0] })], edges: [edge('a', 'b')] });
    expect(labels(world, 1, 'a').find(({ plate }) => plate)?.text).toBe(':80 · 1 kB/s · 1 conn');
    expect(labels(world, 1).some(({ plate }) => plate)).toBe(false);
  });
});

describe('shorten', () => {
  it('cuts the middle and leaves both ends', () => {
    expect(shorten('short')).toBe('short');
    expect(shorten('registry.example.com/team/service-name-7f9c')).toMatch(/^registry\.example.*…name-7f9c$/);
  });

  it('makes control characters and bidi overrides visible (H1)', () => {
    expect(shorten('a\u202Eb\u0000c\u2028d')).toBe('a\uFFFDb\uFFFDc\uFFFDd');
    expect(Array.from(shorten('\u{1F600}'.repeat(100)))).toHaveLength(28);
    expect(shorten('x'.repeat(1_000_000))).toHaveLength(28);
  });
});

it('tells unknown bytes and failures of a link', () => {
  const scene = new Scene(true);
  scene.update(decodeTopology(raw({ nodes: [node('a'), node('b', { position: [100, 0] })], edges: [edge('a', 'b', { port: 53, protocol: 'udp', bytes_per_second: null, connects_per_second: 1, failed_per_second: 0.5 })] })), 0);
  scene.compose({ x: 0, y: 0, k: 1 }, SCREEN, DARK, 1000);
  expect(linkText(scene.links[0]!)).toBe(':53/udp · bytes unknown · 1 conn · 50 % fail');
});
