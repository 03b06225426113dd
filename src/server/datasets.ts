/** The datasets of a folder. */
import { join } from 'node:path';
import { readJson } from '../dataset/files.ts';
import { paths, readInfo } from '../dataset/layout.ts';
import { parseRig } from '../spec/rig.ts';
import { bytesIn, describeFolders } from './folders.ts';
import type { DatasetFacts, DatasetsMessage } from './messages.ts';

/** Every dataset in `dir`. */
export async function listDatasets(dir: string): Promise<DatasetsMessage> {
  const { facts, problems } = await describeFolders(dir, paths.info, describeDataset);
  return { datasets: facts, problems };
}

/** By info.json, without opening hundreds of index files; it may lag behind them by an episode. */
async function describeDataset(folder: string, name: string): Promise<DatasetFacts> {
  const info = await readInfo(join(folder, paths.info));
  const rigPath = join(folder, paths.rig);
  const rig = parseRig(await readJson(rigPath), rigPath);
  // An episode of T control steps has T + 1 frames.
  const steps = info.total_frames - info.total_episodes;
  return {
    name,
    rig: rig.name,
    frame: rig.frame,
    controlHz: rig.controlHz,
    episodes: info.total_episodes,
    minutes: steps / rig.controlHz / 60,
    bytes: await bytesIn(folder),
  };
}
