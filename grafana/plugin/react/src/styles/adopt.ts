/** The style sheets for hosts that allow no style files of plugins: adopted by the document once. */

import text from './index.css?inline';
import { adopt } from './sheet';

let adopted = false;

export function adoptStyles(): void {
  if (adopted) return;
  adopted = true;
  adopt(text);
}
