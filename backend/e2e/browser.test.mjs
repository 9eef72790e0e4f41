// All that is checked in a real browser, in one process, so that the installations are
// started once.
import { after } from 'node:test';
import { closeBrowser } from './journeys/ways.mjs';
import { stopAll } from './servers.mjs';
import './journeys/manager.mjs';
import './journeys/owner.mjs';
import './journeys/operator.mjs';
import './journeys/keyboard.mjs';
import './journeys/sign-in.mjs';
import './every-page.mjs';
import './links.mjs';
import './hostile.mjs';
import './print.mjs';
import './lighthouse.mjs';

after(async () => {
  await closeBrowser();
  await stopAll();
});
