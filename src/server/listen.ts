/** Puts an app on a port of this machine, and takes it off again. */
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createAdaptorServer, type WebSocketServerLike } from '@hono/node-server';
import type { Hono } from 'hono';
import { WebSocketServer } from 'ws';
import { ForesightError } from '../spec/errors.ts';

/** Reached from this machine alone. */
export const LOOPBACK = '127.0.0.1';
/** The largest message a page may send, bytes: a goal image, with room to spare. */
const LARGEST_MESSAGE = 4_000_000;

export interface RunningServer {
  /** `http://127.0.0.1:8377` */
  readonly url: string;
  /** Stops listening and ends open connections: a player may hold one for as long as its video is shown. */
  close(): Promise<void>;
}

/**
 * Serves until closed; port 0 takes any free one.
 *
 * @param host the address of this machine to listen on; others than itself reach it by any other than the loopback's
 *
 * @throws ForesightError when the port is in use or not allowed
 */
export async function listen(app: Hono, port: number, host = LOOPBACK): Promise<RunningServer> {
  // Without options for http2 it is node's plain server.
  const sockets = new WebSocketServer({ noServer: true, maxPayload: LARGEST_MESSAGE });
  const websocket = { server: sockets as WebSocketServerLike };
  const server = createAdaptorServer({ fetch: app.fetch, hostname: host, websocket }) as Server;
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => reject(explain(cause, port)));
    server.listen(port, host, resolve);
  });
  return {
    url: `http://${host}:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve, reject) => {
        server.close((error) => (error === undefined ? resolve() : reject(error)));
        for (const socket of sockets.clients) socket.terminate();
        server.closeAllConnections();
      }),
  };
}

function explain(cause: NodeJS.ErrnoException, port: number): Error {
  const reasons: Record<string, string> = {
    EADDRINUSE: 'in use already',
    EACCES: 'not allowed for this user',
  };
  const reason = reasons[cause.code ?? ''];
  if (reason === undefined) return cause;
  return new ForesightError(`port ${port} is ${reason}`, {
    next: 'name another one with --port, or take any free one with --port 0',
    cause,
  });
}
