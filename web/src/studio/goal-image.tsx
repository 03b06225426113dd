/** How the table should look, by a picture instead of points: what the camera sees now, a file, or what is pasted. */
import { useEffect } from 'preact/hooks';
import { ask, goalPicture, inControl, refused, studio } from '../connection.ts';

/** A larger file is no picture of a small camera, bytes. */
const LARGEST = 2_500_000;

export function GoalImage() {
  useEffect(() => {
    addEventListener('paste', onPaste);
    return () => removeEventListener('paste', onPaste);
  }, []);
  const phase = studio.value?.phase ?? 'opening';
  const may = inControl.value && phase !== 'pushing' && phase !== 'opening';
  const isChosen = (studio.value?.goalImage ?? null) !== null;
  return (
    <div class="goal-image">
      <span class="detail">Goal by picture:</span>
      <div class="buttons">
        <button type="button" disabled={!may} onClick={() => ask({ ask: 'goal-image', picture: null })}>
          As it is now
        </button>
        <label class={may ? 'button' : 'button disabled'}>
          From a file
          <input
            type="file"
            accept="image/*"
            disabled={!may}
            onChange={({ currentTarget }) => {
              const file = currentTarget.files?.[0];
              if (file) void choose(file);
              currentTarget.value = '';
            }}
          />
        </label>
        {isChosen && goalPicture.value !== null && <img src={goalPicture.value} alt="The goal image" />}
      </div>
    </div>
  );
}

function onPaste(event: ClipboardEvent): void {
  const file = [...(event.clipboardData?.files ?? [])].find(({ type }) => type.startsWith('image/'));
  if (file) void choose(file);
}

async function choose(file: File): Promise<void> {
  if (file.size > LARGEST) {
    refused.value = { tell: 'refused', message: `${file.name}: too large for a picture of this camera` };
    return;
  }
  const bytes = new Uint8Array(await file.arrayBuffer());
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  ask({ ask: 'goal-image', picture: btoa(text) });
}
