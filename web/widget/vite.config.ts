import { defineConfig } from 'vitest/config';
import { en } from './src/locales/en';

/** Ships a language as its texts alone, in the order of the English ones: the keys would be a quarter of each file. */
const languagesAsLists = {
  name: 'languages-as-lists',
  generateBundle(_: unknown, bundle: Record<string, { type: string; originalFileNames?: string[]; source?: string | Uint8Array }>) {
    for (const asset of Object.values(bundle)) {
      if (asset.type !== 'asset' || !asset.originalFileNames?.some((name) => /locales\/\w+\.json$/.test(name))) continue;
      const texts = JSON.parse(String(typeof asset.source === 'string' ? asset.source : new TextDecoder().decode(asset.source))) as Record<
        string,
        string
      >;
      asset.source = JSON.stringify(Object.keys(en).map((key) => texts[key]));
    }
  },
};

// The frame: one page with hashed files. The loader is built after it (vite.loader.config.ts) into the same folder.
export default defineConfig({
  base: '/widget/',
  plugins: [languagesAsLists],
  build: {
    outDir: '../../src/Braid/wwwroot/widget',
    emptyOutDir: true,
    modulePreload: false,
    // Languages stay files of their own; a data: address would not pass the frame's policy.
    assetsInlineLimit: 0,
    rollupOptions: { input: 'frame.html' },
  },
  test: { environment: 'jsdom', include: ['test/**/*.test.{ts,tsx,mjs}'] },
});
