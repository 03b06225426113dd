import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createApp, type ShownFolders } from '../../src/server/app.ts';
import { modelsMessage, type ModelsMessage } from '../../src/server/messages.ts';
import { checkpointConfig, emptyDisk, metricsLine, put } from './disk.ts';

async function listed(folders: ShownFolders): Promise<ModelsMessage> {
  const response = await createApp(folders).request('/api/models');
  expect(response.status).toBe(200);
  return modelsMessage.parse(await response.json());
}

test('says of a checkpoint what its card says, and how its error went down', async () => {
  const disk = await emptyDisk();
  await put(join(disk.modelsDir, 'mine', 'config.json'), checkpointConfig(10));
  // The last line is still being written.
  const metrics = `${metricsLine(300, 0.8)}${metricsLine(900, 0.5)}${metricsLine(1200, 0.4).slice(0, 30)}`;
  await put(join(disk.modelsDir, 'mine', 'metrics.jsonl'), metrics);
  expect(await listed(disk)).toEqual({
    models: [
      {
        name: 'mine',
        network: 'rigid',
        frame: { height: 48, width: 64 },
        rig: 'sim',
        dataset: 'data/play',
        episodes: 24,
        dataMinutes: 5,
        steps: 900,
        trainingMinutes: 1.5,
        psnrDb: 26.5,
        ssim: 0.9,
        errors: [
          { stepsAhead: 1, model: 0.5, nothingMoves: 1 },
          { stepsAhead: 5, model: 2.5, nothingMoves: 5 },
          { stepsAhead: 10, model: 5, nothingMoves: 10 },
        ],
        curve: {
          stepsAhead: 10,
          points: [
            { step: 300, loss: 0.08, psnrDb: 25, model: 8, nothingMoves: 10 },
            { step: 900, loss: 0.05, psnrDb: 25, model: 5, nothingMoves: 10 },
          ],
        },
        hasPicture: false,
      },
    ],
    problems: [],
  });
});

test('shows errors as far ahead as they were measured, and weights without history without a curve', async () => {
  const disk = await emptyDisk();
  await put(join(disk.modelsDir, 'short', 'config.json'), checkpointConfig(6));
  const { models } = await listed(disk);
  expect(models[0].errors.map(({ stepsAhead }) => stepsAhead)).toEqual([1, 5]);
  expect(models[0].curve).toEqual({ stepsAhead: 0, points: [] });
});

test('a broken checkpoint is named with its reason and hides no other', async () => {
  const disk = await emptyDisk();
  await put(join(disk.modelsDir, 'README.md'), '# models');
  await mkdir(join(disk.modelsDir, 'starting'), { recursive: true });
  await put(join(disk.modelsDir, 'cut-off', 'config.json'), checkpointConfig(10).slice(0, 50));
  await put(join(disk.modelsDir, 'fine', 'config.json'), checkpointConfig(10));
  await put(join(disk.modelsDir, 'untrained', 'config.json'), '{"network": {}}');
  await put(join(disk.modelsDir, 'bad-line', 'config.json'), checkpointConfig(10));
  await put(join(disk.modelsDir, 'bad-line', 'metrics.jsonl'), `${metricsLine(300, 0.8)}oops\n`);
  const { models, problems } = await listed(disk);
  expect(models.map(({ name }) => name)).toEqual(['fine']);
  expect(problems.map(({ name }) => name)).toEqual(['bad-line', 'cut-off', 'untrained']);
  expect(problems[0].problem).toContain('metrics.jsonl:2: not JSON');
  expect(problems[1].problem).toContain('config.json: not JSON');
  expect(problems[2].problem).toContain('config.json: network.network:');
});

test('a folder that is not there yet holds no models', async () => {
  expect(await listed(await emptyDisk())).toEqual({ models: [], problems: [] });
});
