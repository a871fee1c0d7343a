/** The strip of time below the map: what happened when, and the moment that is looked at. */

import { useEffect, useState, type JSX, type PointerEvent } from 'react';
import { Icon } from '../icon';
import type { App } from '../state/app';
import { useStore } from '../state/store';
import { barHeight, binAt, binsOf, type Bin } from './histogram';
import { clock, rangeFor, RANGES } from './ranges';
import { useReplay } from './replay';
import { useTimeline } from './timeline';

const BINS = 140;
const TOLD = 6;
/** Moments in which a replay goes through the strip. */
const REPLAY_STEPS = 60;

export function TimeStrip({ app }: { readonly app: App }): JSX.Element | null {
  const open = useStore(app.state, (state) => state.timeline);
  return open ? <Strip app={app} /> : null;
}

function Strip({ app }: { readonly app: App }): JSX.Element {
  const moment = useStore(app.state, (state) => state.moment);
  const since = useStore(app.state, (state) => state.since);
  const held = useStore(app.state, (state) => state.held);
  const [wanted, setWanted] = useState('1h');
  const now = Date.now();
  const range = rangeFor(wanted, since ?? moment, now);
  const { timeline, problem } = useTimeline(app, range.id);
  const end = timeline?.end ?? now;
  const start = timeline?.start ?? end - range.ms;
  const step = timeline?.step ?? 15_000;
  const [replaying, setReplaying] = useReplay(app, end, Math.max(step, Math.round(range.ms / REPLAY_STEPS)));
  const follows = moment === null && !held;
  return (
    <section className="ps-strip" aria-label="Time">
      <button
        type="button"
        className="ps-button ps-icon-button"
        aria-label={follows ? 'Pause' : 'Follow live'}
        title={follows ? 'Let the picture stand still' : 'Follow live'}
        disabled={since !== null && moment === null}
        onClick={() => {
          if (moment !== null) app.setMoment(null);
          else app.hold(!held);
        }}
      >
        <Icon name={follows ? 'pause' : 'live'} size={15} />
      </button>
      {moment !== null && since === null && (
        <button
          type="button"
          className="ps-button"
          aria-pressed={replaying}
          title="Go on from this moment until now"
          onClick={() => {
            setReplaying(!replaying);
          }}
        >
          Replay
        </button>
      )}
      <select
        className="ps-select ps-strip-range"
        aria-label="How far back"
        value={range.id}
        onChange={(event) => {
          setWanted(event.target.value);
        }}
      >
        {RANGES.map(({ id, label }) => (
          <option key={id} value={id}>
            {label}
          </option>
        ))}
      </select>
      <div className="ps-strip-track">
        <Events bins={timeline === null ? [] : binsOf(timeline, BINS)} start={start} end={end} />
        {since !== null && <Span from={since} to={moment ?? end} start={start} end={end} />}
        <Slider
          label="Moment"
          value={moment}
          start={start}
          end={end}
          step={step}
          onMoment={(at) => {
            app.setMoment(at);
          }}
        />
        {since !== null && (
          <Slider
            label="Compared with"
            earlier
            value={since}
            start={start}
            end={end}
            step={step}
            onMoment={(at) => {
              if (at !== null && at < (moment ?? end)) app.compareSince(at);
            }}
          />
        )}
        <span className="ps-strip-edge" aria-hidden="true">
          <span>{clock(start, now)}</span>
          <span>{problem !== '' ? problem : moment === null ? 'now' : clock(moment, now)}</span>
        </span>
      </div>
      <button
        type="button"
        className="ps-button"
        aria-pressed={since !== null}
        onClick={() => {
          app.compareSince(since === null ? Math.round((moment ?? end) - (range.ms / 4)) : null);
        }}
      >
        <Icon name="compare" size={15} />
        <span className="ps-wide">Compare</span>
      </button>
      <button
        type="button"
        className="ps-button ps-icon-button"
        aria-label="Close the strip of time"
        onClick={() => {
          app.openTimeline(false);
        }}
      >
        <Icon name="close" size={15} />
      </button>
    </section>
  );
}

