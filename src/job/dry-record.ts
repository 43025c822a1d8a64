import type { Session } from '../db/session.js';
import type { LoadRecord } from '../load/record.js';
import type { Reject } from '../product/reject.js';
import { RejectWriter } from './reject-writer.js';

/**
 * The record of a dry run: its rejects stand in a transaction that is never committed, so that they
 * need no memory and leave no trace.
 */
export class DryRecord implements LoadRecord {
  readonly jobId = null;

  private readonly rejects: RejectWriter;

  private constructor(session: Session) {
    this.rejects = new RejectWriter(session, null);
  }

  static async open(session: Session): Promise<DryRecord> {
    await session.begin();
    return new DryRecord(session);
  }

  hold(): Promise<void> {
    return Promise.resolve();
  }

  addRejects(rejects: Reject[]): Promise<void> {
    return this.rejects.add(rejects);
  }

  progress(): void {}

  settle(): Promise<void> {
    return Promise.resolve();
  }

  complete(): Promise<void> {
    return Promise.resolve();
  }

  end(): Promise<void> {
    return Promise.resolve();
  }
}
