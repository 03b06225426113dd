import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createApp, type ShownFolders } from '../../src/server/app.ts';
import { datasetsMessage, type DatasetsMessage } from '../../src/server/messages.ts';
import { emptyDisk, put } from './disk.ts';

const DATA = join(import.meta.dirname, '../../data');

async function listed(folders: ShownFolders): Promise<DatasetsMessage> {
  const response = await createApp(folders).request('/api/datasets');
  expect(response.status).toBe(200);
  return datasetsMessage.parse(await response.json());
}

test('says what the sample dataset holds', async () => {
  const { datasets } = await listed({ ...(await emptyDisk()), dataDir: DATA });
  const { bytes, ...facts } = datasets.find(({ name }) => name === 'sample')!;
  expect(bytes).toBeGreaterThan(100_000);
  expect(facts).toEqual({
    name: 'sample',
    rig: 'sim',
    frame: { height: 120, width: 160 },
    controlHz: 2,
    episodes: 8,
    // 8 episodes of 25 control steps, 2 a second.
    minutes: 200 / 2 / 60,
  });
});

test('a damaged dataset is named with its reason; a folder that is none is left out', async () => {
  const disk = await emptyDisk();
  await put(join(disk.dataDir, 'README.md'), '# data');
  await put(join(disk.dataDir, 'damaged', 'meta', 'info.json'), '{"codebase_version": "v2.1"}');
  await put(join(disk.dataDir, 'unrelated', 'notes.txt'), 'none');
  const { datasets, problems } = await listed(disk);
  expect(datasets).toEqual([]);
  expect(problems).toHaveLength(1);
  expect(problems[0].name).toBe('damaged');
  expect(problems[0].problem).toContain('codebase_version');
});
