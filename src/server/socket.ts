/** The robot's socket: one peer of the hub for each page that is open. */
import { upgradeWebSocket } from '@hono/node-server';
import type { MiddlewareHandler } from 'hono';
import type { WebSocket } from 'ws';
import { isOwnPage } from './admission.ts';
import type { Hub, Peer } from './hub.ts';

/** How often a page must be heard of, ms: a cable that was pulled says nothing. */
const HEARTBEAT_MS = 1000;

export function studioSocket(hub: Hub): MiddlewareHandler {
  const upgrade = upgradeWebSocket(() => {
    let peer: Peer | null = null;
    let heartbeat: NodeJS.Timeout | undefined;
    return {
      onOpen(_event, context) {
        const socket = context.raw as unknown as WebSocket;
        peer = peerOf(socket);
        heartbeat = watch(socket);
        hub.join(peer);
      },
      onMessage({ data }) {
        if (peer && typeof data === 'string') void hub.hear(peer, data);
      },
      onClose() {
        clearInterval(heartbeat);
        if (peer) hub.leave(peer);
      },
    };
  });
  return async (c, next) => {
    // Browsers say where a page comes from, and let any page open a socket to anywhere: only ours may.
    if (!isOwnPage(c)) return c.text('only for the page that is served here', 403);
    return upgrade(c, next);
  };
}

function peerOf(socket: WebSocket): Peer {
  return {
    send: (data) => {
      if (socket.readyState === socket.OPEN) socket.send(data);
    },
    bufferedBytes: () => socket.bufferedAmount,
  };
}

/** Ends a connection whose other end does not answer any more. */
function watch(socket: WebSocket): NodeJS.Timeout {
  let answered = true;
  socket.on('pong', () => (answered = true));
  return setInterval(() => {
    if (!answered) {
      socket.terminate();
      return;
    }
    answered = false;
    socket.ping();
  }, HEARTBEAT_MS);
}
