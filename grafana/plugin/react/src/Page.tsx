/** The page: map or table in the middle, bars above and below, details at the right. */

import type { Insets, Palette, Preference, Sight } from '@promscope/core';
import { useCallback, useEffect, useMemo, useRef, useState, type JSX, type RefObject } from 'react';
import { Banners } from './bar/Banners';
import { SummaryBar } from './bar/SummaryBar';
import { TopBar } from './bar/TopBar';
import { BulkBar } from './bulk/BulkBar';
import { Confirm } from './dialog/Confirm';
import { Notices } from './dialog/Notices';
import { SignIn } from './dialog/SignIn';
import { Filters } from './filter/Filters';
import { Breadcrumbs } from './map/Breadcrumbs';
import { Emptiness } from './map/Emptiness';
import { useFocus, useLayout } from './map/Focus';
import { MapTools } from './map/MapTools';
import { MapView, type MapHandle } from './map/MapView';
import { Minimap } from './map/Minimap';
import { usePinned, usePinning } from './map/Pins';
import { Details } from './panel/Details';
import type { App } from './state/app';
import { useWindowSize } from './state/hooks';
import type { Theme } from './state/state';
import { Store, useStore } from './state/store';
import { NodeTable } from './table/NodeTable';
import { Terminals } from './terminal/Terminals';
import { Changes } from './time/Changes';
import { TimeStrip } from './time/TimeStrip';
import { useReducedMotion } from './theme';

export interface PageProps {
  readonly app: App;
  readonly theme: Theme;
  readonly palette: Palette;
  readonly renderer?: Preference;
}

/** What the details cover of the map; the style sheets say the same. */
const PANEL_WIDTH = 404;
const FILTERS_WIDTH = 284;
const NARROW = 900;
const SHEET_HEIGHT = 0.52;
const MARGIN = 14;
const NO_SIGHT: Sight = { circles: [], view: { x: 0, y: 0, width: 0, height: 0 }, inside: [] };
const VIEW_OF_KIND: Readonly<Record<string, string>> = { host: 'hosts', container: 'containers', processes: 'processes' };
/** A flight to a node of another view waits for that view to be drawn. */
const ARRIVAL_MS = 60;
const ARRIVAL_ATTEMPTS = 50;

export function Page({ app, theme, palette, renderer = 'auto' }: PageProps): JSX.Element {
  const mode = useStore(app.state, (state) => state.mode);
  const view = useStore(app.state, (state) => state.view);
  const matched = useMatched(app);
  const [banners, setBanners] = useState(0);
  const map = useRef<MapHandle>(null);
  const search = useRef<HTMLInputElement>(null);
  useShortcuts(app, search);

  const revealIn = (id: string, target: string): void => {
    app.reveal(id, target);
    flyWhenThere(map, id);
  };
  const reveal = (id: string, kind: string): void => {
    const known = app.topology.topology?.nodes.has(id) === true;
    revealIn(id, known ? view : (VIEW_OF_KIND[kind] ?? view));
  };
  return (
    <div className="ps-page">
      <TopBar app={app} theme={theme} searchInput={search} onReveal={revealIn} />
      <main className="ps-main">
        {mode === 'map' ? <MapArea app={app} palette={palette} renderer={renderer} matched={matched} map={map} banners={banners} /> : <NodeTable app={app} matched={matched} />}
        <Banners app={app} onHeight={setBanners} />
        <Filters app={app} />
        <Emptiness app={app} matched={mode === 'map' ? matched : null} />
        <Details
          app={app}
          onReveal={reveal}
          onLocate={(id) => {
            app.setMode('map');
            flyWhenThere(map, id);
          }}
        />
        <Changes app={app} onReveal={reveal} />
        <BulkBar app={app} />
        <Terminals app={app} />
        <Notices app={app} />
      </main>
      <TimeStrip app={app} />
      <SummaryBar app={app} />
      <SignIn app={app} />
      <Confirm app={app} />
    </div>
  );
}

interface MapAreaProps {
  readonly app: App;
  readonly palette: Palette;
  readonly renderer: Preference;
  readonly matched: ReadonlySet<string> | null;
  readonly map: RefObject<MapHandle | null>;
  /** Height of the banners above the picture. */
  readonly banners: number;
}

