import type { Session } from '../db/session.js';
import { Queue, type Claim, hourMs, secondMs, type Schedule } from '../queue/queue.js';

/** Four attempts, so that a run that waits for a host that does not come back ends within minutes. */
export const schedule: Schedule = {
  delaysMs: [secondMs, 4 * secondMs, 15 * secondMs],
  jitter: 0.2,
  mayAskForLess: false,
  longestAskedMs: hourMs,
};

/** An image to fetch. */
export interface Claimed extends Claim {
  url: string;
  /** Where its compressed image is, if it has one that may be out of date. */
  key: string | null;
  /** Settings of that. */
  made_for: string | null;
  etag: string | null;
  last_modified: string | null;
}

/** An image that was fetched, compressed and stored. */
export interface Stored {
  key: string;
  /** The record of it. */
  keyId: string;
  madeFor: string;
  etag: string | null;
  lastModified: string | null;
  bytesIn: number;
  bytesOut: number;
  /** Of HTTP; null for a file. */
  status: number | null;
}

/** What is left to do. */
export interface Outlook {
  /** Waiting or running, here or elsewhere. */
  unfinished: number;
  running: number;
  /** Until the next one is due, by its schedule or its lease; null where nothing is left. */
  dueInMs: number | null;
}

/** What one store has of the table of images, and waits for. */
export class ImageQueue extends Queue {
  /**
   * @param session for nothing else meanwhile
   * @param store what it is called
   * @param readsFiles whether it can read images that are files; else they wait for who can
   */
  constructor(
    session: Session,
    private readonly store: string,
    private readonly readsFiles: boolean,
  ) {
    super(session);
  }

  /** Claims up to `room` images; a claim is an attempt. */
  async claim(room: number, leaseMs: number): Promise<Claimed[]> {
    return this.query<Claimed>('image/claim', [room, leaseMs, this.store, this.readsFiles]);
  }

  /** What is left, for all workers of the store that read what this one does. */
  async outlook(): Promise<Outlook> {
    const [row] = await this.query<OutlookRow>('image/outlook', [this.store, this.readsFiles]);
    const { unfinished, running, due_in_ms } = row!;
    return { unfinished, running, dueInMs: due_in_ms === null ? null : Number(due_in_ms) };
  }

  /**
   * Writes down that a key is about to be stored, and keeps it from being pruned until `markDone`,
   * or for ten minutes: longer than any store may take.
   * @param isThere whether the store has it already; asked where there is no record of it
   * @returns the record of the key
   */
  async holdKey(key: string, isThere: () => Promise<boolean>): Promise<string> {
    const values = [this.store, key, 10 * 60 * secondMs];
    const [known] = await this.query<{ id: string }>('image/hold_key', values);
    if (known) return known.id;
    const isNew = !(await isThere());
    const [added] = await this.query<{ id: string }>('image/add_key', [...values, isNew]);
    return added!.id;
  }

  async renew(held: Claimed[], leaseMs: number): Promise<void> {
    await this.query('image/renew', [...columnsOf(held), leaseMs]);
  }

  /** Gives back what was not brought to its end; the attempts do not count. */
  async release(held: Claimed[]): Promise<void> {
    await this.query('image/release', columnsOf(held));
  }

  /** @returns false where somebody else has taken the image over */
  async markDone(image: Claimed, stored: Stored): Promise<boolean> {
    const { key, madeFor, etag, lastModified, bytesIn, bytesOut, status, keyId } = stored;
    const values = [key, madeFor, etag, lastModified, bytesIn, bytesOut, status, keyId];
    return this.mark('image/mark_done', image, values);
  }

  /** @returns false where somebody else has taken the image over */
  async markUnchanged(image: Claimed): Promise<boolean> {
    return this.mark('image/mark_unchanged', image, [304]);
  }

  /**
   * @param waitMs until the next attempt; null for none
   * @returns false where somebody else has taken the image over
   */
  async markFailed(
    image: Claimed,
    waitMs: number | null,
    fault: { status: number | null; message: string },
  ): Promise<boolean> {
    return this.mark('image/mark_failed', image, [waitMs, fault.status, fault.message]);
  }
}

interface OutlookRow {
  unfinished: number;
  running: number;
  due_in_ms: string | null;
}

function columnsOf(held: Claimed[]): unknown[] {
  return [held.map(({ id }) => id), held.map(({ attempts }) => attempts)];
}
