/** Who gets in. */
import { timingSafeEqual } from 'node:crypto';
import type { Context, MiddlewareHandler } from 'hono';
import { getCookie, setCookie } from 'hono/cookie';

/** Names of this machine, seen from itself. */
const LOCAL = ['127.0.0.1', 'localhost'];
const COOKIE = 'foresight_token';

/** A foreign page may resolve its own host's name to 127.0.0.1 and so come to read what is served here. */
export const onlyThisMachine: MiddlewareHandler = async (c, next) => {
  if (!LOCAL.includes(new URL(c.req.url).hostname)) return c.text('only for this machine', 403);
  return next();
};

/** The address with `?token=` lets a browser in and is remembered there; nothing else does. */
export function onlyWithToken(token: string): MiddlewareHandler {
  return async (c, next) => {
    const shown = c.req.query('token');
    if (shown !== undefined && isSame(shown, token)) {
      setCookie(c, COOKIE, token, { httpOnly: true, sameSite: 'Strict', path: '/' });
      // The token does not stay in the address, from where it would be copied.
      return c.redirect(c.req.path);
    }
    const remembered = getCookie(c, COOKIE);
    if (remembered === undefined || !isSame(remembered, token)) {
      return c.text('open the address with its token, as the command printed it', 403);
    }
    return next();
  };
}

/** What changes something is asked for by a page that is served here, and by nothing else. */
export const onlyOwnPages: MiddlewareHandler = async (c, next) => {
  const isReading = c.req.method === 'GET' || c.req.method === 'HEAD';
  if (!isReading && !isOwnPage(c)) return c.text('only for the page that is served here', 403);
  return next();
};

/** Whether a request comes from a page that is served here, by what the browser says. */
export function isOwnPage(c: Context): boolean {
  return c.req.header('Origin') === new URL(c.req.url).origin;
}

function isSame(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}
