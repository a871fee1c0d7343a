/**
 * The display list: flat numbers that both back-ends draw, so that neither decides how anything
 * looks. Positions and radii in world units, line widths of curves in pixels, colours as RGBA
 * bytes in one word. Batches are reused from frame to frame; drawing allocates nothing.
 */

import type { Rgb } from '../theme/palette';
import type { GlyphName } from './glyph';
import { GLYPHS } from './glyph';

export class Batch {
  floats: Float32Array;
  words: Uint32Array;
  length = 0;

  constructor(
    readonly stride: number,
    capacity = 128,
  ) {
    this.floats = new Float32Array(capacity * stride);
    this.words = new Uint32Array(this.floats.buffer);
  }

  /** The offset of a fresh item. */
  next(): number {
    const offset = this.length * this.stride;
    if (offset + this.stride > this.floats.length) {
      const larger = new Float32Array(this.floats.length * 2);
      larger.set(this.floats);
      this.floats = larger;
      this.words = new Uint32Array(larger.buffer);
    }
    this.length += 1;
    return offset;
  }
}

/** RGBA bytes in memory order, as WebGL reads them. */
export function pack(color: Rgb, alpha: number): number {
  const a = Math.round(Math.min(1, Math.max(0, alpha)) * 255);
  return (((a << 24) | ((color & 255) << 16) | (color & 0xff00) | (color >> 16)) >>> 0);
}

export const DISC = { x: 0, y: 1, r: 2, line: 3, fill: 4, stroke: 5, level: 6, liquid: 7, stride: 8 } as const;
export const ARC = { x: 0, y: 1, r: 2, width: 3, start: 4, sweep: 5, color: 6, stride: 7 } as const;
export const CURVE = { points: 0, width: 8, color: 9, speed: 10, phase: 11, dashed: 12, flow: 13, stride: 14 } as const;
export const SPRITE = { x: 0, y: 1, size: 2, turn: 3, glyph: 4, color: 5, stride: 6 } as const;

/** `level` of a disc that is a plain disc, and of one that is a soft glow. */
export const PLAIN = -1;
export const GLOW = -2;

export class DisplayList {
  readonly hulls = new Batch(DISC.stride);
  readonly curves = new Batch(CURVE.stride);
  readonly discs = new Batch(DISC.stride);
  readonly arcs = new Batch(ARC.stride);
  /** Heads of curves: drawn with them, under the discs. */
  readonly arrows = new Batch(SPRITE.stride);
  readonly sprites = new Batch(SPRITE.stride);
  /** Any curve flows: the picture changes with time. */
  flowing = false;

  clear(): void {
    for (const batch of [this.hulls, this.curves, this.arrows, this.discs, this.arcs, this.sprites]) batch.length = 0;
    this.flowing = false;
  }

  disc(
    batch: Batch,
    x: number,
    y: number,
    r: number,
    fill: number,
    line = 0,
    stroke = 0,
    level = PLAIN,
    liquid = 0,
  ): void {
    const at = batch.next();
    const { floats, words } = batch;
    floats[at] = x;
    floats[at + DISC.y] = y;
    floats[at + DISC.r] = r;
    floats[at + DISC.line] = line;
    words[at + DISC.fill] = fill;
    words[at + DISC.stroke] = stroke;
    floats[at + DISC.level] = level;
    words[at + DISC.liquid] = liquid;
  }

  /** `start` and `sweep` in turns, clockwise from the top. */
  arc(x: number, y: number, r: number, width: number, start: number, sweep: number, color: number): void {
    const at = this.arcs.next();
    const { floats, words } = this.arcs;
    floats[at] = x;
    floats[at + ARC.y] = y;
    floats[at + ARC.r] = r;
    floats[at + ARC.width] = width;
    floats[at + ARC.start] = start;
    floats[at + ARC.sweep] = sweep;
    words[at + ARC.color] = color;
  }

  /** `speed` in pixels per second, 0: still. */
  curve(points: Float32Array, width: number, color: number, speed: number, phase: number, dashed: boolean, flow: number): void {
    const at = this.curves.next();
    const { floats, words } = this.curves;
    floats.set(points, at);
    floats[at + CURVE.width] = width;
    words[at + CURVE.color] = color;
    floats[at + CURVE.speed] = speed;
    floats[at + CURVE.phase] = phase;
    floats[at + CURVE.dashed] = dashed ? 1 : 0;
    words[at + CURVE.flow] = flow;
    if (speed > 0) this.flowing = true;
  }

  /** `turn` in radians; `size` is the side of the glyph's square. */
  sprite(batch: Batch, x: number, y: number, size: number, glyph: GlyphName, color: number, turn = 0): void {
    const at = batch.next();
    const { floats, words } = batch;
    floats[at] = x;
    floats[at + SPRITE.y] = y;
    floats[at + SPRITE.size] = size;
    floats[at + SPRITE.turn] = turn;
    floats[at + SPRITE.glyph] = GLYPHS.indexOf(glyph);
    words[at + SPRITE.color] = color;
  }
}