interface SliderProps {
  readonly label: string;
  /** null: now. */
  readonly value: number | null;
  readonly start: number;
  readonly end: number;
  readonly step: number;
  /** The earlier one of two: only its thumb takes the pointer. */
  readonly earlier?: boolean;
  readonly onMoment: (at: number | null) => void;
}

/** The API builds one moment at a time: it is asked when the hand rests. */
const SETTLE_MS = 300;

function Slider({ label, value, start, end, step, earlier = false, onMoment }: SliderProps): JSX.Element {
  const [moved, setMoved] = useState<number | null>(null);
  useEffect(() => {
    if (moved === null) return undefined;
    const timer = setTimeout(() => {
      setMoved(null);
      onMoment(moved >= end ? null : moved);
    }, SETTLE_MS);
    return () => {
      clearTimeout(timer);
    };
    // Only a move starts the wait anew, not the clock that goes on.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [moved]);
  const shown = moved ?? value ?? end;
  return (
    <input
      type="range"
      className={earlier ? 'ps-strip-slider ps-strip-earlier' : 'ps-strip-slider'}
      aria-label={label}
      aria-valuetext={shown >= end ? 'now' : clock(shown)}
      min={0}
      max={Math.max(1, Math.round((end - start) / step))}
      value={Math.round((shown - start) / step)}
      onChange={(event) => {
        setMoved(Math.min(end, start + Number(event.target.value) * step));
      }}
    />
  );
}

function Span({ from, to, start, end }: { readonly from: number; readonly to: number; readonly start: number; readonly end: number }): JSX.Element {
  const place = (at: number): number => (Math.max(0, Math.min(1, (at - start) / Math.max(1, end - start))) * 100);
  return (
    <div className="ps-strip-span-place" aria-hidden="true">
      <div className="ps-strip-span" style={{ left: `${place(from)}%`, width: `${Math.max(0, place(to) - place(from))}%` }} />
    </div>
  );
}

function Events({ bins, start, end }: { readonly bins: readonly Bin[]; readonly start: number; readonly end: number }): JSX.Element {
  const [at, setAt] = useState<number | null>(null);
  const most = Math.max(1, ...bins.map(({ came, went }) => Math.max(came, went)));
  const onMove = (event: PointerEvent<HTMLDivElement>): void => {
    const box = event.currentTarget.getBoundingClientRect();
    const time = start + ((event.clientX - box.left) / box.width) * (end - start);
    const index = binAt(time, start, end, bins.length);
    setAt(index < 0 || (bins[index]?.events.length ?? 0) === 0 ? null : index);
  };
  const told = at === null ? undefined : bins[at];
  const total = bins.reduce((sum, { events }) => sum + events.length, 0);
  return (
    <div
      className="ps-strip-events"
      onPointerMove={onMove}
      onPointerLeave={() => {
        setAt(null);
      }}
    >
      <svg viewBox={`0 -1 ${BINS} 2`} preserveAspectRatio="none" role="img" aria-label={`${total} lifecycle events`}>
        <line x1={0} x2={BINS} y1={0} y2={0} className="ps-strip-line" />
        {bins.map(({ came, went, broke }, index) => (
          <g key={index}>
            {came > 0 && <rect x={index + 0.15} width={0.7} y={-barHeight(came, most)} height={barHeight(came, most)} className="ps-strip-came" />}
            {went > 0 && <rect x={index + 0.15} width={0.7} y={0} height={barHeight(went, most)} className={broke ? 'ps-strip-broke' : 'ps-strip-went'} />}
          </g>
        ))}
      </svg>
      {told !== undefined && at !== null && (
        <div className="ps-strip-tip" style={at > BINS / 2 ? { right: `${100 - ((at + 0.5) / BINS) * 100}%` } : { left: `${((at + 0.5) / BINS) * 100}%` }}>
          {told.events.slice(0, TOLD).map((event) => (
            <div key={`${event.at} ${event.node} ${event.event}`}>
              <span className="ps-faint">{clock(event.at)}</span> {event.name.slice(0, 60)} <b>{event.event}</b>
              {event.count > 1 && ` ×${event.count}`}
            </div>
          ))}
          {told.events.length > TOLD && <div className="ps-faint">+{told.events.length - TOLD} more</div>}
        </div>
      )}
    </div>
  );
}
