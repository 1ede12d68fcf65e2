import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig(async ({ mode }) => ({
  base: '/app/',
  // The mock server is for looking at screens without a server behind them: `npm run mock -w web/workspace`.
  plugins: [react(), ...(mode === 'mock' ? [(await import('./dev/mock.ts')).mockServer()] : [])],
  resolve: { alias: { '~': here('./src') } },
  build: {
    outDir: here('../../src/Braid/wwwroot/app'),
    emptyOutDir: true,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 1000,
  },
  server: {
    proxy:
      mode === 'mock'
        ? {}
        : { '/api': 'http://localhost:5080', '/health': 'http://localhost:5080', '/hub': { target: 'http://localhost:5080', ws: true } },
  },
  test: { environment: 'jsdom', setupFiles: ['src/test/setup.ts'], testTimeout: 20_000, pool: 'threads' as const, css: false },
}));
