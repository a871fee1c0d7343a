/** The live map in a page: owns the canvases, the camera and the loop; speaks in events. */

import type { Change } from '../model/store';
import type { Topology } from '../model/topology';
import type { Backend, BackendName } from '../render/backend';
import { createBackend, FrameMeter, type Preference } from '../render/choice';
import { TextLayer } from '../render/text';
import type { Bubble } from '../scene/bubble';
import {
  fit,
  flight,
  lookAt,
  lookOf,
  NO_INSETS,
  zoomAt,
  type Camera,
  type Circle,
  type Insets,
  type Look,
  type Size,
} from '../scene/camera';
import { hitTest, nodesWithin, type Hit } from '../scene/hit';
import { Labels, type Label } from '../scene/label';
import type { SizeMetric } from '../scene/measure';
import { overviewOf, viewport, whereabouts, type Box, type OverviewCircle, type Sight } from '../scene/overview';
import { NO_EMPHASIS, Scene, type Emphasis } from '../scene/scene';
import { DARK, type Palette } from '../theme/palette';
import { Loop } from './loop';

export interface SurfaceEvents {
  /** The camera came to rest; null: everything is fitted. */
  readonly onLook?: (look: Look | null) => void;
  /** What can be seen changed. */
  readonly onVisible?: (bubbles: readonly Bubble[]) => void;
  readonly onBackend?: (name: BackendName) => void;
  /** The camera or the outermost circles moved; asked for in each frame that did so. */
  readonly onSight?: (sight: Sight) => void;
}

export interface SurfaceOptions {
  readonly events?: SurfaceEvents;
  readonly renderer?: Preference;
  readonly reducedMotion?: boolean;
  readonly fontFamily?: string;
}

interface Flight {
  readonly at: (t: number) => Look;
  readonly started: number;
  readonly seconds: number;
}

/** On the screen, the typical node is not made bigger than this when everything is fitted. */
const FIT_RADIUS = 40;
const FLY_RADIUS = 44;
const LARGEST_RATIO = 2;
const REST_MS = 150;

export class Surface {
  readonly scene: Scene;
  camera: Camera = { x: 0, y: 0, k: 1 };
  private palette: Palette = DARK;
  private insets: Insets = NO_INSETS;
  private size: Size = { width: 0, height: 0 };
  private metric: SizeMetric = 'cpu';
  private emphasis: Emphasis = NO_EMPHASIS;
  private circles: readonly OverviewCircle[] = [];
  private labels: Label[] = [];
  private composedFor: Camera = this.camera;
  private stale = true;
  private moved = true;
  private flying: Flight | null = null;
  private resting: ReturnType<typeof setTimeout> | undefined;
  /** A node in the hand, or let go and not yet placed by the API. */
  private hand: { readonly id: string; readonly x: number; readonly y: number } | null = null;
  private framed = false;
  private touched = false;
  private backend: Backend;
  private readonly text: TextLayer;
  private readonly placer: Labels;
  private readonly meter = new FrameMeter();
  private readonly loop: Loop;
  private readonly observer: ResizeObserver;

  constructor(
    private readonly container: HTMLElement,
    private readonly options: SurfaceOptions = {},
  ) {
    this.scene = new Scene(options.reducedMotion ?? false);
    this.backend = createBackend(container, options.renderer ?? 'auto', () => {
      this.switchToCanvas();
    });
    this.text = new TextLayer(container, options.fontFamily);
    this.placer = new Labels(this.text.measure);
    this.loop = new Loop(container, (now) => this.frame(now));
    this.observer = new ResizeObserver(() => {
      this.resize();
    });
    this.observer.observe(container);
    this.resize();
    options.events?.onBackend?.(this.backend.name);
    void document.fonts.ready.then(() => {
      this.text.forget();
      this.invalidate();
    });
  }

  get backendName(): BackendName {
    return this.backend.name;
  }

  get screen(): Size {
    return this.size;
  }

  get look(): Look {
    return lookOf(this.camera, this.size, this.insets);
  }

  destroy(): void {
    clearTimeout(this.resting);
    this.loop.stop();
    this.observer.disconnect();
    this.backend.destroy();
    this.text.destroy();
  }

  setTopology(topology: Topology, change: Change): void {
    const now = performance.now();
    if (change === 'numbers') this.scene.refresh(topology, now);
    else {
      this.scene.update(topology, now);
      this.holdDragged();
      this.circles = overviewOf(this.scene.tree.roots);
    }
    if (!this.framed && topology.nodes.size > 0) {
      this.framed = true;
      if (!this.touched) this.camera = this.fitted();
    } else if (change !== 'numbers' && !this.touched && !this.contains()) {
      this.fit();
    }
    this.invalidate();
  }

