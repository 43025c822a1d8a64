// Loaded before the binary by `node --import`: kills it, as kill -9 would, at its n-th write to a
// socket. KILL_AT says at which, and whether just before the write or just after it: 12, 12+.
import { Socket } from 'node:net';

const [, count, after] = /^(\d+)(\+?)$/.exec(process.env.KILL_AT);
let left = Number(count);

for (const name of ['_write', '_writev']) {
  const original = Socket.prototype[name];
  Socket.prototype[name] = function (...args) {
    const isTerminalOrPipe = this.fd === 0 || this.fd === 1 || this.fd === 2;
    if (isTerminalOrPipe) return original.apply(this, args);
    left -= 1;
    if (left === 0 && !after) process.kill(process.pid, 'SIGKILL');
    const result = original.apply(this, args);
    if (left === 0) process.kill(process.pid, 'SIGKILL');
    return result;
  };
}
