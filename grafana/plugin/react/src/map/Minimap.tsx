/** The whole map in a corner while only a part of it is on the screen; a press moves there. */

import { worldOf, type Sight } from '@promscope/core';
import { memo, useMemo, type JSX, type PointerEvent } from 'react';
import { useStore, type Store } from '../state/store';

const WIDTH = 168;
const HEIGHT = 116;
/** Free on each side, in pixels. */
const MARGIN = 8;

interface MinimapProps {
  readonly sight: Store<Sight>;
  readonly right: number;
  readonly bottom: number;
  readonly onMove: (x: number, y: number) => void;
}

export function Minimap({ sight, right, bottom, onMove }: MinimapProps): JSX.Element | null {
  const circles = useStore(sight, (state) => state.circles);
  const view = useStore(sight, (state) => state.view);
  const world = useMemo(() => worldOf(circles), [circles]);
  if (world === null || contains(view, world)) return null;
  const scale = Math.min((WIDTH - 2 * MARGIN) / world.width, (HEIGHT - 2 * MARGIN) / world.height);
  const left = world.x - (WIDTH / scale - world.width) / 2;
  const top = world.y - (HEIGHT / scale - world.height) / 2;
  const move = (event: PointerEvent<SVGSVGElement>): void => {
    if (event.buttons !== 1) return;
    event.currentTarget.setPointerCapture(event.pointerId);
    const box = event.currentTarget.getBoundingClientRect();
    onMove(left + (event.clientX - box.left) / scale, top + (event.clientY - box.top) / scale);
  };
  return (
    <div className="ps-minimap" style={{ right, bottom }}>
      <svg
        width={WIDTH}
        height={HEIGHT}
        viewBox={`${left} ${top} ${WIDTH / scale} ${HEIGHT / scale}`}
        role="img"
        aria-label="The whole map in small; the frame is what is on the screen"
        onPointerDown={move}
        onPointerMove={move}
      >
        <Circles circles={circles} line={1 / scale} />
        <rect className="ps-minimap-view" x={view.x} y={view.y} width={view.width} height={view.height} strokeWidth={1.5 / scale} />
      </svg>
    </div>
  );
}

/** Drawn again only when the map changes, not whenever it moves. */
const Circles = memo(function Circles({ circles, line }: { readonly circles: Sight['circles']; readonly line: number }): JSX.Element {
  return (
    <>
      {circles.map(({ id, x, y, r, status, group }) => (
        <circle key={id} cx={x} cy={y} r={r} strokeWidth={line} className={`${group ? 'ps-minimap-group' : 'ps-minimap-node'} ps-status-${status}`} />
      ))}
    </>
  );
});

function contains(outer: Sight['view'], inner: Sight['view']): boolean {
  return outer.x <= inner.x && outer.y <= inner.y && outer.x + outer.width >= inner.x + inner.width && outer.y + outer.height >= inner.y + inner.height;
}
