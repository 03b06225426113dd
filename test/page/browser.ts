/** A real browser: the system's where there is one, else the one that came with npm. */
import { existsSync } from 'node:fs';
import { chromium as playwright, type Browser } from 'playwright-core';

const SYSTEM = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];
/** Draws in software, and needs no rights that a container lacks. */
const FLAGS = ['--no-sandbox', '--use-gl=angle', '--use-angle=swiftshader', '--enable-unsafe-swiftshader'];

/** Unpacked on the first call: not to be raced for by several workers. */
export async function browserPath(): Promise<string> {
  const system = SYSTEM.find((path) => existsSync(path));
  if (system !== undefined) return system;
  const { default: packed } = await import('@sparticuz/chromium');
  return packed.executablePath();
}

export async function openBrowser(): Promise<Browser> {
  return playwright.launch({ executablePath: await browserPath(), args: FLAGS });
}
