// Every page by itself, over installations that nobody changes meanwhile.
import { after } from 'node:test';
import { closeBrowser } from './journeys/ways.mjs';
import { stopAll } from './servers.mjs';
import './every-page.mjs';
import './links.mjs';
import './hostile.mjs';
import './print.mjs';

after(async () => {
  await closeBrowser();
  await stopAll();
});
