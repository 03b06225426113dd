/** The episodes of one dataset: a list, one of them in numbers, and its frames in one picture. */
import { join } from 'node:path';
import { readLeftOut } from '../dataset/left-out.ts';
import { openDataset, openEpisode } from '../dataset/reader.ts';
import type { Frame } from '../spec/frame.ts';
import { encodeJpeg } from '../video/jpeg.ts';
import { besideEachOther } from '../video/montage.ts';
import { resizeFrame } from '../video/resize.ts';
import type { EpisodeMessage, EpisodesMessage } from './messages.ts';
import { MOST_IN_A_ROW } from './pictures.ts';

export async function listEpisodes(dataDir: string, name: string): Promise<EpisodesMessage> {
  const dir = join(dataDir, name);
  const [{ rig, episodes }, leftOut] = await Promise.all([openDataset(dir), readLeftOut(dir)]);
  return {
    name,
    frame: { height: rig.frame.height, width: rig.frame.width },
    controlHz: rig.controlHz,
    episodes: episodes.map(({ index, seed, policy, length }) => ({
      index,
      seed,
      policy,
      frames: length,
      leftOut: leftOut.has(index),
    })),
  };
}

export async function describeEpisode(
  dataDir: string,
  name: string,
  episode: number,
): Promise<EpisodeMessage> {
  const { rig, readRows } = await openEpisode(join(dataDir, name), episode);
  const { states, actions } = await readRows();
  const joints = rig.arm.links.length;
  return {
    actionNames: [...rig.action.names],
    actions: actions.map((row) => [...row]),
    tips: states.map((row) => row.slice(joints, joints + 3)),
  };
}

/** The frames of an episode beside each other, of long ones some, evenly chosen, as a JPEG. @param height of each, pixels; as recorded when not given */
export async function episodeStrip(
  dataDir: string,
  name: string,
  episode: number,
  height?: number,
): Promise<Uint8Array> {
  const { rig, entry, readFrames } = await openEpisode(join(dataDir, name), episode);
  const { length } = entry;
  const count = Math.min(MOST_IN_A_ROW, length);
  const chosen = new Set(
    Array.from({ length: count }, (_, k) => Math.round((k * (length - 1)) / Math.max(1, count - 1))),
  );
  const size = height && { height, width: Math.round((height * rig.frame.width) / rig.frame.height) };
  const frames: Frame[] = [];
  let t = 0;
  for await (const frame of readFrames()) {
    if (chosen.has(t++)) frames.push(size ? await resizeFrame(frame, size) : frame);
  }
  return encodeJpeg(besideEachOther(frames), 80);
}
