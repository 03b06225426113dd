/** Run by a test that kills it: writes episodes into the folder named on the command line until it dies. */
import { DatasetWriter } from '../../src/dataset/writer.ts';
import { syntheticEpisode, syntheticRig } from './synthetic.ts';

const writer = await DatasetWriter.open(process.argv[2], syntheticRig, { truth: true });
for (;;) {
  const index = writer.episodes.length;
  await writer.addEpisode(syntheticEpisode(index, 10), { policy: 'test' });
  process.stdout.write(`${index}\n`);
}