  /** Another view: what is shown next is looked at afresh. */
  reset(): void {
    this.framed = false;
    this.touched = false;
    this.flying = null;
  }

  setPalette(palette: Palette): void {
    this.palette = palette;
    this.invalidate();
  }

  setInsets(insets: Insets): void {
    const { top, right, bottom, left } = this.insets;
    if (top === insets.top && right === insets.right && bottom === insets.bottom && left === insets.left) return;
    this.insets = insets;
    if (this.framed && !this.touched) this.fit();
  }

  setMetrics(size: SizeMetric, pinned: SizeMetric): void {
    this.metric = size === 'none' ? 'cpu' : size;
    this.scene.measureBy(size, pinned, performance.now());
    this.invalidate();
  }

  setReducedMotion(reduced: boolean): void {
    this.scene.setReduced(reduced);
    this.invalidate();
  }

  setDetail(detail: number): void {
    this.scene.setDetail(detail);
    this.invalidate();
  }

  setEmphasis(emphasis: Emphasis): void {
    this.emphasis = emphasis;
    this.scene.emphasise(emphasis);
    this.invalidate();
  }

  hit(x: number, y: number, slack = 4): Hit | null {
    return hitTest(this.scene, this.camera, x, y, slack);
  }

  /** The nodes in a part of the screen. */
  within(box: Box): readonly string[] {
    return nodesWithin(this.scene, this.camera, box);
  }

  /** Bring a point of the world into the middle. */
  centre(x: number, y: number): void {
    this.flying = null;
    this.setLook({ x, y, k: this.camera.k });
  }

  /** Where a circle is on the screen. */
  where(bubble: Bubble): Circle {
    const { x, y, k } = this.camera;
    return { x: bubble.now.x * k + x, y: bubble.now.y * k + y, r: bubble.drawn * k };
  }

  /** Move a node to where the pointer is, until `drop`. */
  drag(id: string, x: number, y: number): void {
    this.hand = { id, x: (x - this.camera.x) / this.camera.k, y: (y - this.camera.y) / this.camera.k };
    this.holdDragged();
    this.invalidate();
  }

  /** Where the node in the hand is, in world units. */
  get dragged(): { readonly x: number; readonly y: number } | null {
    return this.hand;
  }

  /** From the next topology on it stands where that says. */
  drop(): void {
    this.hand = null;
  }

  private holdDragged(): void {
    const bubble = this.scene.tree.get(this.hand?.id ?? '');
    if (this.hand === null || bubble === undefined) return;
    const { x, y } = this.hand;
    for (const pose of [bubble.now, bubble.from, bubble.to]) if (pose !== null) Object.assign(pose, { x, y });
  }

  setLook(look: Look): void {
    this.touched = true;
    this.camera = lookAt(look, this.size, this.insets);
    this.cameraMoved();
  }

  panBy(dx: number, dy: number): void {
    this.flying = null;
    this.touched = true;
    this.camera = { ...this.camera, x: this.camera.x + dx, y: this.camera.y + dy };
    this.cameraMoved();
  }

  zoomBy(factor: number, x = this.size.width / 2, y = this.size.height / 2): void {
    this.flying = null;
    this.touched = true;
    this.camera = zoomAt(this.camera, x, y, factor);
    this.cameraMoved();
  }

  fit(): void {
    this.flyLook(lookOf(this.fitted(), this.size, this.insets));
    this.touched = false;
  }

  /** Fly to a node or into a group; false when it is not on this map. */
  flyTo(id: string): boolean {
    const bubble = this.scene.tree.get(id);
    if (bubble === undefined) return false;
    const { x, y, r } = bubble.to;
    if (bubble.node === null) {
      this.flyLook(lookOf(fit([{ x, y, r }], this.size, this.insets, FLY_RADIUS / this.typicalRadius()), this.size, this.insets));
    } else {
      const near = FLY_RADIUS / r;
      this.flyLook({ x, y, k: this.camera.k > near * 0.55 && this.camera.k < near * 2 ? this.camera.k : near });
    }
    this.touched = true;
    return true;
  }

  invalidate(): void {
    this.stale = true;
    this.loop.wake();
  }

  private flyLook(look: Look): void {
    if (this.options.reducedMotion === true) {
      this.camera = lookAt(look, this.size, this.insets);
      this.cameraMoved();
      return;
    }
    const path = flight(this.look, look, Math.max(200, this.size.width));
    this.flying = { ...path, started: performance.now() };
    this.loop.wake();
  }

  private fitted(): Camera {
    const circles = this.scene.tree.roots.map(({ to }) => ({ x: to.x, y: to.y, r: to.r }));
    return fit(circles, this.size, this.insets, FIT_RADIUS / this.typicalRadius());
  }

