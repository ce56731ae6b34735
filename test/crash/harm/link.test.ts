import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { openLink, type Link } from './link.ts';

/** Answers each byte with itself. */
const echo = createServer((socket) => socket.on('error', () => undefined).pipe(socket));
let link: Link;
const sockets: Socket[] = [];

beforeEach(async () => {
  if (!echo.listening) await once(echo.listen(0, '127.0.0.1'), 'listening');
  link = await openLink(`127.0.0.1:${(echo.address() as AddressInfo).port}`);
});
afterEach(() => {
  link.close();
  for (const socket of sockets.splice(0)) socket.destroy();
  echo.close();
});

function dial(): Socket {
  const socket = connect(Number(link.address.split(':')[1]), '127.0.0.1');
  socket.on('error', () => undefined);
  sockets.push(socket);
  return socket;
}

async function answered(socket: Socket, text: string): Promise<string> {
  socket.write(text);
  const [chunk] = (await once(socket, 'data')) as [Buffer];
  return String(chunk);
}

/** With or without an error. */
const closed = (socket: Socket): Promise<unknown> => new Promise((resolve) => socket.once('close', resolve));

test('what is sent over a link comes through', async () => {
  expect(await answered(dial(), 'one')).toBe('one');
});

test('over a silent link nothing comes through, and all of it once the link is mended', async () => {
  const [before, other] = [dial(), dial()];
  expect([await answered(before, 'one'), await answered(other, 'two')]).toEqual(['one', 'two']);
  const mend = link.cut(false);
  const heard: string[] = [];
  const [during] = [dial()];
  for (const socket of [before, during]) socket.on('data', (chunk) => heard.push(String(chunk)));
  await once(during, 'connect');
  before.write('three');
  during.write('four');
  // Another way to the same server is faster than anything that could have come through.
  const direct = connect((echo.address() as AddressInfo).port, '127.0.0.1');
  sockets.push(direct);
  for (const text of ['five', 'six', 'seven']) expect(await answered(direct, text)).toBe(text);
  expect(heard).toEqual([]);
  const both = Promise.all([once(before, 'data'), once(during, 'data')]);
  mend();
  await both;
  expect(heard.toSorted()).toEqual(['four', 'three']);
});

test('a link that is refused breaks what there is and all that comes, until it is mended', async () => {
  const before = dial();
  expect(await answered(before, 'one')).toBe('one');
  const broken = closed(before);
  const mend = link.cut(true);
  await broken;
  await closed(dial());
  mend();
  expect(await answered(dial(), 'two')).toBe('two');
});
