import { expect, it } from 'vitest';
import { tree, type Branch } from '../../src/model/tree';

const INSPECTION = { Name: '/web', Config: { Env: ['PATH=/bin', 'PASSWORD=***'], Tty: false }, Mounts: [], __proto__: null };

const names = (branches: readonly Branch[]): string[] => branches.flatMap(({ name, value, branches: below }) => [value === null ? name : `${name}=${value}`, ...names(below)]);

it('shows everything of it', () => {
  expect(names(tree(INSPECTION))).toEqual(['Name=/web', 'Config', 'Env', '0=PATH=/bin', '1=PASSWORD=***', 'Tty=false', 'Mounts=[]']);
  expect(tree(null)).toEqual([]);
  expect(names(tree(JSON.parse('{"__proto__":{"constructor":1}}')))).toEqual(['__proto__', 'constructor=1']);
});

it('leaves what is searched for, with the way to it and what is below', () => {
  expect(names(tree(INSPECTION, ' password '))).toEqual(['Config', 'Env', '1=PASSWORD=***']);
  expect(names(tree(INSPECTION, 'env'))).toEqual(['Config', 'Env', '0=PATH=/bin', '1=PASSWORD=***']);
  expect(tree(INSPECTION, 'nothing like it')).toEqual([]);
});
