import { defineConfig } from 'vite';

// The loader: a classic script under a fixed name, because sites paste its address and never change it again.
export default defineConfig({
  base: '/widget/',
  build: {
    outDir: '../../src/Braid/wwwroot/widget',
    emptyOutDir: false,
    lib: { entry: 'src/loader/loader.ts', name: 'braidLoader', formats: ['iife'], fileName: () => 'loader.js' },
  },
});
