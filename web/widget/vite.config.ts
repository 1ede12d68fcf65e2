import { defineConfig } from 'vitest/config';

// The frame: one page with hashed files. The loader is built after it (vite.loader.config.ts) into the same folder.
export default defineConfig({
  base: '/widget/',
  build: {
    outDir: '../../src/Braid/wwwroot/widget',
    emptyOutDir: true,
    modulePreload: { polyfill: false },
    rollupOptions: { input: 'frame.html' },
  },
  test: { environment: 'jsdom', include: ['test/**/*.test.{ts,tsx}'] },
});
