/** The files of a container, once this is opened; who may not see them reads why. */

import type { Offer } from '@promscope/core';
import { lazy, Suspense, useState, type JSX } from 'react';
import type { App } from '../state/app';
import { Section } from './Section';

const Files = lazy(() => import('../files/Files'));

export function FilesSection({ app, node, offer }: { readonly app: App; readonly node: string; readonly offer: Offer }): JSX.Element {
  const [open, setOpen] = useState(false);
  return (
    <Section name="Files" onToggle={setOpen}>
      {!offer.allowed && <p className="ps-empty">{offer.reason}</p>}
      {offer.allowed && open && (
        <Suspense fallback={null}>
          <Files app={app} node={node} />
        </Suspense>
      )}
    </Section>
  );
}
