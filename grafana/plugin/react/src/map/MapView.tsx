/** The map as a component: draws a topology store, takes its look from props, speaks in events. */

import {
  css,
  Pointer,
  Surface,
  type BackendName,
  type Box,
  type Bubble,
  type Emphasis,
  type Hit,
  type Insets,
  type Look,
  type Marks,
  type Palette,
  type Preference,
  type Sight,
  type SizeMetric,
  type TopologySource,
} from '@promscope/core';
import { useEffect, useMemo, useRef, useState, type JSX, type KeyboardEvent, type Ref } from 'react';
import { pressed } from './keys';
import { Tooltip } from './Tooltip';

export interface MapHandle {
  fit: () => void;
  zoom: (factor: number) => void;
  flyTo: (id: string) => boolean;
  centre: (x: number, y: number) => void;
}

export interface MapViewProps {
  readonly store: TopologySource;
  readonly palette: Palette;
  readonly label: string;
  readonly selected?: string | null;
  readonly matched?: ReadonlySet<string> | null;
  /** What stays lit instead of the selected node's neighbours. */
  readonly within?: ReadonlySet<string> | null;
  /** What a comparison says of nodes and edges. */
  readonly marks?: Marks | null;
  /** What is picked to be acted on together. */
  readonly picked?: ReadonlySet<string>;
  /** Who was put somewhere by hand. */
  readonly pinned?: ReadonlySet<string>;
  readonly size?: SizeMetric;
  readonly fill?: SizeMetric;
  /** How many times sooner than usual a group opens while zooming in; 1 if left out. */
  readonly detail?: number;
  readonly look?: Look | null;
  readonly insets?: Insets;
  readonly renderer?: Preference;
  readonly reducedMotion?: boolean;
  readonly fontFamily?: string;
  /** The wheel zooms only with Ctrl or ⌘. */
  readonly cooperative?: boolean;
  readonly handle?: Ref<MapHandle>;
  readonly onSelect?: (id: string | null) => void;
  /** Shift: one more, or a box of them; `toggle`: take out again what is picked already. */
  readonly onPick?: (ids: readonly string[], toggle: boolean) => void;
  /** A node was dragged to a place, in world units; false: it may not stay there. Without it, dragging pans. */
  readonly onPin?: (id: string, x: number, y: number) => Promise<boolean>;
  /** The next tap says where the selected node goes. */
  readonly placing?: boolean;
  /** The menu of a node was asked for, at a place of the window. */
  readonly onMenu?: (id: string, x: number, y: number) => void;
  readonly onLook?: (look: Look | null) => void;
  readonly onBackend?: (name: BackendName) => void;
  readonly onSight?: (sight: Sight) => void;
}

interface Hover {
  readonly hit: Hit;
  readonly x: number;
  readonly y: number;
  readonly leftwards: boolean;
  readonly upwards: boolean;
}

/** What a screen reader hears of one circle. */
interface Entry {
  readonly id: string;
  readonly words: string;
}

const MARK_WORDS = { added: 'came', removed: 'went', changed: 'changed' } as const;
const NOTHING: ReadonlySet<string> = new Set();
const VISIBLE_IN_LIST = 100;
const SHORTCUTS = 'ArrowUp ArrowDown ArrowLeft ArrowRight Enter Plus Minus F X';
const HIDDEN = {
  position: 'absolute',
  width: 1,
  height: 1,
  margin: -1,
  padding: 0,
  overflow: 'hidden',
  clipPath: 'inset(50%)',
  whiteSpace: 'nowrap',
} as const;