function MapArea({ app, palette, renderer, matched, map, banners }: MapAreaProps): JSX.Element {
  const selected = useStore(app.state, (state) => state.selected);
  const size = useStore(app.state, (state) => state.size);
  const fill = useStore(app.state, (state) => state.fill);
  const view = useStore(app.state, (state) => state.view);
  const focus = useFocus(app);
  useLayout(
    app,
    useCallback(() => map.current?.fit(), [map]),
  );
  const [sight] = useState(() => new Store<Sight>(NO_SIGHT));
  const { width, height } = useWindowSize();
  const picked = useStore(app.state, (state) => state.picked);
  const since = useStore(app.state, (state) => state.since);
  const pinning = usePinning(app);
  const placing = useStore(app.pins.state, (state) => state.placing);
  const pinned = usePinned(app);
  const marks = useStore(app.comparison.state, (state) => state.marks);
  const covered = selected !== null || since !== null;
  const right = covered && width > NARROW ? PANEL_WIDTH : 0;
  const bottom = covered && width <= NARROW ? Math.round(height * SHEET_HEIGHT) : MARGIN;
  const filters = useStore(app.state, (state) => state.filters);
  const left = filters && width > NARROW ? FILTERS_WIDTH : 0;
  const insets: Insets = useMemo(() => ({ top: MARGIN + banners, right, bottom, left }), [banners, right, bottom, left]);
  return (
    <>
      <MapView
        key={view}
        handle={map}
        store={app.arrangement}
        palette={palette}
        label={`Map of ${view}. Arrow keys walk the nodes, Enter opens the details, plus and minus zoom, F fits, T shows the table.`}
        selected={selected}
        matched={matched}
        within={focus.within}
        marks={marks}
        picked={picked}
        onPick={(ids, toggle) => {
          app.pickNodes(ids, toggle);
        }}
        placing={placing}
        pinned={pinned}
        {...(pinning ? { onPin: (id: string, x: number, y: number) => app.pins.put(id, x, y) } : {})}
        size={size}
        fill={fill}
        look={app.state.get().look}
        insets={insets}
        renderer={renderer}
        reducedMotion={useReducedMotion()}
        onSelect={(id) => {
          app.select(id);
        }}
        onSight={(seen) => {
          sight.set(seen);
        }}
        onLook={(moved) => {
          app.setLook(moved);
        }}
      />
      <MapTools app={app} map={map} path={focus.path} />
      <Breadcrumbs sight={sight} top={insets.top} onFit={() => map.current?.fit()} onFly={(id) => map.current?.flyTo(id)} />
      {width > NARROW && <Minimap sight={sight} right={right + MARGIN} bottom={MARGIN} onMove={(x, y) => map.current?.centre(x, y)} />}
    </>
  );
}

/** The ids that the search found; null when there is no search, or all that is shown is found. */
function useMatched(app: App): ReadonlySet<string> | null {
  const query = useStore(app.state, (state) => state.query);
  const answer = useStore(app.state, (state) => state.search);
  const filter = useStore(app.state, (state) => state.filter);
  const wanted = query.trim();
  return useMemo(() => (wanted === '' || wanted === filter || answer === null ? null : new Set(answer.hits.map(({ id }) => id))), [wanted, filter, answer]);
}

function useShortcuts(app: App, search: RefObject<HTMLInputElement | null>): void {
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent): void => {
      const target = event.target instanceof HTMLElement ? event.target : null;
      if (event.ctrlKey || event.metaKey || event.altKey || target?.closest('input, select, textarea, dialog') != null) return;
      if (event.key === '/') search.current?.focus();
      else if (event.key === 't' || event.key === 'T') app.setMode(app.state.get().mode === 'map' ? 'table' : 'map');
      else if (event.key === 'Escape' && app.state.get().picking) app.pick(false);
      else if (event.key === 'Escape' && app.pins.state.get().placing) app.pins.place(false);
      else if (event.key === 'Escape' && app.state.get().selected === null) app.clearPicked();
      else if (event.key === 'Escape') app.select(null);
      else return;
      event.preventDefault();
    };
    document.addEventListener('keydown', onKeyDown);
    return () => {
      document.removeEventListener('keydown', onKeyDown);
    };
  }, [app, search]);
}

function flyWhenThere(map: RefObject<MapHandle | null>, id: string, attempt = 0): void {
  setTimeout(() => {
    if (map.current?.flyTo(id) !== true && attempt < ARRIVAL_ATTEMPTS) flyWhenThere(map, id, attempt + 1);
  }, ARRIVAL_MS);
}
