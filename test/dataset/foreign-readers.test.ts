/** Readers that are not ours see the same dataset: DuckDB reads the tables, ffprobe the videos. */
import { execFileSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api';
import ffprobe from '@ffprobe-installer/ffprobe';
import { asyncBufferFromFile, parquetMetadataAsync } from 'hyparquet';
import { describe, expect, it } from 'vitest';
import { openDataset } from '../../src/dataset/reader.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { syntheticEpisode, writeSynthetic } from './synthetic.ts';

async function query(sql: string): Promise<Record<string, unknown>[]> {
  const connection: DuckDBConnection = await (await DuckDBInstance.create()).connect();
  try {
    return (await connection.runAndReadAll(sql)).getRowObjectsJson();
  } finally {
    connection.closeSync();
  }
}

async function written(): Promise<string> {
  const dir = await temporaryFolder();
  await writeSynthetic(dir, 3, 12);
  return dir;
}

describe('DuckDB', () => {
  it('reads the data of all episodes as one table with the numbers written', async () => {
    const dir = await written();
    const rows = await query(`select * from '${dir}/data/*/*.parquet' order by index`);
    expect(rows).toHaveLength(39);
    expect(rows.map((row) => Number(row['index']))).toEqual(rows.map((_, i) => i));
    const moment = syntheticEpisode(1, 12).moments[4];
    const row = rows[13 + 4];
    expect(row).toMatchObject({ episode_index: '1', frame_index: '4', task_index: '0', timestamp: 2 });
    const floats = (name: string): number[] => (row[name] as unknown[]).map(Number);
    const single = (numbers: Iterable<number>): number[] => Array.from(Float32Array.from(numbers));
    expect(floats('observation.state')).toEqual(single([...moment.arm.jointsRad, ...moment.arm.tip]));
    expect(floats('action')).toEqual(single(moment.action ?? []));
    expect(floats('simulator.object_points')).toEqual(single(moment.truth ?? []));
  });

  it('sees the column types LeRobot writes', async () => {
    const dir = await written();
    const described = await query(`describe select * from '${dir}/data/*/*.parquet'`);
    expect(Object.fromEntries(described.map((row) => [row['column_name'], row['column_type']]))).toEqual({
      'observation.state': 'FLOAT[]',
      action: 'FLOAT[]',
      'simulator.object_points': 'FLOAT[]',
      timestamp: 'FLOAT',
      frame_index: 'BIGINT',
      episode_index: 'BIGINT',
      index: 'BIGINT',
      task_index: 'BIGINT',
    });
  });

  it('reads the index, its statistics and the tasks', async () => {
    const dir = await written();
    const [row] = await query(
      `select * from '${dir}/meta/episodes/*/*.parquet' where episode_index = 2 limit 1`,
    );
    expect(row).toMatchObject({
      length: '13',
      tasks: ['play'],
      dataset_from_index: '26',
      dataset_to_index: '39',
      'data/chunk_index': '0',
      'data/file_index': '2',
      'videos/observation.images.camera/from_timestamp': 0,
      'videos/observation.images.camera/to_timestamp': 6.5,
      seed: '2',
      policy: 'test',
      'stats/timestamp/max': [6],
      'stats/action/count': ['13'],
    });
    const image = row['stats/observation.images.camera/mean'] as number[][][];
    expect(image.map((channel) => [channel.length, channel[0].length])).toEqual([
      [1, 1],
      [1, 1],
      [1, 1],
    ]);
    expect(await query(`select * from '${dir}/meta/tasks.parquet'`)).toEqual([
      { task_index: '0', task: 'play' },
    ]);
  });

  it('computes the statistics that stats.json gives', async () => {
    const dir = await written();
    const stats = JSON.parse(await readFile(join(dir, 'meta/stats.json'), 'utf8')) as Record<
      string,
      Record<string, number[]>
    >;
    const [row] = await query(
      `select min(action[1]) as low, max(action[1]) as high, avg(action[1]) as mean, stddev_pop(action[1]) as std
       from '${dir}/data/*/*.parquet'`,
    );
    expect(stats['action']['min'][0]).toBeCloseTo(Number(row['low']), 6);
    expect(stats['action']['max'][0]).toBeCloseTo(Number(row['high']), 6);
    expect(stats['action']['mean'][0]).toBeCloseTo(Number(row['mean']), 6);
    expect(stats['action']['std'][0]).toBeCloseTo(Number(row['std']), 6);
    expect(stats['action']['count']).toEqual([39]);
  });
});

describe('ffprobe', () => {
  it('counts the frames that the index says, in the format that info.json says', async () => {
    const dir = await written();
    const { info } = await openDataset(dir);
    const said = info.features['observation.images.camera'].info ?? {};
    const out = execFileSync(ffprobe.path, [
      ...'-v error -select_streams v:0 -count_frames -of json'.split(' '),
      ...['-show_entries', 'stream=codec_name,width,height,pix_fmt,avg_frame_rate,nb_read_frames,duration'],
      join(dir, 'videos/observation.images.camera/chunk-000/file-001.mp4'),
    ]);
    const { streams } = JSON.parse(out.toString()) as { streams: Record<string, unknown>[] };
    expect(streams).toEqual([
      {
        codec_name: said['video.codec'],
        width: said['video.width'],
        height: said['video.height'],
        pix_fmt: said['video.pix_fmt'],
        avg_frame_rate: `${info.fps}/1`,
        nb_read_frames: '13',
        duration: '6.500000',
      },
    ]);
  });
});

describe('the tables', () => {
  it('carry what pandas and the datasets library look for', async () => {
    const dir = await written();
    const metadata = async (file: string): Promise<Map<string, unknown>> => {
      const { key_value_metadata: entries } = await parquetMetadataAsync(
        await asyncBufferFromFile(join(dir, file)),
      );
      return new Map((entries ?? []).map(({ key, value }) => [key, JSON.parse(value ?? 'null')]));
    };
    expect((await metadata('meta/tasks.parquet')).get('pandas')).toMatchObject({ index_columns: ['task'] });
    const data = await metadata('data/chunk-000/file-000.parquet');
    expect(data.get('huggingface')).toMatchObject({
      info: {
        features: {
          action: { feature: { dtype: 'float32', _type: 'Value' }, length: 3, _type: 'Sequence' },
          frame_index: { dtype: 'int64', _type: 'Value' },
        },
      },
    });
  });
});