export function MapView(props: MapViewProps): JSX.Element {
  const { store, palette, label, selected = null, matched = null, within = null, marks = null, picked = NOTHING, pinned = NOTHING, size = 'cpu', fill = 'none', handle } = props;
  const canvases = useRef<HTMLDivElement>(null);
  const frame = useRef<HTMLDivElement>(null);
  const surface = useRef<Surface | null>(null);
  const events = useRef(props);
  events.current = props;
  const [hover, setHover] = useState<Hover | null>(null);
  const [cursor, setCursor] = useState<string | null>(null);
  const [box, setBox] = useState<Box | null>(null);
  const [visible, setVisible] = useState<readonly Entry[]>([]);

  useEffect(() => {
    if (canvases.current === null || frame.current === null) return undefined;
    const map = mount(canvases.current, events, setVisible);
    surface.current = map;
    const pointer = new Pointer(frame.current, map, pointerEvents(map, events, setHover, setCursor, setBox), events.current.cooperative ?? false);
    const unsubscribe = store.subscribe((change) => {
      if (store.topology === null) map.reset();
      else map.setTopology(store.topology, change);
    });
    if (store.topology !== null) map.setTopology(store.topology, 'full');
    return () => {
      unsubscribe();
      pointer.destroy();
      map.destroy();
      surface.current = null;
    };
  }, [store, props.renderer]);

  useEffect(() => surface.current?.setPalette(palette), [palette]);
  useEffect(() => surface.current?.setMetrics(size, fill), [size, fill]);
  useEffect(() => surface.current?.setDetail(props.detail ?? 1), [props.detail]);
  useEffect(() => surface.current?.setReducedMotion(props.reducedMotion ?? false), [props.reducedMotion]);
  useEffect(() => {
    if (props.insets !== undefined) surface.current?.setInsets(props.insets);
  }, [props.insets]);

  const hovered = hover?.hit.type === 'node' || hover?.hit.type === 'group' ? hover.hit.bubble.id : null;
  const hoveredLink = hover?.hit.type === 'link' ? hover.hit.link.id : null;
  const emphasis: Emphasis = useMemo(
    () => ({ hovered: hovered ?? (cursor === selected ? null : cursor), hoveredLink, selected, matched, within, marks, picked, pinned }),
    [hovered, hoveredLink, cursor, selected, matched, within, marks, picked, pinned],
  );
  useEffect(() => surface.current?.setEmphasis(emphasis), [emphasis]);

  useEffect(() => {
    const value: MapHandle = {
      fit: () => {
        surface.current?.fit();
      },
      zoom: (factor) => surface.current?.zoomBy(factor),
      flyTo: (id) => surface.current?.flyTo(id) ?? false,
      centre: (x, y) => surface.current?.centre(x, y),
    };
    if (typeof handle === 'function') handle(value);
    else if (handle != null) handle.current = value;
  }, [handle]);

  const onKeyDown = (event: KeyboardEvent): void => {
    const map = surface.current;
    if (map === null || event.ctrlKey || event.metaKey || event.altKey) return;
    if (pressed(event, map, cursor ?? selected, setCursor, events.current)) event.preventDefault();
  };

  const active = cursor === null ? undefined : listId(cursor);
  return (
    <div
      ref={frame}
      role="application"
      aria-label={label}
      aria-roledescription="map"
      aria-activedescendant={active}
      aria-keyshortcuts={props.onMenu === undefined ? SHORTCUTS : `${SHORTCUTS} M`}
      tabIndex={0}
      className="ps-map"
      style={{ position: 'absolute', inset: 0, overflow: 'hidden', touchAction: 'none', cursor: props.placing === true ? 'crosshair' : hovered === null ? 'grab' : 'pointer', background: css(palette.background) }}
      onKeyDown={onKeyDown}
      onBlur={() => {
        setCursor(null);
      }}
    >
      <div ref={canvases} style={{ position: 'absolute', inset: 0 }} />
      <ul data-map-list style={HIDDEN} aria-label="What can be seen on the map">
        {visible.map(({ id, words }) => (
          <li key={id} id={listId(id)}>
            {words}
          </li>
        ))}
      </ul>
      {box !== null && <div className="ps-box" style={{ left: box.x, top: box.y, width: box.width, height: box.height }} aria-hidden="true" />}
      {box === null && hover !== null && hover.hit.type !== 'hull' && <Tooltip {...hover} palette={palette} size={size} />}
    </div>
  );
}

interface Events {
  readonly current: MapViewProps;
}

