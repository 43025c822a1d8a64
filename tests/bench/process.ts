import { createServer, type Server } from 'node:http';
import { mkdtemp, rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import type { Totals } from '../../src/image/list.js';
import { executable, prodimport } from './contestants.js';
import { runProgram } from './measuring.js';
import type { BenchServer } from './server.js';

const schema = 'bench_process';
const photographs = 8;

/** How many images `image process` does in a second, from a server on this machine to a folder. */
export async function measureProcess(server: BenchServer, images: number): Promise<string> {
  await prodimport({ server, settings: [] }, schema).reset();
  const host = await startHost();
  const folder = await mkdtemp(join(tmpdir(), 'prodimport-bench-images-'));
  try {
    const { port } = host.address() as AddressInfo;
    await server.client.query(
      `insert into ${schema}.products (sku, images)
       select 'S-' || n, array[$1 || (2 * n), $1 || (2 * n + 1)]
       from generate_series(1, $2::integer / 2) n`,
      [`http://127.0.0.1:${port}/`, images],
    );
    const first = await work(server, folder);
    const again = await work(server, folder);
    const { processed, bytesIn, bytesOut } = first.totals;
    const mb = (bytes: number) => `${Math.round(bytes / 1e6)} MB`;
    return [
      `image process, ${images} photographs of 1600 × 1200 (JPEG to WebP): ` +
        `${(processed / first.seconds).toFixed(1)} images/s, ` +
        `${mb(bytesIn)} fetched, ${mb(bytesOut)} stored, ${first.seconds.toFixed(1)} s`,
      `the same again: ${again.totals.processed} images, ${again.seconds.toFixed(1)} s`,
    ].join('\n');
  } finally {
    host.closeAllConnections();
    host.close();
    await rm(folder, { recursive: true });
    await server.client.query(`drop schema ${schema} cascade`);
  }
}

async function work(server: BenchServer, folder: string) {
  const target = ['--database', server.url, '--schema', schema, '--json', '--quiet'];
  const words = ['image', 'process', '--allow-private', '--to', folder, ...target];
  const startedAt = performance.now();
  const { stdout } = await runProgram([executable, ...words], {});
  const seconds = (performance.now() - startedAt) / 1000;
  return { seconds, totals: JSON.parse(stdout) as Totals };
}

/** Answers every path with one of a few photographs. */
async function startHost(): Promise<Server> {
  const bodies: Buffer[] = [];
  for (let number = 0; number < photographs; number++) bodies.push(await photograph(number));
  const host = createServer((request, response) => {
    const number = Number(request.url?.slice(1));
    response.writeHead(200, { 'content-type': 'image/jpeg' }).end(bodies[number % photographs]);
  });
  await new Promise<void>((resolve) => host.listen(0, '127.0.0.1', resolve));
  return host;
}

/** Blurred noise: about as much to compress as a photograph of a product has. */
function photograph(number: number): Promise<Buffer> {
  const noise = { type: 'gaussian' as const, mean: 110 + 5 * number, sigma: 60 };
  const create = { width: 1600, height: 1200, channels: 3 as const, background: '#888', noise };
  return sharp({ create }).blur(2).jpeg({ quality: 88 }).toBuffer();
}
