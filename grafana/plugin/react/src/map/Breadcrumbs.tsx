/** The groups one has zoomed into; a step back leads out of them. */

import type { Sight } from '@promscope/core';
import type { JSX } from 'react';
import { Icon } from '../icon';
import { useStore, type Store } from '../state/store';

interface BreadcrumbsProps {
  readonly sight: Store<Sight>;
  /** Below the banners, in pixels. */
  readonly top: number;
  readonly onFit: () => void;
  readonly onFly: (id: string) => void;
}

export function Breadcrumbs({ sight, top, onFit, onFly }: BreadcrumbsProps): JSX.Element | null {
  const inside = useStore(sight, (state) => state.inside);
  if (inside.length === 0) return null;
  return (
    <nav className="ps-crumbs" style={{ top }} aria-label="Where on the map">
      <button type="button" className="ps-crumb" onClick={onFit}>
        Everything
      </button>
      {inside.map(({ id, label }, index) => (
        <span key={id} className="ps-crumb-step">
          <Icon name="chevron" size={11} />
          <button
            type="button"
            className="ps-crumb"
            aria-current={index === inside.length - 1 ? 'location' : undefined}
            onClick={() => {
              onFly(id);
            }}
          >
            {label}
          </button>
        </span>
      ))}
    </nav>
  );
}
