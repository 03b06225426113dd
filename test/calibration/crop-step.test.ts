/** The part of the picture that a person chooses, of a camera of 320 x 240. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { calibrateCrop } from '../../src/calibration/crop-step.ts';
import { parsePixel, type Person, type Wanted } from '../../src/calibration/person.ts';
import { parsePart } from '../../src/spec/video.ts';
import { newRigFile } from '../../src/rig/new-rig.ts';
import { readRig } from '../../src/rig/rig-file.ts';
import { videoSchema } from '../../src/spec/video.ts';
import { temporaryFolder } from '../temporary-folder.ts';

async function deskFile(): Promise<string> {
  const file = join(await temporaryFolder(), 'desk.json');
  await writeFile(file, newRigFile(videoSchema.parse({ input: 'lavfi:testsrc=size=320x240:rate=15' })));
  return file;
}

function personWho(answers: string): Person & { asked: Wanted[]; told: string[] } {
  const [asked, told]: [Wanted[], string[]] = [[], []];
  return {
    asked,
    told,
    tell: (line) => void told.push(line),
    ask: async (_request, wanted) => {
      asked.push(wanted!);
      return answers;
    },
  };
}

test('what is chosen is what the camera films from then on', async () => {
  const file = await deskFile();
  const person = personWho('12,16,180,240');
  await calibrateCrop(file, person);
  // The whole picture was shown, at the camera's own size.
  expect(person.asked).toMatchObject([
    { kind: 'part', picture: { height: 240, width: 320 }, aspect: 160 / 120 },
  ]);
  expect((await readRig(file)).video?.crop).toEqual({ top: 12, left: 16, height: 180, width: 240 });
  expect(person.told).toEqual([`${file}: the camera's picture is cropped to 240x180 at 16,12`]);
}, 30_000);

test.each([
  ['', null],
  ['all of it', "'all of it' is no part of a picture"],
  ['0,0,240,240', 'a crop of 240x240 has another shape than the frame of 160x120'],
  ['100,0,240,320', 'a part of 320x240 at 0,100 leaves the picture of 320x240'],
])(
  '%j leaves the file as it is',
  async (answer, reason) => {
    const file = await deskFile();
    const text = await readFile(file, 'utf8');
    const done = calibrateCrop(file, personWho(answer));
    await (reason === null ? done : expect(done).rejects.toThrow(reason));
    expect(await readFile(file, 'utf8')).toBe(text);
  },
  30_000,
);

test('places are read as they are typed', () => {
  expect(parsePixel(' 12.5, 30 ')).toEqual({ row: 12.5, col: 30 });
  expect(parsePixel('12')).toBeNull();
  expect(parsePart('1,2,3,4')).toEqual({ top: 1, left: 2, height: 3, width: 4 });
  expect(parsePart('1,2,0,4')).toBeNull();
});
