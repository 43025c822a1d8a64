// Loaded before the binary by `node --import`: kills it, as kill -9 would, at its n-th write to a
// socket, or some time after it began. KILL_AT says at which write, and whether just before it or
// just after it: 12, 12+. KILL_AFTER_MS says after how many milliseconds.
import { Socket } from 'node:net';

const { KILL_AT, KILL_AFTER_MS } = process.env;
const kill = () => process.kill(process.pid, 'SIGKILL');

if (KILL_AFTER_MS) setTimeout(kill, Number(KILL_AFTER_MS)).unref();
if (KILL_AT) killAtWrite(KILL_AT);

function killAtWrite(moment) {
  const [, count, after] = /^(\d+)(\+?)$/.exec(moment);
  let left = Number(count);
  for (const name of ['_write', '_writev']) {
    const original = Socket.prototype[name];
    Socket.prototype[name] = function (...args) {
      const isTerminalOrPipe = this.fd === 0 || this.fd === 1 || this.fd === 2;
      if (isTerminalOrPipe) return original.apply(this, args);
      left -= 1;
      if (left === 0 && !after) kill();
      const result = original.apply(this, args);
      if (left === 0) kill();
      return result;
    };
  }
}
