/** The map by keyboard: arrows walk from node to node, the rest as with the mouse. */

import { neighbour, type Bubble, type Surface } from '@promscope/core';
import type { KeyboardEvent } from 'react';
import type { MapViewProps } from './MapView';

type Meanings = Pick<MapViewProps, 'onSelect' | 'onPick' | 'onMenu'>;

const PAN_PIXELS = 60;

const ARROWS: Readonly<Record<string, readonly [number, number]>> = {
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
};

/** One key on the map; true when it meant something. `at`: the node one has walked to. */
export function pressed(event: KeyboardEvent, map: Surface, at: string | null, setCursor: (id: string | null) => void, props: Meanings): boolean {
  const arrow = Object.hasOwn(ARROWS, event.key) ? ARROWS[event.key] : undefined;
  if (arrow !== undefined) {
    if (event.shiftKey) map.panBy(-arrow[0] * PAN_PIXELS, -arrow[1] * PAN_PIXELS);
    else setCursor(step(map, at, arrow)?.id ?? at);
    return true;
  }
  switch (event.key) {
    case 'Enter':
    case ' ': {
      const bubble = map.scene.tree.get(at ?? '');
      if (bubble?.node != null) props.onSelect?.(bubble.id);
      else if (bubble !== undefined) map.flyTo(bubble.id);
      return bubble !== undefined;
    }
    case '+':
    case '=':
      map.zoomBy(1.3);
      return true;
    case '-':
      map.zoomBy(1 / 1.3);
      return true;
    case 'x':
    case 'X': {
      if (map.scene.tree.get(at ?? '')?.node == null || at === null) return false;
      props.onPick?.([at], true);
      return true;
    }
    case 'm':
    case 'M': {
      const bubble = map.scene.tree.get(at ?? '');
      if (bubble?.node == null || props.onMenu === undefined) return false;
      const { left, top } = event.currentTarget.getBoundingClientRect();
      const { x, y } = map.where(bubble);
      props.onMenu(bubble.id, left + x, top + y);
      return true;
    }
    case 'f':
    case 'F':
      map.fit();
      return true;
    default:
      return false;
  }
}

function step(map: Surface, at: string | null, [dx, dy]: readonly [number, number]): Bubble | null {
  const from = map.scene.tree.get(at ?? '');
  const next = from === undefined ? first(map) : neighbour(map.scene, from, dx, dy);
  if (next !== null) reveal(map, next);
  return next;
}

function first(map: Surface): Bubble | null {
  return map.scene.visible.find((bubble) => bubble.node !== null || !bubble.wantOpen) ?? null;
}

/** Pan just so far that a circle is well inside the picture. */
function reveal(map: Surface, bubble: Bubble): void {
  const { x, y } = map.where(bubble);
  const { width, height } = map.screen;
  const margin = 80;
  const dx = x < margin ? margin - x : x > width - margin ? width - margin - x : 0;
  const dy = y < margin ? margin - y : y > height - margin ? height - margin - y : 0;
  if (dx !== 0 || dy !== 0) map.panBy(dx, dy);
}
