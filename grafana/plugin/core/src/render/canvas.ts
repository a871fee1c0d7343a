/** The display list on canvas 2D: three layers, so that moving flows repaint nothing else. */

import type { Camera } from '../scene/camera';
import { ARC, CURVE, DISC, GLOW, SPRITE, type Batch, type DisplayList } from '../scene/display';
import { layer, resizeLayer, type Backend } from './backend';
import { ink } from './ink';
import { Stamps } from './stamp';

const TURN = Math.PI * 2;
const FLOW_DASH = [6, 40];
const FLOW_PERIOD = 46;

export class CanvasBackend implements Backend {
  readonly name = 'canvas';
  private readonly layers: readonly HTMLCanvasElement[];
  /** Hulls and lines, flows, circles. */
  private readonly contexts: readonly [CanvasRenderingContext2D, CanvasRenderingContext2D, CanvasRenderingContext2D];
  private readonly stamps = new Stamps();
  private ratio = 1;
  private flowed = false;

  constructor(container: HTMLElement) {
    const layers = [layer(container), layer(container), layer(container)] as const;
    this.layers = layers;
    this.contexts = [pen(layers[0]), pen(layers[1]), pen(layers[2])];
  }

  resize(width: number, height: number, ratio: number): void {
    this.ratio = ratio;
    for (const canvas of this.layers) resizeLayer(canvas, width, height, ratio);
  }

  upload(): void {
    // Nothing is kept between frames.
  }

  draw(list: DisplayList, camera: Camera, seconds: number): void {
    const [under, , over] = this.contexts;
    this.begin(under, camera);
    discs(under, list.hulls);
    curves(under, list.curves, camera);
    this.stampAll(under, list.arrows, camera);
    this.begin(over, camera);
    discs(over, list.discs);
    arcs(over, list.arcs);
    this.stampAll(over, list.sprites, camera);
    this.animate(list, camera, seconds);
  }

  animate(list: DisplayList, camera: Camera, seconds: number): void {
    const [, context] = this.contexts;
    if (!list.flowing && !this.flowed) return;
    this.begin(context, camera);
    this.flowed = list.flowing;
    if (!list.flowing) return;
    const { floats, words, length, stride } = list.curves;
    context.lineCap = 'round';
    for (let item = 0; item < length; item += 1) {
      const at = item * stride;
      const speed = floats[at + CURVE.speed]!;
      if (speed <= 0) continue;
      context.lineWidth = Math.max(1.3, floats[at + CURVE.width]! * 0.62) / camera.k;
      context.strokeStyle = ink(words[at + CURVE.flow]!);
      context.setLineDash(FLOW_DASH.map((pixels) => pixels / camera.k));
      context.lineDashOffset = (-(seconds * speed + floats[at + CURVE.phase]! * FLOW_PERIOD) % FLOW_PERIOD) / camera.k;
      trace(context, floats, at);
      context.stroke();
    }
    context.setLineDash([]);
  }

  destroy(): void {
    for (const canvas of this.layers) canvas.remove();
  }

  private begin(context: CanvasRenderingContext2D, camera: Camera): void {
    const { ratio } = this;
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, context.canvas.width, context.canvas.height);
    context.setTransform(camera.k * ratio, 0, 0, camera.k * ratio, camera.x * ratio, camera.y * ratio);
  }

  private stampAll(context: CanvasRenderingContext2D, batch: Batch, camera: Camera): void {
    const { floats, words, length, stride } = batch;
    for (let item = 0; item < length; item += 1) {
      const at = item * stride;
      const size = floats[at + SPRITE.size]!;
      const word = words[at + SPRITE.color]!;
      const stamp = this.stamps.get(floats[at + SPRITE.glyph]!, word, size * camera.k * this.ratio);
      const turn = floats[at + SPRITE.turn]!;
      context.globalAlpha = (word >>> 24) / 255;
      if (turn === 0) {
        context.drawImage(stamp, floats[at]! - size / 2, floats[at + SPRITE.y]! - size / 2, size, size);
        continue;
      }
      context.save();
      context.translate(floats[at]!, floats[at + SPRITE.y]!);
      context.rotate(turn);
      context.drawImage(stamp, -size / 2, -size / 2, size, size);
      context.restore();
    }
    context.globalAlpha = 1;
  }
}

