/** What is wrong with the picture itself: said above it, with the remedy. */

import { format, type Overview } from '@promscope/core';
import { useEffect, useRef, type JSX, type ReactNode } from 'react';
import { Glyph, Icon } from '../icon';
import type { App } from '../state/app';
import { useAge, useTopology } from '../state/hooks';
import { useStore } from '../state/store';

interface Banner {
  readonly key: string;
  readonly kind: 'unknown' | 'warning' | 'critical';
  readonly text: ReactNode;
  readonly remedy?: { readonly label: string; readonly act: () => void };
  readonly dismissible?: boolean;
}

const SKEW_SECONDS = 2;

interface BannersProps {
  readonly app: App;
  /** How much of the picture they cover, in pixels. */
  readonly onHeight: (pixels: number) => void;
}

export function Banners({ app, onHeight }: BannersProps): JSX.Element {
  const stack = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const element = stack.current;
    if (element === null) return undefined;
    const observer = new ResizeObserver(() => {
      onHeight(element.offsetHeight);
    });
    observer.observe(element);
    return () => {
      observer.disconnect();
    };
  }, [onHeight]);
  const live = useStore(app.state, (state) => state.live);
  const overview = useStore(app.state, (state) => state.overview);
  const dismissed = useStore(app.state, (state) => state.dismissed);
  const topology = useTopology(app.topology);
  const staleSince = topology?.staleSince ?? overview?.staleSince ?? null;
  const age = useAge(staleSince);
  const filter = useStore(app.state, (state) => state.filter);
  const moment = useStore(app.state, (state) => state.moment);
  const since = useStore(app.state, (state) => state.since);
  const banners: Banner[] = [...lensBanners(app, filter, since === null ? moment : null)];
  if (live.state === 'reconnecting' && topology !== null) {
    banners.push({
      key: 'gone',
      kind: 'critical',
      text: <>The connection to the API is lost{live.reason === '' ? '' : `: ${live.reason}`} This is the last picture; it comes back by itself.</>,
      remedy: {
        label: 'Try now',
        act: () => {
          app.retry();
        },
      },
    });
  } else if (staleSince !== null) {
    const reason = topology?.staleReason ?? overview?.staleReason ?? 'Prometheus does not answer';
    banners.push({ key: 'stale', kind: 'warning', text: <>Numbers are stale for {format.duration(age)}: {reason}</> });
  }
  if (overview !== null) banners.push(...probeBanners(overview));
  return (
    <div ref={stack} className="ps-banners">
      {banners
        .filter(({ key }) => !dismissed.has(key))
        .slice(0, 3)
        .map((banner) => (
          <div key={banner.key} className={`ps-banner ps-status-${banner.kind}`} role={banner.kind === 'critical' ? 'alert' : 'status'}>
            <Glyph name={banner.kind} size={14} />
            <span className="ps-banner-text">{banner.text}</span>
            {banner.remedy !== undefined && (
              <button type="button" className="ps-link" onClick={banner.remedy.act}>
                {banner.remedy.label}
              </button>
            )}
            {banner.dismissible === true && (
              <button
                type="button"
                className="ps-bare"
                aria-label="Do not show this again"
                onClick={() => {
                  app.dismiss(banner.key);
                }}
              >
                <Icon name="close" size={13} />
              </button>
            )}
          </div>
        ))}
    </div>
  );
}

/** What is looked at is not everything, or not now. */
function lensBanners(app: App, filter: string, moment: number | null): Banner[] {
  const found: Banner[] = [];
  if (moment !== null) {
    found.push({
      key: 'past',
      kind: 'unknown',
      text: <>As it was at {new Date(moment).toLocaleString()}. What only live events know is not recorded.</>,
      remedy: {
        label: 'Back to now',
        act: () => {
          app.setMoment(null);
        },
      },
    });
  }
  if (filter !== '') {
    found.push({
      key: 'filter',
      kind: 'unknown',
      text: <>Only what matches “{filter}”.</>,
      remedy: {
        label: 'Show everything',
        act: () => {
          app.setFilter('');
        },
      },
    });
  }
  return found;
}

function probeBanners(overview: Overview): Banner[] {
  const found: Banner[] = [];
  const down = overview.probes.filter((probe) => !probe.up && !probe.tunnel);
  if (down.length > 0) {
    const names = down.slice(0, 3).map(({ hostname, hostId }) => hostname || hostId);
    const rest = down.length > 3 ? ` and ${down.length - 3} more` : '';
    found.push({
      key: `down ${names.join(' ')}`,
      kind: 'warning',
      text: <>The probe of {names.join(', ')}{rest} does not answer: what is known of it is the last that it said.</>,
      dismissible: true,
    });
  }
  const reasons = new Map<string, string[]>();
  for (const probe of overview.probes) {
    for (const { reason } of probe.degraded) {
      reasons.set(reason, [...(reasons.get(reason) ?? []), probe.hostname || probe.hostId]);
    }
  }
  if (reasons.size > 0) {
    const [first] = reasons;
    const more = reasons.size > 1 ? ` (+${reasons.size - 1} more)` : '';
    found.push({
      key: `degraded ${[...reasons.keys()].join(' ')}`,
      kind: 'warning',
      text: (
        <span title={[...reasons].map(([reason, hosts]) => `${hosts.join(', ')}: ${reason}`).join('\n')}>
          {first === undefined ? '' : `${first[1].slice(0, 3).join(', ')} shows less than it could: ${first[0]}${more}`}
        </span>
      ),
      dismissible: true,
    });
  }
  const skewed = overview.probes.find(({ skewSeconds }) => Math.abs(skewSeconds ?? 0) > SKEW_SECONDS);
  if (skewed !== undefined) {
    found.push({
      key: `skew ${skewed.hostId}`,
      kind: 'warning',
      text: <>The clock of {skewed.hostname} is off by {format.duration(Math.abs(skewed.skewSeconds ?? 0))}: set it by NTP.</>,
      dismissible: true,
    });
  }
  return found;
}