function mount(container: HTMLElement, events: Events, setVisible: (entries: readonly Entry[]) => void): Surface {
  const { renderer = 'auto', reducedMotion = false, fontFamily, palette, size = 'cpu', fill = 'none', detail = 1, look, insets } = events.current;
  let listed = '';
  const map = new Surface(container, {
    renderer,
    reducedMotion,
    ...(fontFamily === undefined ? {} : { fontFamily }),
    events: {
      onLook: (moved) => events.current.onLook?.(moved),
      onBackend: (name) => events.current.onBackend?.(name),
      onSight: (sight) => events.current.onSight?.(sight),
      onVisible: (bubbles) => {
        const entries = bubbles
          .filter((bubble) => !bubble.leaving && (bubble.node !== null || !bubble.wantOpen))
          .slice(0, VISIBLE_IN_LIST)
          .map((bubble) => ({ id: bubble.id, words: describe(bubble, events.current.pinned ?? NOTHING) }));
        const key = JSON.stringify(entries);
        if (key === listed) return;
        listed = key;
        setVisible(entries);
      },
    },
  });
  map.setPalette(palette);
  map.setMetrics(size, fill);
  map.setDetail(detail);
  if (insets !== undefined) map.setInsets(insets);
  if (look != null) map.setLook(look);
  return map;
}

function pointerEvents(
  map: Surface,
  events: Events,
  setHover: (hover: Hover | null) => void,
  setCursor: (id: string | null) => void,
  setBox: (box: Box | null) => void,
): ConstructorParameters<typeof Pointer>[2] {
  return {
    onHover: (hit, x, y) => {
      const { width, height } = map.screen;
      setHover(hit === null ? null : { hit, x, y, leftwards: x > width * 0.62, upwards: y > height * 0.62 });
    },
    ...(events.current.onPick === undefined
      ? {}
      : {
          onBox: setBox,
          onBoxed: (box: Box) => {
            events.current.onPick?.(map.within(box), false);
          },
        }),
    drags: () => events.current.onPin !== undefined,
    onDrag: (id, x, y) => {
      setHover(null);
      map.drag(id, x, y);
    },
    onDrop: (id) => {
      pin(map, events, id);
    },
    onTap: (hit, pick, x, y) => {
      setCursor(null);
      const { placing, selected, onPin } = events.current;
      if (placing === true && selected != null && onPin !== undefined) {
        map.drag(selected, x, y);
        pin(map, events, selected);
      } else if (pick && events.current.onPick !== undefined) {
        if (hit?.type === 'node') events.current.onPick([hit.bubble.id], true);
      } else if (hit?.type === 'node') events.current.onSelect?.(hit.bubble.id);
      else if (hit?.type === 'group') map.flyTo(hit.bubble.id);
      else if (hit?.type !== 'link') events.current.onSelect?.(null);
    },
    onDoubleTap: (hit) => {
      if (hit === null || hit.type === 'link') return;
      map.flyTo(hit.bubble.id);
    },
    onMenu: (hit, { clientX, clientY }) => {
      const { onMenu } = events.current;
      if (onMenu === undefined || hit?.type !== 'node') return false;
      onMenu(hit.bubble.id, clientX, clientY);
      return true;
    },
  };
}

/** Tell where a node was dragged to; if it may not stay there, it goes back. */
function pin(map: Surface, events: Events, id: string): void {
  const at = map.dragged;
  const { onPin, store } = events.current;
  if (at === null || onPin === undefined) return;
  void onPin(id, at.x, at.y).then((stays) => {
    map.drop();
    if (!stays && store.topology !== null) map.setTopology(store.topology, 'structure');
  });
}

function listId(id: string): string {
  return `map-${id.replace(/[^A-Za-z0-9_-]/g, '_')}`;
}

function describe(bubble: Bubble, pinned: ReadonlySet<string>): string {
  const { node } = bubble;
  if (node === null) return `${bubble.kind} ${bubble.label}, ${bubble.count} inside, ${bubble.status}`;
  const state = node.state === '' ? '' : `, ${node.state}`;
  const mark = bubble.mark === null ? '' : `, ${MARK_WORDS[bubble.mark]}`;
  const pin = pinned.has(bubble.id) ? ', pinned' : '';
  return `${node.kind} ${node.label}${state}, ${node.status}${node.reasons.length > 0 ? `: ${node.reasons.join('; ')}` : ''}${mark}${pin}`;
}
