import { expect, it } from 'vitest';
import { decodeChanges, decodeFolder, joined } from '../../src/files/files';

it('reads a folder as ls would write it', () => {
  const folder = decodeFolder({
    path: '/etc',
    truncated: true,
    entries: [
      { name: 'passwd', kind: 'file', size: 12, mode: 0o644, modified: 1.5, user: 1, group: 2 },
      { name: 'init.d', kind: 'directory', mode: 0o755 },
      { name: 'mtab', kind: 'link', mode: 0o777, target: '/proc/mounts' },
      { name: 'odd', kind: 'from the future' },
      { kind: 'file' },
    ],
  });
  expect(folder).toMatchObject({ path: '/etc', truncated: true });
  expect(folder.entries.map(({ name, mode }) => `${mode} ${name}`)).toEqual(['-rw-r--r-- passwd', 'drwxr-xr-x init.d', 'lrwxrwxrwx mtab', '?--------- odd']);
  expect(folder.entries[0]).toMatchObject({ size: 12, modified: 1500, owner: '1:2' });
  expect(folder.entries[1]).toMatchObject({ size: 0, modified: null });
  expect(decodeFolder('x')).toEqual({ path: '/', entries: [], truncated: false });
});

it('reads what differs from the image', () => {
  expect(decodeChanges({ items: [{ path: '/a', kind: 'added' }, { path: '/b', kind: 'deleted' }, { path: '/c', kind: 'x' }, {}] })).toEqual({
    changes: [{ path: '/a', kind: 'added' }, { path: '/b', kind: 'deleted' }, { path: '/c', kind: 'modified' }],
    truncated: false,
  });
});

it('never leaves the root', () => {
  expect(joined('/', 'etc')).toBe('/etc');
  expect(joined('/usr/bin', '../lib/./x')).toBe('/usr/lib/x');
  expect(joined('/usr', '../../../..')).toBe('/');
  expect(joined('/usr', '/proc/mounts')).toBe('/proc/mounts');
});
