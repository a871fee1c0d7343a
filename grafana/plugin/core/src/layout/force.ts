/**
 * A flat force-directed layout: for topologies that nobody placed, such as frames of other data
 * sources in Grafana, and for who wants to see the edges alone instead of the API's nested circles.
 */

import { forceCollide, forceLink, forceManyBody, forceSimulation, forceX, forceY, type Simulation, type SimulationNodeDatum } from 'd3-force';
import type { Point, Topology, TopologyNode } from '../model/topology';

/** Above this many nodes a flat picture tells nothing and costs seconds. */
export const FLAT_LIMIT = 2000;

export const NODE_RADIUS = 14;

interface Body extends SimulationNodeDatum {
  readonly id: string;
}

/** Whether any node came without a position. */
export function unplaced(topology: Topology): boolean {
  for (const node of topology.nodes.values()) if (node.position === null) return true;
  return false;
}

/**
 * The topology with a position for every node. Nodes in `known` keep their place unless pushed,
 * so that a refresh does not shuffle the map. Raises RangeError above FLAT_LIMIT.
 */
export function placeFlat(topology: Topology, known: ReadonlyMap<string, Point>): Topology {
  const steps = settling(topology, known);
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}

/** `placeFlat` in small steps, between which others may work. */
export function* settling(topology: Topology, known: ReadonlyMap<string, Point>): Generator<undefined, Topology, undefined> {
  if (topology.nodes.size > FLAT_LIMIT) {
    throw new RangeError(`A flat layout is made for at most ${FLAT_LIMIT} nodes, not ${topology.nodes.size}: filter the query.`);
  }
  const bodies: Body[] = [];
  let placed = 0;
  for (const node of topology.nodes.values()) {
    const at = known.get(node.id) ?? node.position;
    if (at !== null) placed += 1;
    bodies.push(at === null ? { id: node.id } : { id: node.id, x: at[0], y: at[1] });
  }
  const { simulation, ticks } = simulate(bodies, topology, placed / Math.max(1, bodies.length));
  for (let tick = 0; tick < ticks; tick += 1) {
    simulation.tick();
    yield;
  }
  const nodes = new Map<string, TopologyNode>();
  for (const body of bodies) {
    const node = topology.nodes.get(body.id);
    if (node === undefined) continue;
    nodes.set(body.id, { ...node, group: null, position: [body.x ?? 0, body.y ?? 0], radius: node.radius > 0 ? node.radius : NODE_RADIUS });
  }
  return { ...topology, nodes, groups: new Map() };
}

function simulate(bodies: Body[], topology: Topology, placed: number): { simulation: Simulation<Body, undefined>; ticks: number } {
  const links = [...topology.edges.values()]
    .filter(({ source, target }) => source !== target && topology.nodes.has(source) && topology.nodes.has(target))
    .map(({ source, target }) => ({ source, target }));
  const simulation = forceSimulation(bodies)
    .force('charge', forceManyBody<Body>().strength(-160).distanceMax(600))
    .force('link', forceLink<Body, { source: string; target: string }>(links).id(({ id }) => id).distance(70).strength(0.35))
    .force('collide', forceCollide<Body>(NODE_RADIUS * 2.1))
    .force('x', forceX<Body>(0).strength(0.05))
    .force('y', forceY<Body>(0).strength(0.075))
    .stop();
  // A mostly known picture is only warmed up, so that survivors stay where they are.
  simulation.alpha(placed > 0.5 ? 0.12 : 1);
  return { simulation, ticks: placed > 0.5 ? 40 : bodies.length > 600 ? 140 : 260 };
}
