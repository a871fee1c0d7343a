/** Node graph frames as another data source sends them: no positions, one edge to nowhere. */

import { createDataFrame, FieldType, type DataFrame } from '@grafana/data';

const NAMES = ['lb', 'web-1', 'web-2', 'api-1', 'api-2', 'redis', 'postgres', 'mailer'];
const TALKS = [
  ['lb', 'web-1'],
  ['lb', 'web-2'],
  ['web-1', 'api-1'],
  ['web-2', 'api-2'],
  ['api-1', 'redis'],
  ['api-2', 'redis'],
  ['api-1', 'postgres'],
  ['api-2', 'postgres'],
  ['api-2', 'mailer'],
  ['mailer', 'smtp.example.org'],
];

export function frames(): DataFrame[] {
  return [
    createDataFrame({
      name: 'nodes',
      fields: [
        { name: 'id', type: FieldType.string, values: NAMES },
        { name: 'title', type: FieldType.string, values: NAMES.map((name) => (name === 'mailer' ? '<img src=x onerror="window.hacked=1">' : name)) },
        { name: 'mainStat', type: FieldType.number, values: NAMES.map((_, index) => index / 10) },
        { name: 'arc__errors', type: FieldType.number, config: { color: { mode: 'fixed', fixedColor: 'red' } }, values: NAMES.map((name) => (name === 'redis' ? 0.4 : 0)) },
        { name: 'arc__ok', type: FieldType.number, config: { color: { mode: 'fixed', fixedColor: 'green' } }, values: NAMES.map((name) => (name === 'redis' ? 0.6 : 1)) },
      ],
    }),
    createDataFrame({
      name: 'edges',
      fields: [
        { name: 'id', type: FieldType.string, values: TALKS.map((pair) => pair.join('-')) },
        { name: 'source', type: FieldType.string, values: TALKS.map(([source]) => source) },
        { name: 'target', type: FieldType.string, values: TALKS.map(([, target]) => target) },
        { name: 'mainStat', type: FieldType.number, values: TALKS.map((_, index) => 1000 * index) },
      ],
    }),
  ];
}

/** A graph of `count` nodes, each with two edges to others. */
export function many(count: number): DataFrame[] {
  const ids = Array.from({ length: count }, (_, index) => `n${index}`);
  const far = (index: number, steps: number): string => ids[(index * 7 + steps) % count] ?? 'n0';
  const pairs = ids.flatMap((id, index) => [3, 11].map((steps) => [id, far(index, steps)] as const));
  return [
    createDataFrame({
      name: 'nodes',
      fields: [
        { name: 'id', type: FieldType.string, values: ids },
        { name: 'title', type: FieldType.string, values: ids.map((id) => `node ${id}`) },
        { name: 'mainStat', type: FieldType.number, values: ids.map((_, index) => index % 10) },
        { name: 'fixedX', type: FieldType.number, values: ids.map((_, index) => 40 * (index % 32)) },
        { name: 'fixedY', type: FieldType.number, values: ids.map((_, index) => 40 * Math.floor(index / 32)) },
      ],
    }),
    createDataFrame({
      name: 'edges',
      fields: [
        { name: 'id', type: FieldType.string, values: pairs.map((_, index) => `e${index}`) },
        { name: 'source', type: FieldType.string, values: pairs.map(([source]) => source) },
        { name: 'target', type: FieldType.string, values: pairs.map(([, target]) => target) },
        { name: 'mainStat', type: FieldType.number, values: pairs.map((_, index) => 1000 * index) },
      ],
    }),
  ];
}
