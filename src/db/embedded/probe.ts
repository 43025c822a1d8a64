import pg from 'pg';
import { embeddedName } from './data-folder.js';
import type { Postmaster } from './postmaster.js';

/** Errors that say "not there yet, or no longer": no socket, nobody listening, starting, stopping. */
const notReadyCodes = new Set(['57P03', 'ENOENT', 'ECONNREFUSED', 'ECONNRESET', 'EPIPE']);

/** True of an error while connecting that starting the server, or waiting, will cure. */
export function isNotReady(error: unknown): boolean {
  const { code, message } = error as { code?: unknown; message?: unknown };
  if (typeof code === 'string') return notReadyCodes.has(code);
  // What node-postgres says when the server ends between accepting and answering.
  return typeof message === 'string' && message.startsWith('Connection terminated');
}

/** True when the server takes a connection now. @throws whatever waiting will not cure */
export async function takesConnections(server: Postmaster): Promise<boolean> {
  const client = new pg.Client({
    host: server.host,
    port: server.port,
    user: embeddedName,
    database: embeddedName,
    // Said outright, or PGSSLMODE of the environment would ask a Unix socket for TLS.
    ssl: false,
    connectionTimeoutMillis: 5000,
  });
  client.on('error', () => undefined);
  try {
    await client.connect();
    return true;
  } catch (error) {
    if (isNotReady(error)) return false;
    throw error;
  } finally {
    await client.end().catch(() => undefined);
  }
}
