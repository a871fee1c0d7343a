/** The last quarter of an hour of a node, one small chart per metric, with its limit. */

import { format, type Series, type Sparklines as SparklineData, type TopologyNode } from '@promscope/core';
import { useState, type JSX, type PointerEvent } from 'react';
import { copyText } from '../copy';
import { Icon } from '../icon';
import type { App } from '../state/app';

interface SparklinesProps {
  readonly app: App;
  readonly data: SparklineData | null;
  readonly node: TopologyNode;
  readonly notMeasured: readonly { readonly field: string; readonly reason: string }[];
}

const WIDTH = 168;
const HEIGHT = 40;

export function Sparklines({ app, data, node, notMeasured }: SparklinesProps): JSX.Element | null {
  if (data === null) return node.kind === 'external' || node.kind === 'internet' ? null : <div className="ps-sparks ps-bone ps-bone-tall" />;
  const shown = data.series.filter(({ points }) => points.some(([, value]) => value !== null));
  const reasons = [...new Set(notMeasured.map(({ reason }) => reason))];
  return (
    <section className="ps-sparks" aria-label="The last 15 minutes">
      {shown.map((series) => (
        <Spark key={series.name} app={app} series={series} start={data.start} end={data.end} />
      ))}
      {shown.length === 0 && <p className="ps-empty ps-spark-wide">Nothing was measured in the last 15 minutes{reasons.length > 0 ? `: ${reasons.join('; ')}` : ''}.</p>}
      {shown.length > 0 && notMeasured.length > 0 && (
        <p className="ps-empty ps-spark-wide" title={notMeasured.map(({ field, reason }) => `${field}: ${reason}`).join('\n')}>
          Not measured: {notMeasured.map(({ field }) => field.replaceAll('_', ' ')).join(', ')} ({reasons.join('; ')}).
        </p>
      )}
    </section>
  );
}

function Spark({ app, series, start, end }: { readonly app: App; readonly series: Series; readonly start: number; readonly end: number }): JSX.Element {
  const [at, setAt] = useState<number | null>(null);
  const highest = Math.max(1e-9, ...series.points.map(([, value]) => value ?? 0));
  // A limit far above would press the line flat; it is then only written.
  const limit = series.limit !== null && series.limit < highest * 3 ? series.limit : null;
  const top = limit === null ? highest * 1.15 : Math.max(highest, limit) * 1.05;
  const x = (time: number): number => ((time - start) / Math.max(1, end - start)) * WIDTH;
  const y = (value: number): number => HEIGHT - 2 - (value / top) * (HEIGHT - 5);
  const point = at === null ? lastOf(series) : series.points[at];
  const { line, area } = paths(series, x, y);
  const onMove = (event: PointerEvent<SVGSVGElement>): void => {
    const box = event.currentTarget.getBoundingClientRect();
    const time = start + ((event.clientX - box.left) / box.width) * (end - start);
    setAt(nearest(series, time));
  };
  return (
    <figure className="ps-spark">
      <figcaption>
        <span className="ps-spark-name">{series.label}</span>
        <span className="ps-spark-value">{format.withUnit(point?.[1], series.unit)}</span>
      </figcaption>
      <svg
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={`${series.label}: ${format.withUnit(point?.[1], series.unit)}`}
        onPointerMove={onMove}
        onPointerLeave={() => {
          setAt(null);
        }}
      >
        <path d={area} className="ps-spark-area" />
        <path d={line} className="ps-spark-line" />
        {limit !== null && <line x1={0} x2={WIDTH} y1={y(limit)} y2={y(limit)} className="ps-spark-limit" />}
        {at !== null && point !== undefined && <line x1={x(point[0])} x2={x(point[0])} y1={0} y2={HEIGHT} className="ps-spark-cursor" />}
      </svg>
      <div className="ps-spark-foot">
        <span>{at === null || point === undefined ? '15 min' : new Date(point[0] * 1000).toLocaleTimeString()}</span>
        {series.limit !== null && <span className="ps-spark-limit-text">limit {format.withUnit(series.limit, series.unit)}</span>}
        {series.promql !== '' && <Query app={app} series={series} />}
      </div>
    </figure>
  );
}

/** The query behind a number: into Explore where there is one, else to be pasted elsewhere. */
function Query({ app, series: { label, promql } }: { readonly app: App; readonly series: Series }): JSX.Element {
  if (app.explore !== null) {
    return (
      <a className="ps-bare ps-spark-query" href={app.explore(promql)} target="_blank" rel="noreferrer" aria-label={`Open ${label} in Explore`} title={promql}>
        <Icon name="explore" size={12} />
      </a>
    );
  }
  return (
    <button
      type="button"
      className="ps-bare ps-spark-query"
      aria-label={`Copy the PromQL of ${label}`}
      title={promql}
      onClick={() => {
        void copyText(promql);
        app.notify('done', `The PromQL of ${label} is copied.`);
      }}
    >
      <Icon name="copy" size={12} />
    </button>
  );
}

function lastOf(series: Series): Series['points'][number] | undefined {
  return series.points.findLast(([, value]) => value !== null);
}

function nearest(series: Series, time: number): number {
  let best = 0;
  series.points.forEach(([at], index) => {
    const before = series.points[best];
    if (before === undefined || Math.abs(at - time) < Math.abs(before[0] - time)) best = index;
  });
  return best;
}

/** Lines are broken where nothing was measured. */
function paths(series: Series, x: (time: number) => number, y: (value: number) => number): { line: string; area: string } {
  let line = '';
  let area = '';
  let first: number | null = null;
  let before = 0;
  const close = (): void => {
    if (first !== null) area += `L${before.toFixed(1)} ${HEIGHT}L${first.toFixed(1)} ${HEIGHT}Z`;
    first = null;
  };
  for (const [time, value] of series.points) {
    if (value === null) {
      close();
      continue;
    }
    const spot = `${x(time).toFixed(1)} ${y(value).toFixed(1)}`;
    line += (first === null ? 'M' : 'L') + spot;
    area += (first === null ? 'M' : 'L') + spot;
    first ??= x(time);
    before = x(time);
  }
  close();
  return { line, area };
}
