// What people do, step by step, in a real browser; in one process, so that the installations
// are started once.
import { after } from 'node:test';
import { closeBrowser } from './journeys/ways.mjs';
import { stopAll } from './servers.mjs';
import './journeys/manager.mjs';
import './journeys/owner.mjs';
import './journeys/operator.mjs';
import './journeys/keyboard.mjs';
import './journeys/sign-in.mjs';

after(async () => {
  await closeBrowser();
  await stopAll();
});
