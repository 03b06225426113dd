import { defineConfig } from 'vite';

export default defineConfig({
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    // A page of this machine: nothing is inlined that the content security policy would refuse.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
});
