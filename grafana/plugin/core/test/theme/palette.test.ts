import { describe, expect, it } from 'vitest';
import { css, DARK, LIGHT, mix, type Rgb } from '../../src/theme/palette';

/** WCAG 2.2 relative luminance. */
function luminance(color: Rgb): number {
  const [r, g, b] = [16, 8, 0].map((shift) => {
    const part = ((color >> shift) & 255) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(one: Rgb, other: Rgb): number {
  const [low, high] = [luminance(one), luminance(other)].sort((a, b) => a - b) as [number, number];
  return (high + 0.05) / (low + 0.05);
}

describe.each([DARK, LIGHT])('$name', (palette) => {
  it.each(['text', 'soft', 'faint', 'accent', 'groupText'] as const)('%s is readable on background and surface', (name) => {
    for (const under of [palette.background, palette.surface]) expect(contrast(palette[name], under)).toBeGreaterThanOrEqual(4.5);
  });

  it('status colours are readable as text, on their own tint too', () => {
    for (const color of Object.values(palette.status)) {
      expect(contrast(color, palette.surface)).toBeGreaterThanOrEqual(4.5);
      expect(contrast(color, mix(palette.surface, color, 0.14))).toBeGreaterThanOrEqual(4.5);
    }
  });

  it('rings and signs stand out from the background', () => {
    for (const color of [...Object.values(palette.status), ...Object.values(palette.role)]) expect(contrast(color, palette.background)).toBeGreaterThanOrEqual(3);
  });

  it('what stands on the accent is readable', () => {
    expect(contrast(palette.onAccent, palette.accent)).toBeGreaterThanOrEqual(4.5);
  });
});

it('writes and mixes colours', () => {
  expect(css(0x0a141e)).toBe('rgb(10 20 30)');
  expect(css(0x0a141e, 0.5)).toBe('rgb(10 20 30 / 0.5)');
  expect(mix(0x000000, 0xffffff, 0.5)).toBe(0x808080);
});
