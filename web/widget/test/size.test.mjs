// @vitest-environment node
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'vite';
import { afterAll, beforeAll, expect, it } from 'vitest';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const out = mkdtempSync(join(tmpdir(), 'braid-widget-'));
let files;

beforeAll(async () => {
  // Vitest's own `test` would build the development flavour of JSX.
  process.env.NODE_ENV = 'production';
  for (const [config, emptyOutDir] of [
    ['vite.config.ts', true],
    ['vite.loader.config.ts', false],
  ]) {
    await build({ root, configFile: join(root, config), logLevel: 'silent', build: { outDir: out, emptyOutDir } });
  }
  files = new Map(
    readdirSync(out, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => [entry.name, readFileSync(join(entry.parentPath, entry.name))]),
  );
}, 60_000);
afterAll(() => rmSync(out, { recursive: true }));

it('ships less than 30 kB gzipped, every language included', () => {
  expect([...files.keys()]).toEqual(expect.arrayContaining(['loader.js', 'frame.html']));
  const total = [...files.values()].reduce((sum, file) => sum + gzipSync(file).length, 0);
  expect(total).toBeGreaterThan(10_000);
  expect(total).toBeLessThan(30_000);
});

it('ships each language as the list that the frame reads', () => {
  const lists = [...files].filter(([name]) => name.endsWith('.json')).map(([, file]) => JSON.parse(file.toString()));
  expect(lists).toHaveLength(4);
  for (const list of lists) expect(Array.isArray(list) && list.every((text) => typeof text === 'string')).toBe(true);
});

it('keeps to the policy that the server sends: no inline script or style, nothing from elsewhere', () => {
  const page = files.get('frame.html')?.toString() ?? '';
  expect(page).not.toMatch(/<style|style=|\son\w+=|<script(?![^>]*\bsrc=)/i);
  for (const [, address] of page.matchAll(/(?:src|href)="([^"]+)"/g)) expect(address).toMatch(/^\/widget\//);
});
