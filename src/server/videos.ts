/** The videos of a folder. */
import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import { namesIn } from './folders.ts';
import type { Video } from './messages.ts';

/** Every mp4 in `dir` that is a file there itself (links could lead anywhere), newest first. */
export async function listVideos(dir: string): Promise<Video[]> {
  const names = (await namesIn(dir)).filter((name) => name.toLowerCase().endsWith('.mp4'));
  const videos = await Promise.all(names.map((name) => describeVideo(dir, name)));
  return videos.filter((video) => video !== null).sort((a, b) => b.writtenAtMs - a.writtenAtMs);
}

/**
 * The path of the video of that name, or null. Names are compared with what is in the folder, never joined to a
 * path unseen: what is asked for cannot lead anywhere else.
 */
export async function findVideo(dir: string, name: string): Promise<string | null> {
  const video = (await listVideos(dir)).find((listed) => listed.name === name);
  return video === undefined ? null : join(dir, video.name);
}

async function describeVideo(dir: string, name: string): Promise<Video | null> {
  // Null as well when it went away since the folder was listed.
  const stats = await lstat(join(dir, name)).catch(() => null);
  if (!stats?.isFile()) return null;
  const writtenAtMs = Math.round(stats.mtimeMs);
  const url = `/videos/${encodeURIComponent(name)}?written=${writtenAtMs}`;
  return { name, url, bytes: stats.size, writtenAtMs };
}
