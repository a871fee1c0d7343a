/** Mouse, wheel and touch on the map: drag pans or moves a node, wheel and pinch zoom, a tap selects, Shift picks. */

import type { Hit } from '../scene/hit';
import type { Box } from '../scene/overview';
import type { Surface } from './surface';

export interface PointerEvents {
  readonly onHover: (hit: Hit | null, x: number, y: number) => void;
  /** `pick`: Shift was held. */
  readonly onTap: (hit: Hit | null, pick: boolean, x: number, y: number) => void;
  /** Whether nodes can be dragged by the mouse; if not, dragging one pans like dragging anything else. */
  readonly drags?: () => boolean;
  readonly onDrag?: (id: string, x: number, y: number) => void;
  readonly onDrop?: (id: string) => void;
  /** A box is drawn with Shift and the mouse; null: it is done or given up. */
  readonly onBox?: (box: Box | null) => void;
  readonly onBoxed?: (box: Box) => void;
  readonly onDoubleTap: (hit: Hit | null) => void;
  /** The menu of what is there was asked for; true: there is one, and the browser shows none. */
  readonly onMenu?: (hit: Hit | null, event: MouseEvent) => boolean;
}

const TAP_PIXELS = 4;
const TOUCH_SLACK = 10;
const MOUSE_SLACK = 4;

interface Finger {
  x: number;
  y: number;
}

export class Pointer {
  private readonly fingers = new Map<number, Finger>();
  private travelled = 0;
  private corner: Finger | null = null;
  /** The node under the mouse since it was pressed. */
  private held: string | null = null;
  private hoverRequest = 0;
  private readonly undo: (() => void)[] = [];

  constructor(
    private readonly element: HTMLElement,
    private readonly surface: Surface,
    private readonly events: PointerEvents,
    /** The wheel zooms only together with Ctrl or ⌘: inside pages that scroll. */
    private readonly cooperative: boolean,
  ) {
    this.listen('pointerdown', (event) => {
      this.down(event);
    });
    this.listen('pointermove', (event) => {
      this.move(event);
    });
    this.listen('pointerup', (event) => {
      this.up(event);
    });
    this.listen('pointercancel', (event) => {
      this.fingers.delete(event.pointerId);
      this.corner = null;
      this.drop();
      events.onBox?.(null);
    });
    this.listen('pointerleave', () => {
      events.onHover(null, 0, 0);
    });
    this.listen('dblclick', (event) => {
      events.onDoubleTap(surface.hit(...this.at(event)));
    });
    this.listen('contextmenu', (event) => {
      if (events.onMenu?.(surface.hit(...this.at(event)), event) === true) event.preventDefault();
    });
    const wheel = (event: WheelEvent): void => {
      this.wheel(event);
    };
    element.addEventListener('wheel', wheel, { passive: false });
    this.undo.push(() => {
      element.removeEventListener('wheel', wheel);
    });
  }

  destroy(): void {
    cancelAnimationFrame(this.hoverRequest);
    for (const undo of this.undo) undo();
  }

  private listen<K extends 'pointerdown' | 'pointermove' | 'pointerup' | 'pointercancel' | 'pointerleave' | 'dblclick' | 'contextmenu'>(
    type: K,
    listener: (event: HTMLElementEventMap[K]) => void,
  ): void {
    this.element.addEventListener(type, listener);
    this.undo.push(() => {
      this.element.removeEventListener(type, listener);
    });
  }

  private at(event: MouseEvent): [x: number, y: number] {
    const box = this.element.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  }

  private down(event: PointerEvent): void {
    if (event.button !== 0 && event.pointerType === 'mouse') return;
    const [x, y] = this.at(event);
    if (this.fingers.size === 0) this.travelled = 0;
    this.fingers.set(event.pointerId, { x, y });
    this.corner = event.shiftKey && event.pointerType === 'mouse' && this.events.onBox !== undefined ? { x, y } : null;
    const hit = this.corner === null && event.pointerType === 'mouse' && this.events.drags?.() === true ? this.surface.hit(x, y, MOUSE_SLACK) : null;
    this.held = hit?.type === 'node' ? hit.bubble.id : null;
    this.element.setPointerCapture(event.pointerId);
  }

  private move(event: PointerEvent): void {
    const [x, y] = this.at(event);
    const finger = this.fingers.get(event.pointerId);
    if (finger === undefined) {
      this.hover(x, y);
      return;
    }
    const [dx, dy] = [x - finger.x, y - finger.y];
    this.travelled += Math.hypot(dx, dy);
    if (this.corner !== null) {
      if (this.travelled > TAP_PIXELS) this.events.onBox?.(boxOf(this.corner, { x, y }));
    } else if (this.fingers.size >= 2) this.pinch(event.pointerId, x, y);
    else if (this.travelled > TAP_PIXELS && this.held !== null) this.events.onDrag?.(this.held, x, y);
    else if (this.travelled > TAP_PIXELS) this.surface.panBy(dx, dy);
    finger.x = x;
    finger.y = y;
  }

  private pinch(id: number, x: number, y: number): void {
    const other = [...this.fingers].find(([key]) => key !== id)?.[1];
    const before = this.fingers.get(id);
    if (other === undefined || before === undefined) return;
    const span = Math.hypot(before.x - other.x, before.y - other.y) || 1;
    const factor = Math.hypot(x - other.x, y - other.y) / span;
    this.surface.panBy((x - before.x) / 2, (y - before.y) / 2);
    this.surface.zoomBy(factor, (x + other.x) / 2, (y + other.y) / 2);
  }

  private up(event: PointerEvent): void {
    const alone = this.fingers.size === 1;
    const [x, y] = this.at(event);
    const { corner } = this;
    this.corner = null;
    if (!this.fingers.delete(event.pointerId) || !alone) return;
    if (this.travelled <= TAP_PIXELS) {
      this.events.onTap(this.surface.hit(x, y, event.pointerType === 'touch' ? TOUCH_SLACK : MOUSE_SLACK), event.shiftKey, x, y);
    } else if (this.held !== null) {
      this.drop();
    } else if (corner !== null) {
      this.events.onBox?.(null);
      this.events.onBoxed?.(boxOf(corner, { x, y }));
    }
  }

  private drop(): void {
    const { held } = this;
    this.held = null;
    if (held !== null && this.travelled > TAP_PIXELS) this.events.onDrop?.(held);
  }

  private hover(x: number, y: number): void {
    cancelAnimationFrame(this.hoverRequest);
    this.hoverRequest = requestAnimationFrame(() => {
      this.events.onHover(this.surface.hit(x, y, MOUSE_SLACK), x, y);
    });
  }

  private wheel(event: WheelEvent): void {
    if (this.cooperative && !event.ctrlKey && !event.metaKey) return;
    event.preventDefault();
    const lines = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 16 : 1;
    const strength = event.ctrlKey ? 0.009 : 0.0017;
    const [x, y] = this.at(event);
    this.surface.zoomBy(Math.exp(-event.deltaY * lines * strength), x, y);
  }
}

function boxOf(one: Finger, other: Finger): Box {
  return { x: Math.min(one.x, other.x), y: Math.min(one.y, other.y), width: Math.abs(one.x - other.x), height: Math.abs(one.y - other.y) };
}
