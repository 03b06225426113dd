/** The step of a calibration in which a person chooses what of the camera's picture is looked at. */
import { openFfmpegCamera } from '../camera/ffmpeg-camera.ts';
import { cropAndScale } from '../camera/ffmpeg-words.ts';
import { takeWhole } from '../camera/still-camera.ts';
import { readRig } from '../rig/rig-file.ts';
import { ensure } from '../spec/errors.ts';
import type { Frame } from '../spec/frame.ts';
import type { Rig } from '../spec/rig.ts';
import { parsePart } from '../spec/video.ts';
import { FRAME_TIMEOUT_MS } from './settled.ts';
import type { Person } from './person.ts';
import { editRigFile } from './rig-edit.ts';

/** Shows the whole picture and writes what is chosen of it to the file; what is left as it is leaves the file alone. */
export async function calibrateCrop(file: string, person: Person): Promise<void> {
  const rig = await readRig(file);
  const { video, frame } = rig;
  ensure(video !== undefined, `${file}: "video" is missing: what the camera films`, 'npx foresight cameras');
  const picture = await wholePicture(rig, video);
  const answer = await person.ask(
    'Which part of the picture has the whole table in it, and little else, of the shape of the frame?',
    {
      kind: 'part',
      picture,
      name: 'whole',
      aspect: frame.width / frame.height,
      orNothing: 'to leave it as it is',
    },
  );
  const crop = parsePart(answer);
  if (crop === null) {
    ensure(
      answer.trim() === '',
      `'${answer}' is no part of a picture`,
      'answer TOP,LEFT,HEIGHT,WIDTH, in pixels',
    );
    person.tell(`${file}: the picture is cropped as it was`);
    return;
  }
  const { top, left, height, width } = crop;
  ensure(
    top + height <= picture.height && left + width <= picture.width,
    `a part of ${width}x${height} at ${left},${top} leaves the picture of ${picture.width}x${picture.height}`,
    'choose a part that lies inside of it',
  );
  cropAndScale({ crop }, frame);
  await editRigFile(file, (before) => ({ ...before, video: { ...(before['video'] as object), crop } }));
  person.tell(`${file}: the camera's picture is cropped to ${width}x${height} at ${left},${top}`);
}

/** Nothing cropped off, at the camera's own size. */
async function wholePicture({ frame }: Rig, video: NonNullable<Rig['video']>): Promise<Frame> {
  const camera = await openFfmpegCamera({ video, size: frame });
  let size;
  try {
    await camera.next(FRAME_TIMEOUT_MS);
    size = camera.health().source?.size;
  } finally {
    await camera.close();
  }
  return (await takeWhole(video, size ?? frame)).frame;
}
