import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { runCli } from '../setup/cli.js';

/** A message of the server for which authentication goes on: `kind` 10 begins SASL, 11 continues it. */
function authentication(kind: number, content: string): Buffer {
  const message = Buffer.alloc(9 + content.length, `R\0\0\0\0\0\0\0\0${content}`, 'latin1');
  message.writeInt32BE(8 + content.length, 1);
  message.writeInt32BE(kind, 5);
  return message;
}

/** What `status` says of a server that answers each message of its client with the next of these. */
async function toldOf(answers: (string | Buffer)[], parameters = ''): Promise<[number, string]> {
  const server = createServer((socket: Socket) => {
    let next = 0;
    socket.on('error', () => undefined);
    socket.on('data', () => void (answers[next] ? socket.write(answers[next++]!) : socket.end()));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const url = `postgresql://me@127.0.0.1:${port}/shop${parameters}`;
  const { code, stderr } = await runCli(['status'], { url });
  server.close();
  return [code!, stderr];
}

describe('a server that does not take the connection as it comes ends a command with 5, and', () => {
  it('says where a password can stand, when it wants one', async () => {
    const answers = [authentication(10, 'SCRAM-SHA-256\0\0'), authentication(11, 'r=a')];
    const [code, stderr] = await toldOf(answers);
    expect([code, stderr]).toEqual([5, expect.stringContaining('The server wants a password')]);
    expect(stderr).not.toContain('fault of prodimport');
    expect(stderr).not.toContain('SASL');
  });

  it('keeps the words of the system for --debug', async () => {
    const url = 'postgresql://me@127.0.0.1:1/shop';
    const plain = await runCli(['status'], { url });
    expect(plain.stderr).toMatch(/: Nothing listens there: .* \[sql_ECONNREFUSED\]\n$/);
    expect(plain.stderr).not.toContain('connect E');
    expect((await runCli(['status', '--debug'], { url })).stderr).toContain('connect ECONNREFUSED');
  });

  it('names sslmode, when it has no TLS', async () => {
    const [code, stderr] = await toldOf(['N'], '?sslmode=require');
    expect([code, stderr]).toEqual([5, expect.stringContaining('leave sslmode (PGSSLMODE) out')]);
  });
});
