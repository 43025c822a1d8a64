import pg from 'pg';
import type { Connection } from './connection.js';
import type { Session } from './session.js';

const lookEveryMs = 10_000;
const silentLooks = 3;
const failedProbes = 2;

/** How to look after a connection. */
interface Watch {
  /** Opens another connection to the same server. */
  connect: () => Promise<Connection>;
  /** For which the other connection may wait for its answer. */
  connectTimeoutMs: number;
}

/**
 * Ends a connection whose server has gone silent. A half-open connection gives no sign of itself,
 * and keepalive does not see one that a proxy keeps up; a merge may rightly be silent for hours. So
 * when nothing has moved for half a minute, another connection asks whether the server still works
 * on the statement. It is cut only if the server does not, or can't be reached twice.
 */
export function watchSilence(session: Session, watch: Watch): void {
  // A user who shortens the time to connect has a near server, and wants to know sooner.
  const everyMs = Math.min(lookEveryMs, watch.connectTimeoutMs);
  let moved = session.bytesMoved();
  let silent = 0;
  let failed = 0;
  let probing = false;
  const look = async () => {
    if (session.isBroken) return clearInterval(timer);
    if (!session.isWaiting() || session.bytesMoved() !== moved) {
      moved = session.bytesMoved();
      silent = failed = 0;
      return;
    }
    silent++;
    if (silent < silentLooks || probing) return;
    probing = true;
    const isAtWork = await ask(session, watch, silent * everyMs);
    probing = false;
    if (!session.isWaiting() || session.bytesMoved() !== moved) return;
    failed = isAtWork === null ? failed + 1 : 0;
    if (isAtWork) silent = 0;
    else if (isAtWork === false || failed >= failedProbes) session.cut(silence(silent * everyMs));
  };
  const timer = setInterval(() => void look(), everyMs).unref();
}

/** Whether the server works on the session's statement; null where it does not answer. */
async function ask(session: Session, watch: Watch, silentMs: number): Promise<boolean | null> {
  let client: Connection | undefined;
  try {
    client = await watch.connect();
    return await session.isAtWork(client, silentMs, watch.connectTimeoutMs);
  } catch (error) {
    // A server that refuses is there: no reason to give up what it may be working on.
    return error instanceof pg.DatabaseError ? true : null;
  } finally {
    client?.connection.stream.destroy();
  }
}

function silence(silentMs: number): Error {
  const text = `The connection has been silent for ${silentMs / 1000} s, and the server does not work on the statement any more`;
  return Object.assign(new Error(text), { code: 'ETIMEDOUT' });
}
