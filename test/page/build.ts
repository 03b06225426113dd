/** Before any test: builds the page, which several look at as it is served, and unpacks the browser. */
import { join } from 'node:path';
import { build } from 'vite';
import { browserPath } from './browser.ts';

export default async function buildPage(): Promise<void> {
  await build({ root: join(import.meta.dirname, '../../web'), logLevel: 'warn' });
  await browserPath();
}