  private typicalRadius(): number {
    const radii: number[] = [];
    for (const bubble of this.scene.tree.ordered) if (bubble.node !== null) radii.push(bubble.to.r);
    radii.sort((one, other) => one - other);
    return radii[Math.floor(radii.length / 2)] ?? 10;
  }

  /** Whether all circles can be seen now. */
  private contains(): boolean {
    const { x, y, k } = this.camera;
    return this.scene.tree.roots.every(({ to }) => {
      const [cx, cy, r] = [to.x * k + x, to.y * k + y, to.r * k];
      return cx - r >= 0 && cy - r >= 0 && cx + r <= this.size.width && cy + r <= this.size.height;
    });
  }

  private cameraMoved(): void {
    this.moved = true;
    this.loop.wake();
  }

  private resize(): void {
    const { clientWidth: width, clientHeight: height } = this.container;
    if (width === 0 || height === 0) return;
    const look = this.size.width === 0 ? null : this.look;
    this.size = { width, height };
    const ratio = Math.min(LARGEST_RATIO, window.devicePixelRatio || 1);
    this.backend.resize(width, height, ratio);
    this.text.resize(width, height, ratio);
    if (look !== null && this.framed) this.camera = this.touched ? lookAt(look, this.size, this.insets) : this.fitted();
    this.invalidate();
    this.loop.now();
  }

  /** One frame; true when another one is needed. */
  private frame(now: number): boolean {
    if (this.size.width === 0) return false;
    this.fly(now);
    const recompose = this.stale || (this.moved && this.outgrown());
    let busy = false;
    if (recompose) busy = this.compose(now);
    const seconds = now / 1000;
    if (recompose || this.moved) {
      this.backend.draw(this.scene.list, this.camera, seconds);
      this.text.draw(this.labels, this.palette, this.camera.x - this.composedFor.x, this.camera.y - this.composedFor.y);
    } else {
      this.backend.animate(this.scene.list, this.camera, seconds);
    }
    if (recompose || this.moved) this.tellSight();
    if (this.moved && this.framed && this.flying === null) this.restSoon();
    this.moved = false;
    this.judge(now);
    return busy || this.flying !== null || (this.backend.name === 'webgl2' && !this.meter.done);
  }

  private tellSight(): void {
    const { onSight } = this.options.events ?? {};
    if (onSight === undefined) return;
    const view = viewport(this.camera, this.size, this.insets);
    onSight({ circles: this.circles, view, inside: whereabouts(this.scene.tree.roots, view) });
  }

  /** Tell where the camera is once it has come to rest: listeners may be slow. */
  private restSoon(): void {
    clearTimeout(this.resting);
    this.resting = setTimeout(() => {
      this.options.events?.onLook?.(this.touched ? this.look : null);
    }, REST_MS);
  }

  private compose(now: number): boolean {
    this.stale = this.scene.compose(this.camera, this.size, this.palette, now);
    this.composedFor = this.camera;
    this.labels = this.placer.place({
      bubbles: this.scene.visible,
      links: this.scene.links,
      camera: this.camera,
      screen: this.size,
      palette: this.palette,
      metric: this.metric,
      focus: this.emphasis.hovered ?? this.emphasis.selected,
      dim: this.scene.dimmed,
    });
    this.backend.upload(this.scene.list);
    this.loop.flowing = this.scene.list.flowing;
    this.options.events?.onVisible?.(this.scene.visible);
    return this.stale;
  }

  private fly(now: number): void {
    if (this.flying === null) return;
    const t = Math.min(1, (now - this.flying.started) / (this.flying.seconds * 1000));
    const eased = t < 0.5 ? 2 * t * t : 1 - (-2 * t + 2) ** 2 / 2;
    this.camera = lookAt(this.flying.at(Math.max(0, eased)), this.size, this.insets);
    this.moved = true;
    if (t >= 1) this.flying = null;
  }

  /** Whether the camera shows what the last composition does not hold. */
  private outgrown(): boolean {
    const { camera, composedFor, size } = this;
    return (
      camera.k !== composedFor.k ||
      Math.abs(camera.x - composedFor.x) > size.width * 0.2 ||
      Math.abs(camera.y - composedFor.y) > size.height * 0.2
    );
  }

  private judge(now: number): void {
    if (this.backend.name !== 'webgl2' || this.meter.done || this.options.renderer === 'webgl2') return;
    this.meter.tick(now);
    if (this.meter.slow) this.switchToCanvas();
  }

  private switchToCanvas(): void {
    this.backend.destroy();
    this.backend = createBackend(this.container, 'canvas', () => undefined);
    this.text.raise(this.container);
    this.resize();
    this.options.events?.onBackend?.(this.backend.name);
  }
}
