/** What one attempt at one image failed of. A fault is data: the run goes on. */
export class ImageFault extends Error {
  /** Of HTTP; null where there was no answer. */
  readonly status: number | null;
  /** Whether another try may go better. */
  readonly mayPass: boolean;
  /** Milliseconds that the host asked to wait. */
  readonly retryAfterMs: number | null;

  /** @param message what people see: `The host answered 404.` */
  constructor(
    message: string,
    facts: {
      status?: number | null;
      mayPass?: boolean;
      retryAfterMs?: number | null;
      cause?: unknown;
    } = {},
  ) {
    super(message, { cause: facts.cause });
    this.name = 'ImageFault';
    this.status = facts.status ?? null;
    this.mayPass = facts.mayPass ?? false;
    this.retryAfterMs = facts.retryAfterMs ?? null;
  }
}
