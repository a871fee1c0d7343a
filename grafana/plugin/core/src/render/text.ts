/** Labels on their own layer above either back-end. */

import type { Label } from '../scene/label';
import { css, type Palette } from '../theme/palette';
import { layer, resizeLayer } from './backend';

export const FONT = "'Inter Variable', Inter, system-ui, 'Segoe UI', Roboto, 'Helvetica Neue', sans-serif";

const LINE = 1.28;
const KEEP = 8000;

export class TextLayer {
  private readonly canvas: HTMLCanvasElement;
  private readonly context: CanvasRenderingContext2D;
  private readonly widths = new Map<string, number>();
  private ratio = 1;

  constructor(container: HTMLElement, private readonly family = FONT) {
    this.canvas = layer(container);
    const context = this.canvas.getContext('2d');
    if (context === null) throw new Error('This browser has no 2D canvas.');
    this.context = context;
  }

  /** Put the layer above what was added after it. */
  raise(container: HTMLElement): void {
    container.append(this.canvas);
  }

  resize(width: number, height: number, ratio: number): void {
    this.ratio = ratio;
    resizeLayer(this.canvas, width, height, ratio);
  }

  readonly measure = (text: string, weight: number): number => {
    const key = `${weight} ${text}`;
    const before = this.widths.get(key);
    if (before !== undefined) return before;
    this.context.letterSpacing = '0px';
    this.context.font = `${weight} 100px ${this.family}`;
    const width = this.context.measureText(text).width / 100;
    if (this.widths.size >= KEEP) this.widths.clear();
    this.widths.set(key, width);
    return width;
  };

  /** A font arrived: what was measured before no longer holds. */
  forget(): void {
    this.widths.clear();
  }

  /** Draw labels moved by (dx, dy) since they were placed. */
  draw(labels: readonly Label[], palette: Palette, dx: number, dy: number): void {
    const { context, ratio } = this;
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, this.canvas.width, this.canvas.height);
    context.setTransform(ratio, 0, 0, ratio, Math.round(dx * ratio), Math.round(dy * ratio));
    context.textAlign = 'center';
    context.textBaseline = 'middle';
    context.lineJoin = 'round';
    const halo = css(palette.background, palette.halo);
    for (const label of labels) {
      context.globalAlpha = label.alpha;
      if (label.plate) this.plate(label, palette);
      context.letterSpacing = `${label.spacing}px`;
      this.write(label.text, label.x, label.y, label.size, label.weight, css(label.color), label.plate ? null : halo);
      if (label.second === '') continue;
      context.letterSpacing = '0px';
      this.write(label.second, label.x, label.y + label.size * LINE, label.size - 1, 400, css(palette.soft), halo);
    }
    context.globalAlpha = 1;
  }

  destroy(): void {
    this.canvas.remove();
  }

  private write(text: string, x: number, y: number, size: number, weight: number, color: string, halo: string | null): void {
    const { context } = this;
    context.font = `${weight} ${size}px ${this.family}`;
    if (halo !== null) {
      context.lineWidth = 3;
      context.strokeStyle = halo;
      context.strokeText(text, x, y);
    }
    context.fillStyle = color;
    context.fillText(text, x, y);
  }

  private plate({ x, y, width, size }: Label, palette: Palette): void {
    const { context } = this;
    const height = size * LINE + 5;
    context.beginPath();
    context.roundRect(x - width / 2, y - height / 2, width, height, height / 2);
    context.fillStyle = css(palette.raised, 0.94);
    context.fill();
    context.lineWidth = 1;
    context.strokeStyle = css(palette.line);
    context.stroke();
  }
}