function pen(canvas: HTMLCanvasElement): CanvasRenderingContext2D {
  const context = canvas.getContext('2d');
  if (context === null) throw new Error('This browser has no 2D canvas.');
  return context;
}

function trace(context: CanvasRenderingContext2D, floats: Float32Array, at: number): void {
  context.beginPath();
  context.moveTo(floats[at]!, floats[at + 1]!);
  context.bezierCurveTo(floats[at + 2]!, floats[at + 3]!, floats[at + 4]!, floats[at + 5]!, floats[at + 6]!, floats[at + 7]!);
}

function curves(context: CanvasRenderingContext2D, { floats, words, length, stride }: Batch, { k }: Camera): void {
  context.lineCap = 'butt';
  for (let item = 0; item < length; item += 1) {
    const at = item * stride;
    const dashed = floats[at + CURVE.dashed]! > 0;
    context.lineWidth = floats[at + CURVE.width]! / k;
    context.strokeStyle = ink(words[at + CURVE.color]!);
    if (dashed) context.setLineDash([5 / k, 4 / k]);
    trace(context, floats, at);
    context.stroke();
    if (dashed) context.setLineDash([]);
  }
}

function discs(context: CanvasRenderingContext2D, { floats, words, length, stride }: Batch): void {
  for (let item = 0; item < length; item += 1) {
    const at = item * stride;
    const [x, y, r] = [floats[at]!, floats[at + DISC.y]!, Math.max(0, floats[at + DISC.r]!)];
    const line = floats[at + DISC.line]!;
    const level = floats[at + DISC.level]!;
    const fill = words[at + DISC.fill]!;
    context.beginPath();
    context.arc(x, y, r, 0, TURN);
    context.fillStyle = level === GLOW ? halo(context, x, y, r, fill) : ink(fill);
    context.fill();
    if (level > 0) liquid(context, x, y, r, level, words[at + DISC.liquid]!);
    if (line > 0) {
      context.beginPath();
      context.arc(x, y, r - line / 2, 0, TURN);
      context.lineWidth = line;
      context.strokeStyle = ink(words[at + DISC.stroke]!);
      context.stroke();
    }
  }
}

/** The lower part of a disc, filled up to `level`. */
function liquid(context: CanvasRenderingContext2D, x: number, y: number, r: number, level: number, word: number): void {
  const rise = Math.asin(Math.max(-1, Math.min(1, 1 - 2 * level)));
  context.beginPath();
  context.arc(x, y, r, rise, Math.PI - rise);
  context.fillStyle = ink(word);
  context.fill();
}

function halo(context: CanvasRenderingContext2D, x: number, y: number, r: number, word: number): CanvasGradient {
  const gradient = context.createRadialGradient(x, y, r * 0.45, x, y, r);
  gradient.addColorStop(0, ink(word));
  gradient.addColorStop(1, ink(word & 0xffffff));
  return gradient;
}

function arcs(context: CanvasRenderingContext2D, { floats, words, length, stride }: Batch): void {
  context.lineCap = 'butt';
  for (let item = 0; item < length; item += 1) {
    const at = item * stride;
    const width = floats[at + ARC.width]!;
    const start = floats[at + ARC.start]! * TURN - Math.PI / 2;
    context.beginPath();
    context.arc(floats[at]!, floats[at + ARC.y]!, Math.max(0, floats[at + ARC.r]! - width / 2), start, start + floats[at + ARC.sweep]! * TURN);
    context.lineWidth = width;
    context.strokeStyle = ink(words[at + ARC.color]!);
    context.stroke();
  }
}
