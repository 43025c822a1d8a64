import { isCommitted } from '../environment.js';
import { RunError } from '../errors.js';

const exitCodes = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;
type Signal = keyof typeof exitCodes;

interface SignalWatch {
  /** Aborted at the first signal, with the error that the run then ends with. */
  signal: AbortSignal;
  /**
   * What a run that failed so ends with after a signal. Null where there was none, and where the
   * error says that something is, or may be, committed: that matters more.
   */
  interruption(error: unknown): RunError | null;
  /**
   * The run is over, and only the process has still to end: a signal is taken, and changes nothing.
   * Were nobody to listen any more, it would end what is done as if it had been stopped.
   */
  finish(): void;
}

/**
 * The first signal asks the run to roll back and end, and says so at once; the second one ends the
 * process as if nobody had listened (a transaction is then rolled back by the server).
 */
export function watchSignals(say: (message: string) => void): SignalWatch {
  const controller = new AbortController();
  let received: Interruption | null = null;
  let isOver = false;
  const listen = (signal: Signal) => {
    if (received) {
      stop();
      process.kill(process.pid, signal);
      return;
    }
    received = new Interruption(signal);
    if (isOver) return;
    say(`${signal}: stopping; again to stop at once.`);
    controller.abort(received);
  };
  const names = Object.keys(exitCodes) as Signal[];
  for (const name of names) process.on(name, listen);
  const stop = () => {
    for (const name of names) process.off(name, listen);
  };
  return {
    signal: controller.signal,
    interruption: (error) => {
      if (!received || isDone(error)) return null;
      if (!isCommitted(controller.signal)) return received;
      return error === received ? tooLate(received) : null;
    },
    finish: () => void (isOver = true),
  };
}

/** Whether the work is committed, or may be, whatever failed then. */
function isDone(error: unknown): boolean {
  return error instanceof RunError && ['commit_unknown', 'rejects'].includes(error.code);
}

/** The signal stopped what comes after the work, such as looking at it once more. */
function tooLate(received: RunError): RunError {
  return new RunError(
    'The signal came when the work was committed: `prodimport status` lists it.',
    'committed',
    3,
    { cause: received },
  );
}

/** Exit 130, 143 or 129: somebody stopped the run. What was begun has been rolled back. */
class Interruption extends RunError {
  constructor(signal: Signal) {
    super(
      `Stopped by ${signal}; what was not committed is rolled back.`,
      'interrupted',
      exitCodes[signal],
    );
  }
}
