/** A map that follows what starts and stops: the view over the API's socket, through Grafana's proxy. */

import { Client, LiveTopology, TopologyStore, type Lens, type LiveTransport, type Topology } from '@promscope/core';
import { Observable } from 'rxjs';

/**
 * The view as it is and then after every change of its structure; numbers alone wait for the next
 * refresh of the dashboard. Fails where nothing can be had.
 */
export function followed(base: string, lens: Lens, transport: LiveTransport = new Client({ base })): Observable<Topology> {
  return new Observable((subscriber) => {
    const store = new TopologyStore();
    const live = new LiveTopology(lens, store, transport, ({ state, reason }) => {
      // Nothing came yet: the panel says why, and asks again with its next refresh.
      if (state === 'refused' || (state === 'loading' && reason !== '')) subscriber.error(new Error(reason));
    });
    const leave = store.subscribe((change) => {
      if (change !== 'numbers' && store.topology !== null) subscriber.next({ ...store.topology, nodes: new Map(store.topology.nodes), edges: new Map(store.topology.edges), groups: new Map(store.topology.groups) });
    });
    live.start();
    return () => {
      leave();
      live.stop();
    };
  });
}
