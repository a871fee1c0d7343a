/** Glyphs drawn once and then copied: as tinted stamps for canvas 2D, as an atlas for WebGL. */

import { drawing, GLYPHS, type GlyphName } from '../scene/glyph';

const FIELD = 24;
const KEEP = 600;

export function drawGlyph(context: CanvasRenderingContext2D, name: GlyphName, color: string): void {
  const { path, line } = drawing(name);
  const shape = new Path2D(path);
  if (line === 0) {
    context.fillStyle = color;
    context.fill(shape);
    return;
  }
  context.strokeStyle = color;
  context.lineWidth = line;
  context.lineCap = 'round';
  context.lineJoin = 'round';
  context.stroke(shape);
}

export class Stamps {
  private readonly made = new Map<string, HTMLCanvasElement>();

  /** A stamp of at least `pixels` wide; `word` is the colour with its opacity ignored. */
  get(glyph: number, word: number, pixels: number): HTMLCanvasElement {
    const side = Math.min(128, Math.max(8, Math.ceil(pixels / 8) * 8));
    const key = `${glyph} ${word & 0xffffff} ${side}`;
    const before = this.made.get(key);
    if (before !== undefined) return before;
    const canvas = document.createElement('canvas');
    canvas.width = canvas.height = side;
    const context = canvas.getContext('2d');
    const name = GLYPHS[glyph];
    if (context !== null && name !== undefined) {
      context.scale(side / FIELD, side / FIELD);
      drawGlyph(context, name, `rgb(${word & 255},${(word >>> 8) & 255},${(word >>> 16) & 255})`);
    }
    if (this.made.size >= KEEP) this.made.clear();
    this.made.set(key, canvas);
    return canvas;
  }
}

export const ATLAS_CELL = 64;
export const ATLAS_COLUMNS = 8;

/** All glyphs in white, one per cell, row by row. */
export function atlas(): HTMLCanvasElement {
  const canvas = document.createElement('canvas');
  const rows = Math.ceil(GLYPHS.length / ATLAS_COLUMNS);
  canvas.width = ATLAS_CELL * ATLAS_COLUMNS;
  canvas.height = ATLAS_CELL * 2 ** Math.ceil(Math.log2(rows));
  const context = canvas.getContext('2d');
  if (context === null) return canvas;
  const inner = ATLAS_CELL - 8;
  GLYPHS.forEach((name, index) => {
    context.save();
    context.translate((index % ATLAS_COLUMNS) * ATLAS_CELL + 4, Math.floor(index / ATLAS_COLUMNS) * ATLAS_CELL + 4);
    context.scale(inner / FIELD, inner / FIELD);
    drawGlyph(context, name, '#fff');
    context.restore();
  });
  return canvas;
}
