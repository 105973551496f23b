import { defineConfig } from 'vite';

// The .NET build runs `npm run build` and picks up what lands in the host's wwwroot. `npm run dev` serves the page
// with hot reload and passes the API on to a node that runs on its usual port.
export default defineConfig({
  build: {
    outDir: '../TwinActors.Host/wwwroot',
    emptyOutDir: true,
    // The 3D chunk is 170 kB gzip on purpose: it is loaded after the first paint, and only on the robot page.
    chunkSizeWarningLimit: 900,
  },
  server: {
    proxy: {
      '/api': 'http://127.0.0.1:8050',
      '/ws': { target: 'ws://127.0.0.1:8050', ws: true },
    },
  },
});
