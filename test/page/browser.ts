/** A real browser: the system's where there is one, else the one that came with npm. */
import { existsSync } from 'node:fs';
import { chromium as playwright, type Browser, type Page } from 'playwright-core';
import type { FrameSize } from '../../src/spec/frame.ts';
import type { Pixel } from '../../src/spec/pixel.ts';

const SYSTEM = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];
/** Draws in software, and needs no rights that a container lacks. */
const FLAGS = ['--no-sandbox', '--disable-gpu'];

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

/** Clicks a pixel of the recorded frame in the live view. */
export async function clickPixel(
  page: Page,
  { row, col }: Pixel,
  { width, height }: FrameSize,
): Promise<void> {
  const box = (await page.locator('.overlay').boundingBox())!;
  await page.mouse.click(box.x + (col / width) * box.width, box.y + (row / height) * box.height);
}
